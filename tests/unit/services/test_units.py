"""Changes of state of a unit keep what was before, and ask the rules first."""

import pytest

from ala_desktop.core.errors import Mendable
from ala_desktop.services.units import ToConfirm, Units
from tests import factory


def read(desk, unit_id):
    return desk.get("housing_unit", unit_id)


def test_each_changed_axis_leaves_a_past_state_in_the_same_transaction(desk):
    unit = factory.unit(desk, occupancy="assegnato", occupancy_since="2019-03-01", condition="idoneo")
    units = Units(desk)
    with desk.reading() as connection:
        before = connection.exec_driver_sql("SELECT count(*) FROM outbox").scalar_one()
    row = units.save(read(desk, unit), {"occupancy": "in_rilascio", "rent_cents": 12000}, reason="disdetta")
    with desk.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM outbox").scalar_one() == before + 1
    assert (row["occupancy"], row["occupancy_since"], row["rent_cents"]) == ("in_rilascio", "2026-11-22", 12000)
    (past,) = units.history(unit)
    assert [past[name] for name in ("axis", "value", "since", "until", "reason")] == [
        "occupancy", "assegnato", "2019-03-01", "2026-11-22", "disdetta"
    ]  # fmt: skip


def test_saving_other_fields_leaves_no_past_state(desk):
    unit = factory.unit(desk, occupancy="assegnato")
    Units(desk).save(read(desk, unit), {"address": "Via Nuova", "occupancy": "assegnato"})
    assert Units(desk).history(unit) == []


def test_a_refused_change_writes_nothing(desk):
    unit = factory.unit(desk, availability="demolito")
    with pytest.raises(Mendable) as caught:
        Units(desk).save(read(desk, unit), {"occupancy": "assegnato"})
    assert "demolito" in caught.value.cause
    assert read(desk, unit)["occupancy"] is None


def test_works_in_an_assigned_unit_are_confirmed_and_remembered(desk):
    unit = factory.unit(desk, occupancy="assegnato", condition="idoneo")
    units = Units(desk)
    with pytest.raises(ToConfirm) as caught:
        units.save(read(desk, unit), {"condition": "in_manutenzione"})
    assert len(caught.value.questions) == 1
    assert read(desk, unit)["condition"] == "idoneo"
    assert (
        units.save(read(desk, unit), {"condition": "in_manutenzione"}, confirmed=True)["condition"] == "in_manutenzione"
    )
    assert units.history(unit)[0]["reason"] == "lavori con l'alloggio occupato"


def test_after_a_release_the_inspection_comes_before_the_condition(desk):
    unit = factory.unit(desk, occupancy="assegnato", condition="idoneo", last_inspection="2024-05-01")
    units = Units(desk)
    units.save(read(desk, unit), {"occupancy": "libero", "occupancy_since": "2026-11-10"})
    with pytest.raises(Mendable) as caught:
        units.save(read(desk, unit), {"condition": "carenze_manutentive"})
    assert "sopralluogo" in caught.value.cause
    units.save(read(desk, unit), {"condition": "carenze_manutentive", "last_inspection": "2026-11-15"})
    assert [(row["axis"], row["value"]) for row in units.history(unit)] == [
        ("condition", "idoneo"),
        ("occupancy", "assegnato"),
    ]
