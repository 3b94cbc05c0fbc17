"""Numbers where the series is held, and elsewhere."""

from ala_desktop.services.sittings.numbering import Numbering
from ala_desktop.services.soundness import Soundness
from ala_desktop.sync import replica
from ala_desktop.sync.capture import Change
from tests.unit.services.sitting_factory import body


def becomes(desk, ordinal, name):
    with desk.store.writing() as connection:
        replica.advance(connection, ordinal=ordinal, device_name=name)


def approved(office, held_on="2026-11-22"):
    office.application()
    return office.sittings.approve(office.decided(held_on).sitting.id)


def test_each_commission_and_year_has_its_series(tmp_path):
    office = body(tmp_path)
    days = ("2026-01-10", "2025-12-20", "2026-02-10")
    assert [approved(office, day).number for day in days] == ["1/2026", "1/2025", "2/2026"]


def test_a_second_pc_takes_emergency_numbers(tmp_path):
    office = body(tmp_path)
    becomes(office.desk, 2, "PC2")
    assert [approved(office).number for _ in range(2)] == ["emergenza PC2-1/2026", "emergenza PC2-2/2026"]
    assert Numbering(office.desk).settle() == []


def test_the_holder_settles_emergency_numbers_once_and_in_order(tmp_path):
    office = body(tmp_path)
    assert approved(office).number == "1/2026"
    becomes(office.desk, 2, "PC2")
    emergencies = [approved(office).sitting.id for _ in range(2)]
    becomes(office.desk, 1, "PC1")
    settled = Numbering(office.desk).settle()
    assert [(row["sitting_id"], row["number"]) for row in settled] == list(zip(emergencies, (2, 3), strict=True))
    assert Numbering(office.desk).settle() == []
    assert office.sittings.file(emergencies[0]).number == "emergenza PC2-1/2026 (definitivo 2/2026)"
    assert approved(office).number == "4/2026"


def test_a_number_is_kept_beside_the_frozen_sitting(tmp_path):
    office = body(tmp_path)
    sitting = approved(office).sitting
    (number,) = office.desk.find("minutes_number", sitting_id=sitting.id)
    assert (number["year"], number["number"], number["given_on"]) == (2026, 1, "2026-11-22")
    assert (number["commission_id"], number["emergency_register"]) == (office.commission.id, None)


def test_the_check_of_the_store_tells_gaps_and_doubles(tmp_path):
    office = body(tmp_path)
    first, second = (approved(office).sitting.id for _ in range(2))
    becomes(office.desk, 2, "PC2")
    approved(office)
    assert Soundness(office.desk).verify() == []
    known = {"commission_id": office.commission.id, "year": 2026, "given_on": "2026-11-22"}
    for number, sitting in ((2, first), (4, second)):
        put = known | {"number": number, "sitting_id": sitting}
        office.desk.save([Change("minutes_number", office.desk.new_id(), put)])
    assert [(one.kind, one.id, one.what) for one in Soundness(office.desk).verify()] == [
        ("commission", office.commission.id, "il verbale n. 2/2026 compare due volte"),
        ("commission", office.commission.id, "manca il verbale n. 3/2026"),
    ]


def test_numbers_given_before_joining_a_comune_of_another_pc_become_emergency_ones(tmp_path):
    office = body(tmp_path)
    sitting = approved(office).sitting.id
    assert Numbering(office.desk).hand_over() == []
    becomes(office.desk, 2, "PC2")
    (number,) = Numbering(office.desk).hand_over()
    assert (number["sitting_id"], number["emergency_register"]) == (sitting, "PC2")
    assert Numbering(office.desk).hand_over() == []
    assert office.sittings.file(sitting).number == "emergenza PC2-1/2026"
