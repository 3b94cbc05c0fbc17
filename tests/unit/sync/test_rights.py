"""The table of rights: who reads which log, and who writes what into it."""

import pytest

from ala_desktop.fields.kinds import Text
from ala_desktop.fields.spec import Catalog, Field, RecordSpec, Share, WrittenBy
from ala_desktop.sync import rights
from ala_desktop.sync.protocol import Op, Put, Transaction

A, B, ALA, AMBITO = "A995", "C816", "ALA", "AMBITO"
REQUEST = RecordSpec(
    "request", "Richiesta", "Richieste",
    {
        "subject": Field("subject", Text(), "Oggetto"),
        "state": Field("state", Text(), "Stato", written_by=WrittenBy.BOTH),
        "answer": Field("answer", Text(), "Risposta", written_by=WrittenBy.ALA),
        "note": Field("note", Text(), "Nota", share=Share.COMUNE),
    },
)  # fmt: skip
REPLY = RecordSpec("reply", "Risposta", "Risposte", {"text": Field("text", Text(), "Testo")}, written_by=WrittenBy.ALA)
MEASURE = RecordSpec("measure", "Misura", "Misure", {"name": Field("name", Text(), "Nome")}, published=True)
CATALOG = Catalog([REQUEST, REPLY, MEASURE])


def save(kind: str, put: Put, base: int | None = 1, closes: tuple[str, ...] = ()) -> Transaction:
    return Transaction("", "", None, [Op(kind, "r", base, put, [(field, "a", 1) for field in closes])])


def allowed(office: str, tenant: str, *saves: Transaction) -> bool:
    """As the hub decides; the quick way never says yes where the slow one says no."""
    slowly = all(rights.forbidden(CATALOG, office, tenant, one) is None for one in saves)
    assert slowly or not rights.all_allowed(CATALOG, office, tenant, saves)
    return slowly


@pytest.mark.parametrize(
    ("office", "reads"),
    [(A, {A, AMBITO}), (B, {B, AMBITO}), (ALA, {A, B, ALA, AMBITO})],
)
def test_a_comune_reads_its_own_log_and_the_ambitos_and_ala_reads_all(office: str, reads: set[str]):
    assert {tenant for tenant in (A, B, ALA, AMBITO, "Z999", "") if rights.may_read(office, tenant)} == reads


@pytest.mark.parametrize(("office", "writes"), [(A, {A}), (B, {B}), (ALA, {A, B, ALA, AMBITO})])
def test_a_comune_sends_for_its_own_log_alone(office: str, writes: set[str]):
    assert {tenant for tenant in (A, B, ALA, AMBITO, "Z999", "") if rights.may_append(office, tenant)} == writes


def test_a_comune_writes_everything_of_its_own_but_what_is_alas():
    new = save("request", {"subject": "Canone", "state": "open", "note": "x"}, None)
    withdrawn = save("request", {"state": ("taken", "withdrawn")})
    assert allowed(A, A, new, withdrawn, save("measure", {"name": "x"}, None))

    assert not allowed(A, A, save("request", {"answer": (None, "sì")}))
    assert not allowed(A, A, save("reply", {"text": "sì"}, None))
    assert not allowed(A, A, save("reply", {"later_field": "sì"}, None))
    assert not allowed(A, A, save("reply", {"_deleted": (None, 1)}))
    assert not allowed(A, A, save("reply", {"text": ("no", "sì")}, closes=("text",)))


def test_ala_writes_into_a_comunes_log_only_what_is_its_own_there():
    taken = save("request", {"state": ("open", "answered"), "answer": (None, "sì")})
    assert allowed(ALA, A, taken, save("reply", {"text": "sì"}, None), save("reply", {"_deleted": (None, 1)}))

    assert not allowed(ALA, A, save("request", {"subject": ("Canone", "Altro")}))
    assert not allowed(ALA, A, save("request", {"state": ("open", "taken"), "subject": ("Canone", "Altro")}))
    assert not allowed(ALA, A, save("request", {"state": "open"}, None))
    assert not allowed(ALA, A, save("request", {"_deleted": (None, 1)}))
    assert not allowed(ALA, A, save("measure", {"name": "x"}, None))
    assert not allowed(ALA, A, taken, save("measure", {"name": ("x", "y")}))


def test_ala_decides_on_a_comunes_claims_and_slips_nothing_in_beside():
    assert allowed(ALA, A, save("request", {"subject": ("a", "b")}, closes=("subject",)))
    assert allowed(ALA, A, save("request", {"_deleted": (None, 1)}, closes=("_deleted",)))

    assert not allowed(ALA, A, save("request", {"subject": ("a", "b"), "state": ("a", "b")}, closes=("subject",)))
    assert not allowed(ALA, A, save("request", {"note": ("a", "b")}, closes=("note",)))
    assert not allowed(ALA, A, save("request", {"subject": "a"}, None, closes=("subject",)))
    assert not allowed(ALA, A, save("request", {"subject": ("a", "b")}, closes=("state",)))


def test_ala_publishes_in_the_ambito_only_what_names_nobody():
    assert allowed(ALA, AMBITO, save("measure", {"name": "x"}, None), save("measure", {"name": ("x", "y")}))

    assert not allowed(ALA, AMBITO, save("request", {"subject": "Canone"}, None))
    assert not allowed(A, AMBITO, save("measure", {"name": "x"}, None))


def test_in_its_own_log_ala_writes_everything():
    assert allowed(ALA, ALA, save("request", {"subject": "x", "answer": "y", "note": "z"}, None))


def test_no_comune_writes_another_even_if_its_frame_got_so_far():
    assert not allowed(B, A, save("request", {"subject": "x"}, None))
    assert not allowed(B, A, save("request", {"subject": ("a", "b")}, closes=("subject",)))
    assert not allowed(B, A, save("reply", {"text": "sì"}, None))
    assert not allowed(B, ALA, save("reply", {"text": "sì"}, None))
