from ala_desktop.services.drafts import Drafts
from ala_desktop.services.overview import Overviews
from ala_desktop.sync.capture import Change
from tests import factory


def save(desk, kind, **values):
    record = desk.new_id()
    desk.save([Change(kind, record, values)])
    return record


def test_a_new_office_is_empty(desk):
    overview = Overviews(desk).now()
    assert overview.empty
    assert (overview.sittings, overview.drafts, overview.pending) == ((), (), 0)


def test_living_records_are_counted(desk):
    factory.unit(desk, "A", occupancy="libero")
    gone = factory.unit(desk, "B", occupancy="libero")
    desk.save([Change("housing_unit", gone, {"_deleted": 1}, desk.position())])
    save(desk, "household", name="Rossi")
    overview = Overviews(desk).now()
    assert (overview.units, overview.vacant, overview.households, overview.people) == (1, 1, 1, 0)
    assert not overview.empty


def test_applications_without_an_outcome_wait(desk):
    for outcome in (None, "in_istruttoria", "rinviata", "accolta"):
        save(desk, "housing_application", applicant="Rossi", service="SAP", outcome=outcome)
    assert Overviews(desk).now().pending == 3


def test_sittings_that_are_not_approved_come_nearest_day_first(desk):
    commission = save(desk, "commission", name="Commissione Casa", body="commissione_casa")
    for day, state in (("2026-12-20", "bozza"), ("2026-12-01", "in_lettura"), ("2026-01-01", "approvato")):
        save(desk, "sitting", commission_id=commission, held_on=day, state=state)
    found = [(one.held_on, one.commission, one.state) for one in Overviews(desk).now().sittings]
    assert found == [("2026-12-01", "Commissione Casa", "in_lettura"), ("2026-12-20", "Commissione Casa", "bozza")]


def test_drafts_are_named_as_they_will_be_and_only_a_few_are_told(desk):
    unit = factory.unit(desk, "A1")
    drafts = Drafts(desk)
    drafts.keep("housing_unit", unit, desk.position(), {"address": "Via Nuova"})
    for number in range(8):
        drafts.keep("person", f"{number:032x}", None, {"surname": f"Rossi {number}"})
    overview = Overviews(desk).now()
    assert overview.drafts_in_all == 9
    assert len(overview.drafts) == 6
    names = {one.name for one in Overviews(desk).now().drafts}
    assert names <= {"A1 Via Nuova", *(f"Rossi {number}" for number in range(8))}
