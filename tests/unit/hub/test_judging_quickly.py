"""The quick way to a verdict never differs from the slow one, whatever stands in a field."""

import pytest

from ala_desktop.hub import judging
from ala_desktop.models.catalog import build
from ala_desktop.sync.protocol import Op, Put, Transaction

CATALOG = build()
VALUES = [
    None, "", "Via Roma", "a\nb", "x" * 300, "x" * 30_000, "\u0000", "e\u0301", "\u0301", "città", "\u202eimoR", " ",
    0, 1, -1, 7, 2**53, -(2**60), "2026-11-22", "2026-02-30", "25:61", "10:30", "0" * 32, "Z" * 32, "b\na", "a\nb\nc",
    "in_manutenzione", "c" * 24, "QUJDREVGR0hJSktMTU5PUFFS",
]  # fmt: skip


def verdict(put: Put, kind: str, base: int | None) -> judging.Verdict | None:
    transaction = Transaction("2026-11-22T09:00:00Z", "Piera", None, [Op(kind, "a" * 32, base, put, [])])
    return judging.judge(CATALOG, transaction, 0)


@pytest.mark.parametrize("kind", list(CATALOG))
def test_both_ways_agree_on_every_value_in_every_field(kind, monkeypatch):
    cases: list[tuple[Put, int | None]] = []
    for name in [*CATALOG[kind].fields, "_deleted", "of_a_newer_version", "Not a name"]:
        for value in VALUES:
            cases += [({name: value}, None), ({name: (value, "Via Roma")}, 3), ({name: ("Via Roma", value)}, 3)]

    quick = [verdict(put, kind, base) for put, base in cases]
    monkeypatch.setattr(judging, "_is_plainly_sound", lambda spec, op: False)
    slow = [verdict(put, kind, base) for put, base in cases]

    assert quick == slow
    assert any(quick)
    assert not all(quick)


def test_one_bad_text_among_good_ones_is_found():
    bad = verdict({"code": "BL0001", "address": "Via\u0007Roma", "notes": "tutto bene"}, "housing_unit", None)

    assert bad == judging.Verdict("bad_value", "Alloggio, Indirizzo: contiene caratteri non ammessi")
