"""What a save writes: the entry of the log and the rows, together or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ala_desktop.core.errors import Mendable
from ala_desktop.models.guards import FOLD
from ala_desktop.services.desk import Desk
from ala_desktop.sync import capture, picture, replica
from ala_desktop.sync.capture import Author, Change, Gone
from ala_desktop.sync.protocol import MOST_OPS, Op, Transaction, decode_line
from tests import factory

UNIT = "a" * 32


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = factory.desk(tmp_path)
    yield desk
    with desk.reading() as connection:
        assert picture.verify(connection, desk.rows) == []
    desk.close()


def outbox(desk: Desk) -> list[Transaction]:
    with desk.reading() as connection:
        lines = connection.exec_driver_sql("SELECT line FROM outbox ORDER BY device_seq").scalars().all()
    return [decode_line(line)[0] for line in lines]


def ops(desk: Desk) -> list[Op]:
    return [op for transaction in outbox(desk) for op in transaction.ops]


def create(desk: Desk, record: str = UNIT, **values: str | int | None) -> None:
    desk.save([Change("housing_unit", record, {"code": "BL0001", **values})])


def count(desk: Desk, table: str) -> int:
    with desk.reading() as connection:
        return connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()


class TestTheEntry:
    def test_a_new_record_carries_its_values_and_no_base(self, desk: Desk):
        create(desk, address="Via Roma", floor=None)
        assert ops(desk) == [Op("housing_unit", UNIT, None, {"code": "BL0001", "address": "Via Roma"}, [])]

    def test_an_edit_carries_what_was_shown_and_what_was_written(self, desk: Desk):
        create(desk, address="Via Roma")
        row = desk.get("housing_unit", UNIT)
        desk.save([Change("housing_unit", UNIT, {"address": "Via Po", "floor": "1"}, row.position, row.values)])
        put = {"address": ("Via Roma", "Via Po"), "floor": (None, "1")}
        assert ops(desk)[1] == Op("housing_unit", UNIT, 0, put, [])

    def test_a_field_that_was_left_as_it_was_is_not_written(self, desk: Desk):
        create(desk, address="Via Roma")
        row = desk.get("housing_unit", UNIT)
        desk.save([Change("housing_unit", UNIT, {"address": "Via Roma", "floor": "1"}, row.position, row.values)])
        assert ops(desk)[1].put == {"floor": (None, "1")}

    def test_a_save_that_changes_nothing_writes_nothing(self, desk: Desk):
        create(desk, address="Via Roma")
        row = desk.get("housing_unit", UNIT)
        desk.save([Change("housing_unit", UNIT, {"address": "Via Roma"}, row.position, row.values)])
        assert len(outbox(desk)) == 1

    def test_a_pinned_value_is_written_though_it_does_not_differ(self, desk: Desk):
        create(desk, address="Via Roma")
        row = desk.get("housing_unit", UNIT)
        desk.save([Change("housing_unit", UNIT, {"address": "Via Roma"}, row.position, row.values, pinned=True)])
        assert ops(desk)[1].put == {"address": ("Via Roma", "Via Roma")}

    def test_what_the_form_had_shown_is_old_though_another_window_saved_since(self, desk: Desk):
        create(desk, address="Via Roma")
        row = desk.get("housing_unit", UNIT)
        for address in ("Via Po", "Via Adda"):
            desk.save([Change("housing_unit", UNIT, {"address": address}, row.position, row.values)])
        assert [op.put.get("address") for op in ops(desk)[1:]] == [("Via Roma", "Via Po"), ("Via Roma", "Via Adda")]
        assert desk.get("housing_unit", UNIT)["address"] == "Via Adda"

    def test_everything_saved_at_once_is_one_transaction(self, desk: Desk):
        household = desk.new_id()
        desk.save(
            [
                Change("housing_unit", UNIT, {"code": "BL0001"}),
                Change("household", household, {"name": "Prova", "unit_id": UNIT}),
            ],
            group="g" * 32,
        )
        (transaction,) = outbox(desk)
        assert (transaction.at, transaction.author, transaction.group) == (
            "2026-11-22T09:00:00Z", "Piera Invernizzi", "g" * 32,
        )  # fmt: skip
        assert [op.id for op in transaction.ops] == [UNIT, household]

    def test_an_import_is_one_transaction_for_each_of_its_rows(self, desk: Desk):
        rows = [[Change("housing_unit", desk.new_id(), {"code": f"BL{n:04}"})] for n in range(1_500)]
        told: list[int] = []
        assert desk.save_each(rows, group="g" * 32, progress=told.append) == 1_500
        assert [len(transaction.ops) for transaction in outbox(desk)] == [1] * 1_500
        assert told[-1] == 1_500
        assert {row.group for row in desk.find("housing_unit")} == {"g" * 32}

    def test_an_import_may_write_twice_on_a_record(self, desk: Desk):
        rows = [
            [Change("housing_unit", UNIT, {"code": "BL0001"})],
            [Change("housing_unit", UNIT, {"floor": "1"}, 0)],
            [Change("housing_unit", UNIT, {"floor": "2"}, 0)],
        ]
        desk.save_each(rows, group="g" * 32)
        assert [op.put for op in ops(desk)][1:] == [{"floor": (None, "1")}, {"floor": ("1", "2")}]
        assert desk.get("housing_unit", UNIT)["floor"] == "2"


class TestLimits:
    def test_too_much_at_once_is_told_in_words_and_leaves_nothing(self, desk: Desk):
        changes = [Change("housing_unit", desk.new_id(), {"code": f"BL{n}"}) for n in range(MOST_OPS + 1)]
        with pytest.raises(Mendable, match="troppo grande"):
            desk.save(changes)
        assert (outbox(desk), desk.find("housing_unit")) == ([], [])

    def test_as_much_as_a_transaction_holds_is_saved(self, desk: Desk):
        changes = [Change("housing_unit", desk.new_id(), {"code": f"BL{n}"}) for n in range(MOST_OPS)]
        assert len(desk.save(changes)) == MOST_OPS

    def test_so_is_too_much_text(self, desk: Desk):
        text = "x" * 4_000
        changes = [Change("housing_unit", desk.new_id(), {"code": f"BL{n}", "notes": text}) for n in range(260)]
        with pytest.raises(Mendable, match="troppo grande"):
            desk.save(changes)
        assert count(desk, "housing_unit") == 0


class TestRowsThatAreNotWhatTheSaveThinks:
    def test_a_new_record_that_arrived_meanwhile_is_merged(self, desk: Desk):
        create(desk, address="Via Roma")
        saved = desk.save([Change("housing_unit", UNIT, {"code": "BL0001", "floor": "2"})])[0]
        assert (saved["address"], saved["floor"]) == ("Via Roma", "2")

    def test_an_edit_of_a_record_that_is_gone_is_told_in_words(self, desk: Desk):
        with pytest.raises(Mendable, match="non c'è più"):
            desk.save([Change("housing_unit", UNIT, {"floor": "2"}, 0)])

    def test_capture_itself_names_the_record(self, desk: Desk):
        change = Change("housing_unit", UNIT, {"floor": "2"}, 0)
        with pytest.raises(Gone) as gone, desk.store.writing() as connection:
            capture.save(connection, desk.rows, [[change]], Author("Piera", "2026-11-22T09:00:00Z"), None)
        assert gone.value.args == ("housing_unit", UNIT)

    def test_a_new_record_without_any_value_is_our_fault(self, desk: Desk):
        with pytest.raises(ValueError, match="without any value"):
            desk.save_each([[Change("housing_unit", UNIT, {"code": None})]], group="g" * 32)
        assert outbox(desk) == []

    def test_a_value_of_a_closed_field_is_not_written_over_unread(self, desk: Desk):
        record = desk.new_id()
        desk.save([Change("household", record, {"name": "Prova", "notes": "riservata"})])
        with desk.store.writing(FOLD) as connection:
            replica.advance(connection, comune_key=b"n" * 64)
            connection.exec_driver_sql("UPDATE household SET notes = NULL")
            sealed = ops(desk)[0].put["notes"]
            connection.exec_driver_sql("INSERT INTO sealed_value VALUES (?, 'notes', 'household', ?)", (record, sealed))
            desk.rekey(connection)
        row = desk.get("household", record)
        assert row["notes"] is None
        with pytest.raises(Mendable, match="non si può ancora modificare"):
            desk.save([Change("household", record, {"notes": "altra"}, row.position, row.values)])
        assert desk.save([Change("household", record, {"address": "Via Po"}, row.position, row.values)])


class TestTheDesk:
    @pytest.mark.parametrize("wrong", [{"floor": 3}, {"lift": 2}, {"code": "x" * 41}, {"code": ""}, {"_deleted": 2}])
    def test_a_value_that_cannot_stand_is_told_in_words(self, desk: Desk, wrong: dict[str, str | int]):
        create(desk)
        row = desk.get("housing_unit", UNIT)
        with pytest.raises(Mendable, match="non va bene"):
            desk.save([Change("housing_unit", UNIT, wrong, row.position, row.values)])
        assert len(outbox(desk)) == 1

    def test_a_deletion_is_one_and_nothing_like_it(self, desk: Desk):
        create(desk)
        row = desk.get("housing_unit", UNIT)
        with pytest.raises(Mendable, match="tipo di valore errato"):
            desk.save([Change("housing_unit", UNIT, {"_deleted": True}, row.position, row.values)])
        desk.save([Change("housing_unit", UNIT, {"_deleted": 1}, row.position, row.values)])
        assert (desk.find("housing_unit"), desk.get("housing_unit", UNIT).deleted) == ([], True)

    def test_one_bad_record_keeps_the_others_of_the_save_back(self, desk: Desk):
        with pytest.raises(Mendable):
            desk.save([Change("housing_unit", UNIT, {"code": "BL0001"}), Change("household", "b" * 32, {})])
        assert (outbox(desk), count(desk, "housing_unit")) == ([], 0)

    def test_a_member_does_not_move_to_another_sitting(self, desk: Desk):
        first, second, item = (desk.new_id() for _ in range(3))
        for sitting in (first, second):
            desk.save([Change("sitting", sitting, {"commission_id": "c" * 32, "held_on": "2026-11-22"})])
        desk.save([Change("agenda_item", item, {"sitting_id": first, "position": 1, "subject": "Tetto"})])
        row = desk.get("agenda_item", item)
        with pytest.raises(Mendable, match="non si può spostare"):
            desk.save([Change("agenda_item", item, {"sitting_id": second}, row.position, row.values)])

    def test_listeners_are_told_what_changed_and_only_that(self, desk: Desk):
        told: list[list[tuple[str, str]]] = []
        desk.listen(told.append)
        create(desk)
        row = desk.get("housing_unit", UNIT)
        desk.save([Change("housing_unit", UNIT, {"floor": "1"}, row.position, row.values)])
        desk.save([Change("housing_unit", UNIT, {"floor": "1"}, row.position, {**row.values, "floor": "1"})])
        assert told == [[("housing_unit", UNIT)], [("housing_unit", UNIT)]]


def test_only_what_creates_and_can_neither_freeze_nor_be_frozen_needs_no_fold(desk: Desk):
    def straight(*puts: tuple[str, int | None]) -> bool:
        return capture.straight_to_rows(desk.catalog, puts)

    assert straight(("housing_unit", None), ("person", None))
    for kind, base in (("housing_unit", 0), ("sitting", None), ("vote", None), ("agenda_item", 3)):
        assert not straight(("person", None), (kind, base))
