"""The queue of discordant values: what is shown of them, and what each choice leaves on both PCs."""

from __future__ import annotations

import pytest

from ala_desktop.core.errors import Mendable
from ala_desktop.services.forms import Forms
from ala_desktop.services.sharing.conflicts import DELETION, Conflicts, Keep, Typed
from ala_desktop.sync.capture import Change
from tests import factory
from tests.hubs import Pc, pc
from tests.unit.services.discord import SECOND_CLERK, a_hub, disputed_unit, edit, exchange, some_pcs
from tests.unit.services.sitting_factory import body


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    with a_hub(tmp_path_factory.mktemp("hub")) as running:
        yield running


@pytest.fixture(scope="module")
def pcs(hub, tmp_path_factory):
    with some_pcs(hub, tmp_path_factory.mktemp("comune")) as pair:
        yield pair


def about(one: Pc, record: str):
    return [conflict for conflict in Conflicts(one.desk).list() if conflict.record == record]


def test_both_pcs_show_both_values_with_author_pc_and_time(pcs):
    first, second = pcs
    unit = disputed_unit(first, second, "C1", {"address": "Via Po"}, {"address": "Via Adda"})
    for one in pcs:
        [conflict] = about(one, unit)
        assert (conflict.kind, conflict.field, conflict.name, conflict.label) == (
            "housing_unit", "address", "C1 Via Po", "Indirizzo",
        )  # fmt: skip
        assert conflict.base == "Via Roma"
        assert conflict.in_force.as_json() == {
            "value": "Via Po", "author": "Piera Invernizzi", "device": "PC 1", "when": "2026-11-22T09:00:00Z",
        }  # fmt: skip
        assert conflict.parked.as_json() == {
            "value": "Via Adda", "author": SECOND_CLERK, "device": "PC 2", "when": "2026-11-22T09:00:00Z",
        }  # fmt: skip
        assert not conflict.rectification
    assert [c.id for c in about(first, unit)] == [c.id for c in about(second, unit)]


def test_a_value_that_waits_to_be_sent_conflicts_already(pcs):
    first, second = pcs
    unit = factory.unit(first.desk, "C2")
    exchange(first, second)
    edit(first, "housing_unit", unit, address="Via Po")
    first.exchange.run()
    edit(second, "housing_unit", unit, address="Via Adda")
    stop_after_receiving(second)
    [conflict] = about(second, unit)
    assert (conflict.in_force.value, conflict.parked.value) == ("Via Po", "Via Adda")
    Conflicts(second.desk).keep_parked(conflict.id)
    assert about(second, unit) == []
    exchange(second, first)
    assert [one.desk.get("housing_unit", unit)["address"] for one in pcs] == ["Via Adda"] * 2
    assert about(first, unit) == about(second, unit) == []


def stop_after_receiving(one: Pc) -> None:
    """An exchange that the clerk stops before anything is sent."""
    pulled: list[bool] = []

    def stop() -> bool:
        pulled.append(True)
        return len(pulled) > 1

    assert one.exchange.run(stop=stop).stopped


@pytest.mark.parametrize(
    ("choose", "address"),
    [
        (lambda queue, conflict: queue.keep_in_force(conflict), "Via Po"),
        (lambda queue, conflict: queue.keep_parked(conflict), "Via Adda"),
        (lambda queue, conflict: queue.keep_value(conflict, "  Via   Lambro "), "Via Lambro"),
    ],
)
def test_each_choice_stands_on_both_pcs_and_closes_the_conflict(pcs, choose, address):
    first, second = pcs
    unit = disputed_unit(first, second, "C3", {"address": "Via Po"}, {"address": "Via Adda"})
    [conflict] = about(second, unit)
    assert choose(Conflicts(second.desk), conflict.id)["address"] == address
    exchange(second, first)
    assert [one.desk.get("housing_unit", unit)["address"] for one in pcs] == [address] * 2
    assert about(first, unit) == about(second, unit) == []
    assert first.digest == second.digest
    assert first.unsound == second.unsound == []


def test_a_third_value_that_the_field_does_not_take_is_refused_with_the_reason(pcs):
    first, second = pcs
    unit = disputed_unit(first, second, "C4", {"last_inspection": "2026-01-10"}, {"last_inspection": "2026-02-10"})
    [conflict] = about(first, unit)
    with pytest.raises(Mendable) as problem:
        Conflicts(first.desk).keep_value(conflict.id, "31/02/2026")
    assert problem.value.title == "Ultimo sopralluogo: valore non valido"
    assert "la data non esiste" in problem.value.cause
    assert about(first, unit) == [conflict]
    Conflicts(first.desk).keep_value(conflict.id, "3/2/26")
    assert first.desk.get("housing_unit", unit)["last_inspection"] == "2026-02-03"


def test_a_conflict_that_is_gone_says_so(pcs):
    with pytest.raises(Mendable) as problem:
        Conflicts(pcs[0].desk).keep_in_force("000000000000")
    assert problem.value.title == "Dato discordante non trovato"


def test_values_of_one_record_are_settled_in_one_transaction(pcs):
    first, second = pcs
    unit = disputed_unit(
        first, second, "C5", {"address": "Via Po", "floor": "1", "stair": "A"},
        {"address": "Via Adda", "floor": "2", "stair": "B"},
    )  # fmt: skip
    queue = Conflicts(second.desk)
    claims = {claim.field: claim for claim in queue.claims() if claim.record == unit}
    before = second.desk.me.next_device_seq
    queue.settle([(claims["address"], Keep.PARKED), (claims["floor"], Keep.IN_FORCE), (claims["stair"], Typed("C"))])
    assert second.desk.me.next_device_seq == before + 1
    exchange(second, first)
    row = first.desk.get("housing_unit", unit)
    assert (row["address"], row["floor"], row["stair"]) == ("Via Adda", "1", "C")
    assert about(first, unit) == about(second, unit) == []


def test_a_deletion_beside_an_edit_is_asked_and_may_be_kept(pcs):
    first, second = pcs
    unit = factory.unit(first.desk, "C6")
    exchange(first, second)
    edit(first, "housing_unit", unit, address="Via Po")
    Forms(second.desk).delete(second.desk.get("housing_unit", unit))
    first.exchange.run()
    exchange(second, first)
    [conflict] = about(first, unit)
    assert (conflict.label, conflict.in_force.value, conflict.parked.value) == (DELETION, None, 1)
    Conflicts(first.desk).keep_parked(conflict.id)
    exchange(first, second)
    assert [one.desk.get("housing_unit", unit).deleted for one in pcs] == [True, True]
    assert about(second, unit) == []


def test_a_late_edit_of_approved_minutes_can_be_noted_but_not_put_in_force(tmp_path):
    with a_hub(tmp_path / "hub") as hub, some_pcs(hub, tmp_path) as (first, second):
        office = body(tmp_path, first.desk)
        office.application()
        file = office.decided()
        exchange(first, second)
        office.sittings.approve(file.sitting.id)
        edit(second, "sitting", file.sitting.id, place="Sala B")
        first.exchange.run()
        exchange(second, first)
        [conflict] = about(first, file.sitting.id)
        assert (conflict.rectification, conflict.field, conflict.parked.value) == (True, "place", "Sala B")
        with pytest.raises(Mendable) as problem:
            Conflicts(first.desk).keep_parked(conflict.id)
        assert problem.value.title == "Il verbale è approvato e non si può più modificare"
        Conflicts(first.desk).keep_in_force(conflict.id)
        exchange(first, second)
        assert about(first, file.sitting.id) == about(second, file.sitting.id) == []
        assert first.desk.get("sitting", file.sitting.id)["place"] == file.sitting["place"]
        assert first.digest == second.digest


def test_records_are_counted_apart_for_what_is_to_decide_and_what_came_late(pcs):
    first, second = pcs
    unit = disputed_unit(first, second, "C7", {"floor": "1", "stair": "A"}, {"floor": "2", "stair": "B"})
    queue = Conflicts(first.desk)
    [disputed] = [one for one in queue.records(queue.claims()) if one.id == unit]
    assert disputed == ("housing_unit", unit, "Alloggio C7 Via Roma", 2, 0)
    assert queue.count() == len(queue.list())


def test_a_sealed_value_is_not_shown_nor_decided_before_the_pc_is_confirmed(hub, pcs, tmp_path):
    first, second = pcs
    record = first.desk.new_id()
    application = {"service": "SAP", "applicant": "Rossi Maria", "notes": "prima"}
    first.desk.save([Change("housing_application", record, application)])
    exchange(first, second)
    edit(first, "housing_application", record, notes="in carico ai servizi")
    edit(second, "housing_application", record, notes="sentita al telefono")
    first.exchange.run()
    exchange(second, first)
    assert [about(one, record)[0].parked.value for one in pcs] == ["sentita al telefono"] * 2

    newcomer = pc(tmp_path / "terzo")
    newcomer.exchange.enrol(hub.url, hub.invite())
    newcomer.exchange.run()
    [conflict] = about(newcomer, record)
    assert conflict.locked
    assert (conflict.base, conflict.in_force.value, conflict.parked.value) == (None, None, None)
    for choose in (Conflicts(newcomer.desk).keep_in_force, Conflicts(newcomer.desk).keep_parked):
        with pytest.raises(Mendable, match="non può ancora leggere"):
            choose(conflict.id)

    first.exchange.run()
    first.exchange.confirm(newcomer.desk.me.device)
    newcomer.exchange.confirm(first.desk.me.device)
    newcomer.exchange.run()
    [conflict] = about(newcomer, record)
    assert (conflict.locked, conflict.in_force.value) == (False, "in carico ai servizi")
    Conflicts(newcomer.desk).keep_parked(conflict.id)
    exchange(newcomer, first)
    assert first.desk.get("housing_application", record)["notes"] == "sentita al telefono"
    newcomer.desk.close()
