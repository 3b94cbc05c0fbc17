"""Refused saves: told by record and reason, corrected as a new save, or let go."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ala_desktop.core.errors import Mendable
from ala_desktop.services.forms import Forms
from ala_desktop.services.sharing.corrections import Corrections
from ala_desktop.services.sharing.exchange_state import ExchangeState
from ala_desktop.services.sharing.saves import Saves, State, Whose
from ala_desktop.services.units import ToConfirm, Units
from ala_desktop.sync.capture import Change
from tests import factory
from tests.strict_hub import StrictHub
from tests.unit.services.discord import edit, exchange, some_pcs

TOO_LONG = "BL-ANCORA-LUNGO"


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    running = StrictHub(tmp_path_factory.mktemp("hub")).start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def pcs(hub, tmp_path_factory):
    with some_pcs(hub, tmp_path_factory.mktemp("comune")) as pair:
        yield pair


@pytest.fixture
def first(pcs):
    yield pcs[0]
    corrections = Corrections(pcs[0].desk)
    corrections.drop(corrections.all())


def open_ones(one) -> int:
    return ExchangeState(one.desk).summary().to_correct


def test_a_refused_creation_is_told_with_its_reason_and_values(first):
    unit = factory.unit(first.desk, TOO_LONG, floor="2")
    report = first.exchange.run()
    assert len(report.rejected) == 1
    [correction] = Corrections(first.desk).all()
    assert correction.name == "Alloggio BL-ANCORA-LUNGO Via Roma"
    assert (correction.what, correction.author) == ("Scheda nuova", "Piera Invernizzi")
    assert correction.reason == "Un valore non è ammesso: Alloggio, Codice alloggio: supera i 10 caratteri"
    assert correction.fault == (unit, "code")
    [part] = correction.parts
    assert (part.kind, part.id, part.new) == ("housing_unit", unit, True)
    assert part.values == {"code": TOO_LONG, "address": "Via Roma", "floor": "2"}
    with pytest.raises(Mendable):
        first.desk.get("housing_unit", unit)


def test_a_corrected_creation_is_sent_again_with_the_same_id_and_closes(pcs, first):
    unit = factory.unit(first.desk, TOO_LONG)
    first.exchange.run()
    corrections = Corrections(first.desk)
    [correction] = corrections.all()
    assert Forms(first.desk).is_new(corrections.row(correction.parts[0]))
    corrections.resend(correction, {unit: {"code": "BL0100", "address": "Via Roma"}})
    assert (open_ones(first), corrections.all()) == (0, [])
    exchange(*pcs)
    assert [one.desk.get("housing_unit", unit)["code"] for one in pcs] == ["BL0100"] * 2
    assert (open_ones(first), pcs[0].digest) == (0, pcs[1].digest)
    states = [save.state for save in (Saves(first.desk).exchanged_page(Saves(first.desk).exchanged(Whose.OWN))) if save]
    assert states[:2] == [State.RECEIVED, State.LEFT]


def test_later_edits_of_a_refused_record_belong_to_its_correction(pcs, first):
    unit = factory.unit(first.desk, TOO_LONG)
    other = factory.unit(first.desk, "BL0200")
    edit(first, "housing_unit", unit, address="Via Po", floor="3")
    edit(first, "housing_unit", unit, address=None)
    edit(first, "housing_unit", other, floor="1")
    first.exchange.run()
    assert open_ones(first) == 3
    [correction] = Corrections(first.desk).all()
    assert len(correction.seqs) == 3
    assert [dict(part.values) for part in correction.parts] == [{"code": TOO_LONG, "floor": "3"}]
    Corrections(first.desk).resend(correction, {unit: {"code": "BL0201", "floor": "3"}})
    exchange(*pcs)
    assert open_ones(first) == 0
    assert [one.desk.get("housing_unit", unit)["floor"] for one in pcs] == ["3", "3"]


def test_a_refused_edit_leaves_the_record_as_it_was_and_is_laid_over_it(pcs, first):
    unit = factory.unit(first.desk, "BL0300", stair="A")
    exchange(*pcs)
    edit(first, "housing_unit", unit, stair="scala destra", notes="vista il 3 marzo")
    first.exchange.run()
    corrections = Corrections(first.desk)
    [correction] = corrections.all()
    [part] = correction.parts
    assert (part.new, part.values) == (False, {"stair": "scala destra", "notes": "vista il 3 marzo"})
    assert correction.fault == (unit, "stair")
    row = corrections.row(part)
    assert (row["stair"], row["notes"], row["code"]) == ("A", None, "BL0300")
    corrections.resend(correction, {unit: {"stair": "D", "notes": "vista il 3 marzo"}})
    exchange(*pcs)
    assert [one.desk.get("housing_unit", unit)["stair"] for one in pcs] == ["D", "D"]
    assert (open_ones(first), pcs[0].digest) == (0, pcs[1].digest)


def test_a_refused_change_of_state_keeps_the_history_of_the_unit_right(pcs, first):
    unit = factory.unit(first.desk, "BL0400", occupancy="libero", occupancy_since="2026-01-10")
    exchange(*pcs)
    units = Units(first.desk)
    put = {"occupancy": "proposto", "stair": "scala destra"}
    units.save(first.desk.get("housing_unit", unit), put, reason="graduatoria", confirmed=True)
    first.exchange.run()
    corrections = Corrections(first.desk)
    [correction] = corrections.all()
    assert [part.kind for part in correction.parts] == ["housing_unit"]
    corrections.resend(correction, {unit: {"occupancy": "proposto", "stair": "D"}}, confirmed=True)
    exchange(*pcs)
    for one in pcs:
        assert one.desk.get("housing_unit", unit)["occupancy"] == "proposto"
        assert [(past["axis"], past["value"]) for past in Units(one.desk).history(unit)] == [("occupancy", "libero")]


def test_rules_are_asked_again_and_a_refusal_leaves_the_correction_open(first):
    unit = factory.unit(first.desk, "BL0500", condition="idoneo", occupancy="assegnato")
    first.exchange.run()
    edit(first, "housing_unit", unit, stair="scala destra")
    first.exchange.run()
    corrections = Corrections(first.desk)
    [correction] = corrections.all()
    with pytest.raises(ToConfirm):
        corrections.resend(correction, {unit: {"condition": "in_manutenzione"}})
    with pytest.raises(Mendable, match="Codice alloggio"):
        corrections.resend(correction, {unit: {"code": None}})
    assert [one.seqs for one in corrections.all()] == [correction.seqs]
    corrections.resend(correction, {unit: {"condition": "in_manutenzione"}}, confirmed=True)
    assert first.desk.get("housing_unit", unit)["condition"] == "in_manutenzione"


def test_a_household_with_its_members_is_one_correction_of_several_records(pcs, first):
    desk = first.desk
    unit, household, person, member = (desk.new_id() for _ in range(4))
    desk.save(
        [
            Change("housing_unit", unit, {"code": TOO_LONG}),
            Change("household", household, {"name": "Đorđević"}),
            Change("person", person, {"surname": "Đorđević", "name": "Ana"}),
            Change("household_member", member, {"household_id": household, "person_id": person}),
        ]
    )
    first.exchange.run()
    corrections = Corrections(desk)
    [correction] = corrections.all()
    assert correction.name == "Alloggio BL-ANCORA-LUNGO e altre 3 schede"
    assert [part.name for part in correction.parts] == [
        "Alloggio BL-ANCORA-LUNGO", "Nucleo familiare Đorđević", "Persona Đorđević Ana", "Componente",
    ]  # fmt: skip
    corrections.resend(correction, {unit: {"code": "BL0600"}})
    exchange(*pcs)
    assert pcs[1].desk.get("household", household)["name"] == "Đorđević"
    assert pcs[1].desk.get("household_member", member)["person_id"] == person
    assert open_ones(first) == 0


def test_a_kind_that_the_hub_does_not_know_waits_until_it_does(first):
    measure = first.desk.new_id()
    first.desk.save([Change("measure", measure, {"service": "misura_unica", "name": "Misura Unica", "year": 2026})])
    first.exchange.run()
    corrections = Corrections(first.desk)
    [correction] = corrections.all()
    assert correction.reason == "Tipo di scheda sconosciuto alla centrale: Misura"
    corrections.resend(correction, {})
    assert open_ones(first) == 0
    first.exchange.run()
    [again] = corrections.all()
    assert (again.parts, again.seqs > correction.seqs) == (correction.parts, True)


def test_notes_kept_to_the_comune_are_open_for_correcting(first):
    record = first.desk.new_id()
    changes = [
        Change("housing_application", record, {"service": "SAP", "applicant": "Rossi Maria", "notes": "riservata"}),
        Change("housing_unit", first.desk.new_id(), {"code": TOO_LONG}),
    ]
    first.desk.save(changes)
    first.exchange.run()
    [correction] = Corrections(first.desk).all()
    assert {part.kind: part.values.get("notes") for part in correction.parts} == {
        "housing_application": "riservata", "housing_unit": None,
    }  # fmt: skip


def test_letting_go_closes_it_and_keeps_the_text_in_the_log(first):
    factory.unit(first.desk, TOO_LONG, notes="da non perdere")
    first.exchange.run()
    corrections = Corrections(first.desk)
    [correction] = corrections.all()
    corrections.drop([correction])
    assert (corrections.all(), open_ones(first)) == ([], 0)
    [kept] = Saves(first.desk).exchanged_page(correction.seqs)
    assert kept is not None
    assert (kept.state, kept.what) == (State.LEFT, "Scheda nuova")
    assert first.unsound == []
    with pytest.raises(Mendable, match="già stato corretto"):
        corrections.one(correction.seqs[0])


def test_a_creation_deleted_again_leaves_nothing_to_send(first):
    unit = factory.unit(first.desk, TOO_LONG)
    Forms(first.desk).delete(first.desk.get("housing_unit", unit))
    first.exchange.run()
    [correction] = Corrections(first.desk).all()
    assert (len(correction.seqs), correction.parts) == (2, ())


def test_an_edit_whose_creation_was_let_go_creates_the_record_anew(pcs, first):
    unit = factory.unit(first.desk, TOO_LONG)
    assert first.exchange.run(stop=after(2)).stopped
    edit(first, "housing_unit", unit, floor="1")
    assert first.exchange.run(stop=after(1)).stopped
    corrections = Corrections(first.desk)
    corrections.drop(corrections.all())
    first.exchange.run()
    [correction] = corrections.all()
    assert correction.reason == "Dipende da una scheda che la centrale non ha accettato"
    [part] = correction.parts
    assert (part.new, part.values) == (True, {"floor": "1"})
    with pytest.raises(Mendable, match="Codice alloggio"):
        corrections.resend(correction, {})
    corrections.resend(correction, {unit: {"code": "BL0700", "floor": "1"}})
    exchange(*pcs)
    assert pcs[1].desk.get("housing_unit", unit)["code"] == "BL0700"


def after(looks: int) -> Callable[[], bool]:
    """Stop an exchange at its next step after so many looks at the wish to stop."""
    count = iter(range(looks + 1_000))
    return lambda: next(count) >= looks


def test_saving_other_fields_of_the_record_settles_nothing(pcs, first):
    unit = factory.unit(first.desk, "BL0600")
    exchange(*pcs)
    edit(first, "housing_unit", unit, stair="scala destra", notes="vista")
    first.exchange.run()
    forms = Forms(first.desk)
    forms.save(first.desk.get("housing_unit", unit), {"notes": "vista", "floor": "2"})
    assert open_ones(first) == 1
    forms.save(first.desk.get("housing_unit", unit), {"stair": "D"})
    assert open_ones(first) == 0


def test_a_save_of_one_record_does_not_settle_a_correction_of_two(pcs, first):
    unit, other = factory.unit(first.desk, "BL0601"), factory.unit(first.desk, "BL0602")
    exchange(*pcs)
    rows = [first.desk.get("housing_unit", one) for one in (unit, other)]
    first.desk.save([row.change({"stair": "scala destra"}) for row in rows])
    first.exchange.run()
    Forms(first.desk).save(first.desk.get("housing_unit", unit), {"stair": "D"})
    assert open_ones(first) == 1
