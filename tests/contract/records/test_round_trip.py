"""Every kind of record: what is saved is what the log carries, what other PCs show, what comes back to the form."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from ala_desktop.core.ids import new_id
from ala_desktop.core.tenants import ALA
from ala_desktop.fields import check
from ala_desktop.fields.values import Value
from ala_desktop.models.catalog import build
from ala_desktop.services.row import Row
from ala_desktop.sync import envelope, picture
from ala_desktop.sync.capture import Change
from ala_desktop.sync.protocol import Op, decode_line, encode, pairs_of, plain_values
from tests.contract.records import values
from tests.property.ordering_hub import OrderingHub
from tests.property.pc import Pc

CATALOG = build()
drawn = settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


class Office:
    """Two PCs, and a third that lacks the office's key. They are ALA's: who else writes what is another matter."""

    def __init__(self, folder: Path) -> None:
        self.hub = OrderingHub()
        self.one, self.two = (Pc(folder / f"pc{n}", CATALOG, new_id, n, tenant=ALA) for n in (1, 2))
        self.keyless = Pc(folder / "pc3", CATALOG, new_id, 3, has_key=False, tenant=ALA)
        self.pcs = (self.one, self.two, self.keyless)
        for pc in self.pcs:
            for other in self.pcs:
                if other is not pc:
                    pc.meet(other)

    def exchange(self) -> None:
        for _ in range(2):
            for pc in self.pcs:
                pc.seal()
                for frame in pc.frames():
                    self.hub.offer(frame)
                while pc.pull(self.hub, 50):
                    pass

    def last_op(self, pc: Pc) -> Op:
        """The only op of what was saved last; its bytes are the one encoding of it."""
        with pc.desk.reading() as connection:
            query = "SELECT line FROM outbox ORDER BY device_seq DESC LIMIT 1"
            line = connection.exec_driver_sql(query).scalar_one()
        transaction, texts = decode_line(line)
        assert [encode(op) for op in transaction.ops] == [bytes(text) for text in texts]
        (op,) = transaction.ops
        return op


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    office = Office(tmp_path_factory.mktemp("office"))
    yield office
    for pc in office.pcs:
        pc.desk.close()


def filled(row: Row) -> dict[str, Value]:
    return living(dict(row.values))


def living(found: dict[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in found.items() if value is not None}


def opened(pc: Pc, op: Op, found: dict[str, Value]) -> dict[str, Value]:
    return pc.desk.rows.open(CATALOG[op.kind], op.id, living(found))


@pytest.mark.parametrize("kind", CATALOG)
def test_a_new_record_reaches_every_pc_as_it_was_typed(office: Office, kind: str):
    typed: dict[str, dict[str, Value]] = {}

    @drawn
    @given(values.of_record(CATALOG[kind]))
    def create(put: dict[str, Value]) -> None:
        record = new_id()
        saved = office.one.desk.save([Change(kind, record, put)])[0]
        op = office.last_op(office.one)
        assert (op.kind, op.id, op.base, op.closes) == (kind, record, None, [])
        assert opened(office.one, op, plain_values(op)) == put
        assert check.problems(CATALOG[kind], plain_values(op), sealed=True) == {}
        assert filled(saved) == filled(office.one.desk.get(kind, record)) == put
        typed[record] = put

    create()
    office.exchange()
    assert len(typed) >= 10
    for record, put in typed.items():
        assert filled(office.two.desk.get(kind, record)) == put
        readable = {name: value for name, value in put.items() if name not in CATALOG[kind].sealed}
        assert filled(office.keyless.desk.get(kind, record)) == readable


@pytest.mark.parametrize("kind", CATALOG)
def test_an_edit_reaches_every_pc_as_it_was_typed(office: Office, kind: str):
    spec, after = CATALOG[kind], dict[str, dict[str, Value]]()
    freeze = spec.freeze
    fixed = {freeze.within, freeze.field} if freeze else set[str | None]()
    frozen = set(freeze.states) if freeze and freeze.within is None else set[Value]()

    def open_to_edits(put: dict[str, Value]) -> bool:
        return freeze is None or put.get(freeze.field) not in frozen

    @drawn
    @given(values.of_record(spec).filter(open_to_edits), values.of_record(spec, whole=False))
    def edit(before: dict[str, Value], put: dict[str, Value]) -> None:
        record, put = new_id(), {name: value for name, value in put.items() if name not in fixed}
        row = office.one.desk.save([Change(kind, record, before)])[0]
        changed = {name: value for name, value in put.items() if row[name] != value}
        office.one.desk.save([Change(kind, record, put, row.position, row.values)])
        after[record] = living(before | put)
        assert filled(office.one.desk.get(kind, record)) == after[record]
        if changed:
            op, pairs = office.last_op(office.one), pairs_of(office.last_op(office.one))
            assert op.base == row.position
            assert opened(office.one, op, {n: new for n, (_, new) in pairs.items()}) == living(changed)
            old = {n: old for n, (old, _) in pairs.items()}
            assert opened(office.one, op, old) == living({n: row[n] for n in changed})

    edit()
    office.exchange()
    for record, expected in after.items():
        assert filled(office.two.desk.get(kind, record)) == expected


@pytest.mark.parametrize("kind", CATALOG)
def test_a_single_save_and_an_import_write_the_same_bytes(office: Office, kind: str):
    @drawn
    @given(values.of_record(CATALOG[kind]))
    def both_ways(put: dict[str, Value]) -> None:
        record, group = new_id(), new_id()
        office.one.desk.save([Change(kind, record, put)], group=group)
        office.two.desk.save_each([[Change(kind, record, put)]], group=group)
        assert encode(office.last_op(office.one)) == encode(office.last_op(office.two))

    both_ways()
    office.exchange()


def test_all_of_it_leaves_sound_and_equal_replicas(office: Office):
    """Whatever the tests above saved: the same digest, with and without the comune's key, and nothing to verify."""
    office.exchange()
    digests: set[str] = set()
    for pc in office.pcs:
        with pc.desk.reading() as connection:
            assert picture.verify(connection, pc.desk.rows) == []
            digests.add(picture.digest(connection, pc.desk.rows))
    assert len(digests) == 1


def test_a_field_of_a_newer_version_is_kept_and_passed_on(office: Office):
    record = new_id()
    office.one.desk.save([Change("housing_unit", record, {"code": "BL0001", "solar_panels": "12 m²", "cisterns": 2})])
    office.exchange()
    row = office.two.desk.get("housing_unit", record)
    assert (row["solar_panels"], row["cisterns"]) == ("12 m²", 2)
    office.two.desk.save([Change("housing_unit", record, {"address": "Via Po"}, row.position, row.values)])
    office.exchange()
    row = office.one.desk.get("housing_unit", record)
    assert (row["solar_panels"], row["cisterns"], row["address"]) == ("12 m²", 2, "Via Po")


def test_what_is_kept_to_the_comune_travels_sealed(office: Office):
    record = new_id()
    secret = "una nota che ALA non deve leggere"
    office.one.desk.save([Change("person", record, {"surname": "Prova", "notes": secret, "disability_percent": 74})])
    office.exchange()
    frame = envelope.split(office.hub.log[-1].sealed)
    lines = envelope.payload_of(frame).lines
    assert any(record.encode() in line for line in lines)
    assert all(secret.encode() not in line and b":74" not in line for line in lines)
    assert office.two.desk.get("person", record)["notes"] == secret
