"""What may stand in the log and what may not: the judgement on single values, and the one on whole frames."""

import base64
from itertools import product

import pytest

from ala_desktop.core.ids import new_id
from ala_desktop.fields.check import MOST_SEALED
from ala_desktop.hub.judging import Verdict, judge
from ala_desktop.hub.wholesale import all_sound
from ala_desktop.models.catalog import build
from ala_desktop.sync.protocol import Op, Transaction
from ala_desktop.sync.sealing import ComuneKey
from tests.hub_frames import AT, creation, edit
from tests.unit.hub.test_judging_quickly import VALUES

CATALOG = build()
KEY = ComuneKey(bytes(range(64)))
RECORD = "a" * 32


def transaction(*ops: Op, at: str = AT, author: str = "Piera", group: str | None = None) -> Transaction:
    return Transaction(at, author, group, list(ops))


def verdict(*ops: Op, **envelope: str | None) -> Verdict | None:
    return judge(CATALOG, transaction(*ops, **envelope), 0)  # type: ignore[arg-type]


def test_a_note_kept_to_the_comune_passes_only_sealed():
    clear = creation(RECORD, "person", surname="Rossi", notes="seguita dai servizi sociali")
    sealed = creation(RECORD, "person", surname="Rossi", notes=KEY.seal("person", RECORD, "notes", "seguita"))

    assert verdict(clear) == Verdict(
        "bad_value", "Persona, Note riservate dell'ufficio: va cifrato con la chiave del comune"
    )
    assert verdict(sealed) is None


@pytest.mark.parametrize("clear", ["Roma", "", "QUJD", 7, base64.b64encode(bytes(16)).decode()])
def test_what_merely_looks_sealed_does_not_pass(clear):
    assert verdict(creation(RECORD, "person", surname="Rossi", notes=clear)) is not None


def test_an_edit_leaks_neither_in_its_new_nor_in_its_old_value():
    good = KEY.seal("person", RECORD, "disability_percent", 80)

    assert verdict(edit(RECORD, 1, "person", disability_percent=(good, good))) is None
    assert verdict(edit(RECORD, 1, "person", disability_percent=(None, good))) is None
    assert verdict(edit(RECORD, 1, "person", disability_percent=(good, 80))) is not None
    assert verdict(edit(RECORD, 1, "person", disability_percent=(80, good))) is not None


def test_the_longest_note_passes_sealed():
    longest = KEY.seal("person", RECORD, "notes", "\U0001f3e0" * 4_000)

    assert isinstance(longest, str)
    assert 20_000 < len(longest) <= MOST_SEALED
    assert verdict(creation(RECORD, "person", surname="Rossi", notes=longest)) is None


@pytest.mark.parametrize(
    "envelope",
    [{"at": "ieri"}, {"at": "2026-11-22 09:00"}, {"author": "x" * 201}, {"author": "a\u202eb"}, {"group": "x" * 201}],
)
def test_time_author_and_group_have_to_be_such(envelope):
    found = verdict(creation(), **envelope)

    assert found is not None
    assert found.code == "bad_value"
    assert not all_sound(CATALOG, [transaction(creation(), **envelope)], [0])


@pytest.mark.parametrize(
    "op",
    [
        Op("housing_unit", "short", None, {"code": "x"}, []),
        Op("housing_unit", "A" * 32, None, {"code": "x"}, []),
        Op("housing_unit", RECORD, -1, {"code": ("x", "y")}, []),
        Op("housing_unit", RECORD, 2**60, {"code": ("x", "y")}, []),
        Op("housing_unit", RECORD, None, {"Not a name": "x"}, []),
        Op("housing_unit", RECORD, None, {"later": 2**60}, []),
        Op("housing_unit", RECORD, None, {"later": "x" * 20_001}, []),
        Op("housing_unit", RECORD, None, {"_deleted": 2}, []),
        Op("housing_unit", RECORD, 1, {"code": ("x", "y")}, [("code", "i", 2**70)]),
    ],
    ids=range(9),
)
def test_what_cannot_be_is_refused_one_by_one_and_wholesale(op):
    found = verdict(op)

    assert found is not None
    assert found.code == "bad_value"
    assert not all_sound(CATALOG, [transaction(creation()), transaction(op)], [0, 0])


@pytest.mark.parametrize("kind", list(CATALOG))
def test_a_frame_found_sound_as_a_whole_is_sound_in_every_part(kind):
    names = [*CATALOG[kind].fields, "_deleted", "of_a_newer_version", "Not a name"]
    judged = {True: 0, False: 0}
    for name, value in product(names, VALUES):
        ops = [Op(kind, RECORD, None, {name: value}, []), Op(kind, RECORD, 3, {name: ("Via Roma", value)}, [])]
        for op in ops:
            alone = [transaction(op)]
            quick, slow = all_sound(CATALOG, alone, [0]), verdict(op)
            assert not (quick and slow), (name, value)
            judged[quick] += 1
            company = [
                transaction(creation()),
                transaction(op),
                transaction(Op(kind, new_id(), None, {name: None}, [])),
            ]
            assert not (all_sound(CATALOG, company, [0] * 3) and slow), (name, value)

    assert all(judged.values())


def test_the_way_by_columns_is_taken_by_ordinary_work():
    record = new_id()
    ordinary = [
        transaction(
            creation(code="BL1", address="Via Roma", net_area_sqm=7906, lift=1, designation_since="2020-01-31")
        ),
        transaction(creation(kind="person", surname="Ștefănescu", notes=KEY.seal("person", record, "notes", "n"))),
        transaction(edit(record, 3, address=("Via Roma", "Via Verdi"))),
        transaction(edit(record, 3, _deleted=(None, 1))),
    ]

    assert all_sound(CATALOG, ordinary, [0] * 4)


def test_one_line_beyond_the_limit_stops_the_way_by_columns():
    assert not all_sound(CATALOG, [transaction(creation())], [1_000_001])
    assert not all_sound(CATALOG, [transaction(*[creation()] * 1_001)], [0])
