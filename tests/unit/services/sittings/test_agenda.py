"""The agenda: built from what waits, added to, put in order."""

import pytest

from ala_desktop.core.errors import Mendable
from ala_desktop.services.sittings import agenda
from ala_desktop.sync.capture import Change
from ala_desktop.sync.protocol import MOST_OPS
from tests.unit.services.sitting_factory import body


def positions(file):
    return [(row["position"], row["subject"]) for row in file.items]


def test_waiting_cases_come_oldest_first_with_their_words(tmp_path):
    office = body(tmp_path)
    household = office.save("household", {"name": "ROSSI MARIA"})
    for _ in range(2):
        office.save("household_member", {"household_id": household, "person_id": office.desk.new_id()})
    office.application("BIANCHI UGO", submitted_on="2026-03-01", protocol="1002")
    first = office.application(isee_cents=751230, score=1250, household_id=household, regional_id="R-7")
    items = office.agenda.build(office.sittings.open(office.commission.id, "2026-11-25").id)
    assert [item["case_code"] for item in items] == ["1000", "1002"]
    assert [item["position"] for item in items] == [1, 2]
    assert (items[0]["application_id"], items[0]["type"]) == (first, "domanda")
    assert items[0]["subject"] == "SAP: domanda di ROSSI MARIA"
    assert items[0]["report"] == (
        "Domanda presentata il 02/01/2026, ID pratica regionale R-7, ISEE 7.512,30 €, punteggio 12,50, "
        "nucleo di 2 componenti."
    )
    assert items[0]["proposal"] == "Esaminare la domanda e deliberare sull'idoneità."


def test_decided_cases_do_not_wait(tmp_path):
    office = body(tmp_path)
    for outcome in ("idonea", "non_idonea", "esclusa", "accolta", "respinta"):
        office.application(outcome=outcome)
    office.grant(granted_cents=100)
    waits = {office.application(), office.application(outcome="in_istruttoria"), office.application(outcome="rinviata")}
    waits.add(office.grant())
    assert {case.id for case in office.agenda.waiting()} == waits


def test_a_grant_names_its_beneficiary_and_the_limits_of_its_measure(tmp_path):
    office = body(tmp_path)
    person = office.save("person", {"surname": "ȘTEFĂNESCU", "name": "IOANA"})
    measure = office.save(
        "measure", {"service": "misura_unica", "name": "Misura Unica 2026", "cap_cents": 300000, "most_months": 8}
    )
    office.grant(person_id=person, measure_id=measure, landlord="Ferrari", months=6)
    (case,) = office.agenda.waiting()
    assert case.values["subject"] == "Misura Unica: richiesta di contributo di ȘTEFĂNESCU IOANA"
    assert case.values["proposal"] == (
        "Deliberare sulla concessione del contributo, entro i limiti della misura «Misura Unica 2026» "
        "(massimo 3.000,00 € e 8 mensilità)."
    )
    assert case.values["report"] == "Proprietario (locatore): Ferrari."
    assert case.values["months"] == 6


def test_a_grant_and_its_application_are_one_item(tmp_path):
    office = body(tmp_path)
    application = office.application(service="misura_unica")
    grant = office.grant(application_id=application)
    (case,) = office.agenda.waiting()
    assert (case.application_id, case.intervention_id, case.values["type"]) == (application, grant, "contributo")
    assert case.who == "ROSSI MARIA"


def test_a_case_on_an_open_agenda_does_not_wait_twice(tmp_path):
    office = body(tmp_path)
    office.application()
    file = office.opened()
    assert len(file.items) == 1
    assert office.agenda.waiting() == []
    assert office.agenda.build(office.sittings.open(office.commission.id, "2026-11-30").id) == []


def test_only_the_chosen_cases_are_brought(tmp_path):
    office = body(tmp_path)
    chosen, _ = office.application("BIANCHI UGO"), office.application()
    items = office.agenda.build(office.sittings.open(office.commission.id, "2026-11-25").id, [chosen])
    assert [item["application_id"] for item in items] == [chosen]
    assert len(office.agenda.waiting()) == 1


def test_an_item_taken_off_waits_again_and_can_be_put_back(tmp_path):
    office = body(tmp_path)
    office.application("A", submitted_on="2026-01-01")
    office.application("B", submitted_on="2026-01-02")
    office.application("C", submitted_on="2026-01-03")
    file = office.opened()
    middle = file.items[1]
    shorter = office.agenda.remove(file, middle.id)
    assert positions(shorter) == [(1, "SAP: domanda di A"), (2, "SAP: domanda di C")]
    assert [case.application_id for case in office.agenda.waiting()] == [middle["application_id"]]
    assert office.agenda.restore(shorter, middle.id).items[1].id == middle.id
    assert [row["position"] for row in office.sittings.file(file.sitting.id).items] == [1, 2, 3]


def test_items_move_and_are_renumbered(tmp_path):
    office = body(tmp_path)
    for day, name in enumerate("ABC", start=1):
        office.application(name, submitted_on=f"2026-01-0{day}")
    file = office.opened()
    moved = office.agenda.move(file, file.items[2].id, 1)
    assert positions(moved) == [(n, f"SAP: domanda di {name}") for n, name in enumerate("CAB", start=1)]
    again = office.agenda.move(moved, moved.items[0].id, 99)
    assert positions(again) == [(n, f"SAP: domanda di {name}") for n, name in enumerate("ABC", start=1)]


def test_other_business_stays_at_the_end(tmp_path):
    office = body(tmp_path)
    sitting = office.sittings.open(office.commission.id, "2026-11-22")
    office.agenda.add(sitting.id, "Varie ed eventuali", "varie")
    office.application()
    office.agenda.build(sitting.id)
    urgent = office.agenda.add(sitting.id, "Sgombero urgente", "fuori_sacco")
    assert urgent["position"] == 2
    assert positions(office.sittings.file(sitting.id)) == [
        (1, "SAP: domanda di ROSSI MARIA"),
        (2, "Sgombero urgente"),
        (3, "Varie ed eventuali"),
    ]


def test_an_agenda_stays_within_what_one_approval_can_hold(tmp_path):
    office = body(tmp_path)
    most = agenda.most_items(4)
    assert 2 + 4 + most * (3 + 4) <= MOST_OPS < 2 + 4 + (most + 1) * (3 + 4)
    office.desk.save_each(
        (
            [Change("housing_application", office.desk.new_id(), {"service": "SAP", "applicant": f"N{n}"})]
            for n in range(most + 1)
        ),
        group="registro",
    )
    sitting = office.sittings.open(office.commission.id, "2026-11-22")
    with pytest.raises(Mendable, match="Troppi punti"):
        office.agenda.build(sitting.id)
    assert office.sittings.file(sitting.id).items == ()
    chosen = [case.id for case in office.agenda.waiting()[:most]]
    assert len(office.agenda.build(sitting.id, chosen)) == most


def test_building_an_agenda_is_one_transaction(tmp_path):
    office = body(tmp_path)
    office.application()
    office.application("BIANCHI UGO")
    sitting = office.sittings.open(office.commission.id, "2026-11-22")
    before = transactions(office.desk)
    office.agenda.build(sitting.id)
    assert transactions(office.desk) == before + 1


def transactions(desk):
    with desk.reading() as connection:
        return connection.exec_driver_sql("SELECT count(*) FROM outbox").scalar_one()
