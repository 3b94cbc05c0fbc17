"""The course of a sitting, from its opening to the minutes that never change."""

import threading
from contextlib import suppress

import pytest
from sqlalchemy.exc import DBAPIError

from ala_desktop.core.errors import Mendable
from ala_desktop.models.guards import SAVE
from ala_desktop.services.forms import Forms
from ala_desktop.services.sittings.commissions import Commissions
from ala_desktop.services.sittings.course import refuse_by_hand
from ala_desktop.services.sittings.numbering import Numbering
from ala_desktop.sync.capture import Change
from ala_desktop.sync.protocol import decode_line
from tests.unit.services.sitting_factory import body


def last_transaction(desk):
    with desk.reading() as connection:
        line = connection.exec_driver_sql("SELECT line FROM outbox ORDER BY device_seq DESC LIMIT 1").scalar_one()
        count = connection.exec_driver_sql("SELECT count(*) FROM outbox").scalar_one()
    return decode_line(line)[0], count


def test_opening_calls_the_roll_of_the_members_in_office(tmp_path):
    office = body(tmp_path)
    commissions = Commissions(office.desk)
    commissions.edit(commissions.members(office.commission.id)[2], {"active": 0})
    sitting = office.sittings.open(office.commission.id, "2026-11-25", place="Sala consiliare")
    file = office.sittings.file(sitting.id)
    assert [row["full_name"] for row in file.attendance] == ["Anna Villa", "Bruno Sala", "Dario Monti"]
    assert [row["presence"] for row in file.attendance] == [None, None, None]
    assert (sitting["state"], sitting["quorum"], sitting["place"]) == ("bozza", 2, "Sala consiliare")
    assert sitting["chair_id"] == office.member(file, "Anna Villa")
    assert sitting["secretary_id"] == office.member(file, "Dario Monti")


def test_opening_is_one_transaction(tmp_path):
    office = body(tmp_path)
    _, before = last_transaction(office.desk)
    office.sittings.open(office.commission.id, "2026-11-25")
    transaction, after = last_transaction(office.desk)
    assert after == before + 1
    assert [op.kind for op in transaction.ops] == ["sitting", *["attendance"] * 4]


def test_a_commission_without_members_cannot_sit(tmp_path):
    office = body(tmp_path)
    empty = Commissions(office.desk).create({"name": "Vuota", "body": "altro"})
    with pytest.raises(Mendable, match="componenti in carica"):
        office.sittings.open(empty.id, "2026-11-25")


def test_members_appointed_since_are_called_later(tmp_path):
    office = body(tmp_path)
    file = office.opened()
    Commissions(office.desk).add_member(office.commission.id, {"full_name": "Zeno Po", "role": "componente"})
    assert [row["full_name"] for row in office.sittings.call_missing(file.sitting.id)] == ["Zeno Po"]
    assert office.sittings.call_missing(file.sitting.id) == []


def test_approval_says_all_that_is_missing_and_changes_nothing(tmp_path):
    office = body(tmp_path)
    office.application()
    file = office.opened()
    office.sittings.to_reading(file.sitting.id)
    _, before = last_transaction(office.desk)
    with pytest.raises(Mendable) as caught:
        office.sittings.approve(file.sitting.id)
    assert caught.value.cause.split("\n") == [
        "Seduta: manca l'ora di chiusura.",
        "Punto 1 (SAP: domanda di ROSSI MARIA): manca l'esito (se non è stato trattato va rinviato).",
    ]
    assert last_transaction(office.desk)[1] == before


def test_a_long_list_of_obstacles_is_cut_and_counted(tmp_path):
    office = body(tmp_path)
    for n in range(20):
        office.application(f"NOME {n}")
    file = office.opened()
    office.sittings.to_reading(file.sitting.id)
    with pytest.raises(Mendable) as caught:
        office.sittings.approve(file.sitting.id)
    lines = caught.value.cause.split("\n")
    assert len(lines) == 13
    assert lines[-1] == "E altre 9 cose da sistemare."


def test_a_draft_is_read_before_it_is_approved(tmp_path):
    office = body(tmp_path)
    office.application()
    file = office.decided()
    office.sittings.back_to_draft(file.sitting.id)
    with pytest.raises(Mendable, match="non è in lettura"):
        office.sittings.approve(file.sitting.id)
    with pytest.raises(Mendable, match="già in bozza"):
        office.sittings.back_to_draft(file.sitting.id)
    assert office.sittings.to_reading(file.sitting.id)["state"] == "in_lettura"
    with pytest.raises(Mendable, match="già in lettura"):
        office.sittings.to_reading(file.sitting.id)


def test_closing_reads_and_approves_a_ready_draft(tmp_path):
    office = body(tmp_path)
    office.application()
    file = office.decided()
    office.sittings.back_to_draft(file.sitting.id)
    assert office.sittings.close(file.sitting.id).number == "1/2026"


def test_closing_an_incomplete_draft_leaves_it_a_draft(tmp_path):
    office = body(tmp_path)
    office.application()
    file = office.opened()
    with pytest.raises(Mendable, match="non può ancora"):
        office.sittings.close(file.sitting.id)
    assert office.sittings.file(file.sitting.id).sitting["state"] == "bozza"


def test_approval_writes_the_decisions_on_the_cases(tmp_path):
    office = body(tmp_path)
    application, grant = office.application(), office.grant(beneficiary_fiscal_code="RSSMRA80A41F205X")
    approved = office.sittings.approve(office.decided().sitting.id)
    assert approved.sitting["state"] == "approvato"
    assert approved.sitting["approved_on"] == "2026-11-22"
    decided = {row.id: row for row in approved.decided}
    assert (decided[application]["outcome"], decided[application]["decided_on"]) == ("idonea", "2026-11-22")
    assert decided[grant]["outcome"] == "accolta"
    assert (decided[grant]["granted_cents"], decided[grant]["months"]) == (120000, 8)
    assert office.agenda.waiting() == []


def test_an_adjourned_case_comes_back_on_the_next_agenda(tmp_path):
    office = body(tmp_path)
    application = office.application()
    file = office.decided()
    office.sittings.write(file.items[0], {"outcome": "rinviata"})
    office.sittings.approve(file.sitting.id)
    assert [case.application_id for case in office.agenda.waiting()] == [application]


def test_approval_is_one_transaction_that_pins_the_whole_family(tmp_path):
    office = body(tmp_path)
    application = office.application()
    file = office.decided()
    _, before = last_transaction(office.desk)
    office.sittings.approve(file.sitting.id)
    transaction, after = last_transaction(office.desk)
    assert after == before + 1
    ops = {op.id: op for op in transaction.ops}
    assert {row.id for row in file.family()} < ops.keys()
    assert {op.kind for op in transaction.ops} == {
        "sitting", "attendance", "agenda_item", "vote", "housing_application", "minutes_number"
    }  # fmt: skip
    for row in file.family():
        put = {name: pair[1] for name, pair in ops[row.id].put.items() if isinstance(pair, tuple)}
        known = {name: value for name, value in row.values.items() if value is not None and name != "state"}
        assert known.items() <= put.items()
    assert ops[file.sitting.id].put["state"] == ("in_lettura", "approvato")
    assert set(ops[application].put) == {"outcome", "decided_on"}


def test_nothing_of_an_approved_sitting_can_be_saved(tmp_path):
    office = body(tmp_path)
    office.application()
    file = office.decided()
    office.sittings.approve(file.sitting.id)
    for row in file.family():
        name = {"sitting": "remarks", "attendance": "delegate", "agenda_item": "report", "vote": "vote"}[row.kind]
        with pytest.raises(Mendable, match="approvato"):
            office.desk.save([Change(row.kind, row.id, {name: "contrario"}, row.position)])
    with pytest.raises(Mendable, match="approvato"):
        office.agenda.add(file.sitting.id, "Aggiunta tardiva")
    for verb in (office.sittings.approve, office.sittings.back_to_draft, office.sittings.close):
        with pytest.raises(Mendable, match="già approvato"):
            verb(file.sitting.id)


@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
@pytest.mark.parametrize("kind", ["sitting", "attendance", "agenda_item", "vote"])
def test_the_store_itself_refuses_to_touch_an_approved_family(tmp_path, kind, statement):
    office = body(tmp_path)
    office.application()
    office.sittings.approve(office.decided().sitting.id)
    with pytest.raises(DBAPIError, match="is frozen"), office.desk.store.writing(SAVE) as connection:
        connection.exec_driver_sql(statement.format(kind))


def test_what_changed_since_it_was_shown_is_not_approved_unseen(tmp_path):
    office = body(tmp_path)
    office.application()
    shown = office.decided()
    office.sittings.write(shown.items[0], {"reasoning": "scritta da un'altra finestra"})
    with pytest.raises(Mendable, match="cambiata"):
        office.sittings.approve(shown.sitting.id, seen=shown)
    assert office.sittings.approve(shown.sitting.id, seen=office.sittings.file(shown.sitting.id)).number == "1/2026"


def test_a_deserted_sitting_is_minuted_and_decides_nothing(tmp_path):
    office = body(tmp_path)
    application = office.application()
    sitting = office.sittings.open(office.commission.id, "2026-11-22", opened_at="09:00", closed_at="09:30")
    office.agenda.build(sitting.id)
    file = office.sittings.file(sitting.id)
    for row in file.attendance:
        office.roll_call.mark(row, "presente" if row["full_name"] == "Dario Monti" else "assente")
    assert office.sittings.file(sitting.id).meeting.deserted
    assert office.sittings.close(sitting.id).decided == []
    assert [case.application_id for case in office.agenda.waiting()] == [application]


def test_the_state_changes_only_through_its_verbs(tmp_path):
    office = body(tmp_path)
    file = office.opened()
    with pytest.raises(ValueError, match="verbs of its own"):
        office.sittings.write(file.sitting, {"state": "approvato"})


@pytest.mark.parametrize(
    ("kind", "put", "refused"),
    [
        ("sitting", {"state": "approvato"}, True),
        ("sitting", {"state": "in_lettura"}, False),
        ("minutes_number", {"number": 7}, True),
        ("housing_unit", {"state": "approvato"}, False),
    ],
)
def test_nothing_is_approved_or_numbered_by_editing_a_field(kind, put, refused):
    if refused:
        with pytest.raises(Mendable, match="non si approva"):
            refuse_by_hand(kind, put)
    else:
        assert refuse_by_hand(kind, put) is None


def test_a_deleted_case_is_left_alone(tmp_path):
    office = body(tmp_path)
    application = office.application()
    file = office.decided()
    row = office.desk.get("housing_application", application)
    office.desk.save([Change(row.kind, row.id, {"_deleted": 1}, row.position)])
    assert office.sittings.approve(file.sitting.id).decided == []
    assert office.desk.get("housing_application", application)["outcome"] is None


def test_sittings_are_listed_newest_first(tmp_path):
    office = body(tmp_path)
    for day in ("2026-01-10", "2026-03-10", "2026-02-10"):
        office.sittings.open(office.commission.id, day)
    days = [row["held_on"] for row in office.sittings.all(office.commission.id)]
    assert days == ["2026-03-10", "2026-02-10", "2026-01-10"]
    assert office.sittings.all(office.desk.new_id()) == []


def test_two_approvals_at_once_take_two_numbers(tmp_path, monkeypatch):
    """Each waits, after reading the numbers given so far, for the other to read them too: the lock must forbid it."""
    office = body(tmp_path)
    both_have_read, first_read = threading.Barrier(2), Numbering.next_for

    def read_and_wait(numbering, sitting):
        number = first_read(numbering, sitting)
        with suppress(threading.BrokenBarrierError):
            both_have_read.wait(timeout=0.5)
        return number

    monkeypatch.setattr(Numbering, "next_for", read_and_wait)
    sittings = []
    for name in ("ROSSI MARIA", "BIANCHI UGO"):
        office.application(name)
        sittings.append(office.decided().sitting.id)
    numbers = []

    def approve(sitting):
        numbers.append(office.sittings.approve(sitting).number)

    threads = [threading.Thread(target=approve, args=(sitting,)) for sitting in sittings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == ["1/2026", "2/2026"]


def test_a_sitting_opened_by_mistake_is_deleted_whole_and_comes_back_whole(tmp_path):
    office = body(tmp_path)
    office.application()
    file = office.decided()
    gone = office.sittings.delete(file.sitting.id)
    assert len(gone) == len(file.family()) > 6
    assert office.sittings.all() == []
    assert len(office.agenda.waiting()) == 1
    Forms(office.desk).restore(gone)
    back = office.sittings.file(file.sitting.id)
    assert [row.values for row in back.family()] == [row.values for row in file.family()]


def test_approved_minutes_are_not_deleted(tmp_path):
    office = body(tmp_path)
    office.application()
    file = office.decided()
    office.sittings.approve(file.sitting.id)
    with pytest.raises(Mendable, match="non si elimina"):
        office.sittings.delete(file.sitting.id)
    assert len(office.sittings.all()) == 1
