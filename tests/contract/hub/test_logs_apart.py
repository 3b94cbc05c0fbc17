"""No message of a comune's device reads or writes another comune's log; what ALA may, and no more. SQLite, PostgreSQL.

The hostile device signs every request with its own valid key. Each guard is tried by removing it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest

from ala_desktop.hub import app, intake
from ala_desktop.hub import rights as hub_rights
from ala_desktop.hub.app import Hub
from ala_desktop.hub.devices import Enrolment
from ala_desktop.hub.store import Store
from ala_desktop.hub.store_postgres import PostgresStore
from ala_desktop.sync import chain, envelope, rights
from ala_desktop.sync.messages import DeviceCard, KeyParcel, PushReply, TenantHead, decode, roster_of, unpack_page
from ala_desktop.sync.protocol import Op, encode
from tests import hub_frames
from tests.factory import FixedClock
from tests.hub_frames import CATALOG, HUB, Pen, creation, edit, line
from tests.unit.hub.test_hostile_requests import ask, error, signed

START = f"after=0&chain={chain.START}&epoch=1"


class House(NamedTuple):
    """A hub with a PC of two comuni and one of ALA, and a frame in each log."""

    hub: Hub
    store: Store
    victim: Pen
    hostile: Pen
    agency: Pen
    record: str

    def asks(self, pen: Pen, method: str, target: str, body: bytes = b"") -> tuple[int, bytes]:
        return ask(self.hub, method, target, signed(pen, method, target, body), body)

    def pushes(self, pen: Pen, *ops: Op, tenant: str) -> tuple[int, bytes]:
        """One save of `pen` for the log of `tenant`; it writes each log with a chain of its own."""
        hand = Pen(tenant, pen.name, pen.device, f"{pen.incarnation[:8]}{tenant.lower():0>8}", pen.key)
        with self.store.reading(tenant) as here:
            for _, sealed in here.frames_of(pen.device):
                last = envelope.split(sealed)
                hand.next, hand.head, hand.previous = last.header.first + last.header.count, last.header.head, last.hash
        return self.asks(pen, "POST", "/v1/push", hand.frame(line(*ops)))

    def reasons(self, answer: tuple[int, bytes]) -> list[str]:
        assert answer[0] == 200, answer
        return [refused.code for refused in decode(answer[1], PushReply).entry.refused]

    def end(self, tenant: str) -> int:
        heads = self.store.heads()
        return heads[tenant].seq if tenant in heads else 0


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest) -> Iterator[House]:
    postgres = request.param == "postgresql"
    store: Store = PostgresStore(request.getfixturevalue("database")) if postgres else hub_frames.store()
    victim, hostile, agency = Pen("A995"), Pen("C816"), Pen("ALA", "ALA PC 1")
    for pen in (victim, hostile, agency):
        pen.enrol(store)
    record = creation()
    made = House(
        Hub(store, CATALOG, HUB, Enrolment(store, HUB, FixedClock())), store, victim, hostile, agency, record.id
    )
    assert made.reasons(made.pushes(victim, record, tenant="A995")) == []
    assert made.reasons(made.pushes(hostile, creation(), tenant="C816")) == []
    yield made
    store.close()


def pulls_another(house: House) -> bool:
    status, _ = house.asks(house.hostile, "GET", f"/v1/pull?{START}&tenant=A995")
    return status == 200


def names_another(house: House) -> bool:
    return house.asks(house.hostile, "GET", "/v1/devices?tenant=A995")[0] == 200


def counts_all(house: House) -> bool:
    return house.asks(house.hostile, "GET", "/v1/tenants")[0] == 200


def pushes_into_another(house: House) -> bool:
    before = house.end("A995")
    house.pushes(house.hostile, creation(), tenant="A995")
    return house.end("A995") != before


def publishes(house: House) -> bool:
    house.pushes(house.hostile, creation(kind="measure", service="SAT", name="Falsa"), tenant="AMBITO")
    return house.end("AMBITO") != 0


def leaves_a_key(house: House) -> bool:
    body = encode(KeyParcel(house.victim.device, "false"))
    house.asks(house.hostile, "POST", "/v1/keybox?tenant=A995", body)
    return house.store.key_for("A995", house.victim.device) is not None


MESSAGES: tuple[Callable[[House], bool], ...] = (
    pulls_another, names_another, counts_all, pushes_into_another, publishes, leaves_a_key,
)  # fmt: skip


@pytest.mark.parametrize("message", MESSAGES)
def test_no_message_of_a_comune_reaches_another_log(house: House, message: Callable[[House], bool]):
    assert not message(house)


@pytest.mark.parametrize(
    ("message", "place", "guard", "instead"),
    [
        (pulls_another, hub_rights, "log_asked", lambda device, asked: asked.get("tenant", device.tenant)),
        (names_another, rights, "may_read", lambda office, tenant: True),
        (counts_all, hub_rights, "refuse_all_but_ala", lambda device: None),
        (pushes_into_another, hub_rights, "refuse_foreign_log", lambda device, tenant: None),
        (publishes, rights, "may_append", lambda office, tenant: True),
    ],
)
def test_without_its_guard_the_message_would_reach_it(house: House, monkeypatch, message, place, guard, instead):
    monkeypatch.setattr(place, guard, instead)

    assert message(house)


def test_what_a_comune_writes_elsewhere_is_refused_even_behind_the_first_guard(house: House, monkeypatch):
    monkeypatch.setattr(hub_rights, "refuse_foreign_log", lambda device, tenant: None)
    edited = edit(house.record, 1, address=("Via Roma", "Via Falsa"))
    closing = Op("housing_unit", house.record, 1, {"address": ("Via Roma", "x")}, [("address", "a", 1)])

    assert house.reasons(house.pushes(house.hostile, creation(), tenant="A995")) == ["not_allowed"]
    assert house.reasons(house.pushes(house.hostile, edited, tenant="A995")) == ["not_allowed"]
    assert house.reasons(house.pushes(house.hostile, closing, tenant="A995")) == ["not_allowed"]

    monkeypatch.setattr(hub_rights, "verdicts", lambda catalog, office, tenant, transactions, own: own)
    assert house.reasons(house.pushes(house.hostile, edited, tenant="A995")) == []


def test_a_comune_may_not_call_itself_another_in_a_header(house: House):
    sealed = house.hostile.frame(line(creation()), tenant="A995")

    assert error(house.asks(house.hostile, "POST", "/v1/push", sealed)) == "foreign_tenant"
    sealed = house.hostile.frame(line(creation()), tenant="A995", device=house.victim.device)
    assert error(house.asks(house.hostile, "POST", "/v1/push", sealed)) == "bad_signature"


def test_ala_reads_every_log_and_no_comunes_key(house: House):
    with house.store.locked("A995") as tenancy:
        tenancy.put_key(house.victim.device, "blob")
    for tenant in ("A995", "C816"):
        status, body = house.asks(house.agency, "GET", f"/v1/pull?{START}&tenant={tenant}")
        assert (status, len(unpack_page(body).arrived)) == (200, 1)

    status, body = house.asks(house.agency, "GET", "/v1/tenants")
    assert [(one.tenant, one.head.seq) for one in decode(body, list[TenantHead])] == [("A995", 1), ("C816", 1)]
    status, body = house.asks(house.agency, "GET", "/v1/keybox?tenant=A995")
    assert decode(body, KeyParcel) == KeyParcel(house.agency.device, "")
    assert error(house.asks(house.agency, "GET", f"/v1/pull?{START}&tenant=Z999")) == "foreign_tenant"


def test_ala_writes_into_a_comune_only_what_is_its_own_to_write(house: House):
    closing = Op("housing_unit", house.record, 1, {"address": ("Via Roma", "x")}, [("address", "a", 1)])
    edited = edit(house.record, 1, address=("Via Roma", "Via ALA"))

    assert house.reasons(house.pushes(house.agency, closing, tenant="A995")) == []
    assert house.reasons(house.pushes(house.agency, edited, tenant="A995")) == ["not_allowed"]
    assert house.reasons(house.pushes(house.agency, creation(), tenant="A995")) == ["not_allowed"]
    assert house.reasons(house.pushes(house.agency, creation(), tenant="ALA")) == []


def test_ala_publishes_what_names_nobody_and_every_page_tells_where_the_ambito_ends(house: House):
    before = unpack_page(house.asks(house.hostile, "GET", f"/v1/pull?{START}")[1]).head
    person = creation(kind="person", surname="Rossi", name="Ada")
    measure = creation(kind="measure", service="SAT", name="Fondo 2026")

    assert house.reasons(house.pushes(house.agency, person, tenant="AMBITO")) == ["not_allowed"]
    assert house.reasons(house.pushes(house.agency, measure, tenant="AMBITO")) == []
    after = unpack_page(house.asks(house.hostile, "GET", f"/v1/pull?{START}")[1]).head
    status, body = house.asks(house.hostile, "GET", f"/v1/pull?{START}&tenant=AMBITO")
    page = unpack_page(body)
    assert (before.ambito, after.ambito) == ("", page.head.head.chain[:8])
    assert (status, len(page.arrived), page.head.devices) == (200, 2, 1)


def test_those_who_may_write_a_log_are_named_with_alas_devices_marked(house: House):
    cards = decode(house.asks(house.victim, "GET", "/v1/devices")[1], list[DeviceCard])
    head = unpack_page(house.asks(house.victim, "GET", f"/v1/pull?{START}")[1]).head

    assert [(card.device, card.agency) for card in cards] == [(house.victim.device, False), (house.agency.device, True)]
    assert (head.devices, head.roster) == (2, roster_of((card.device, False) for card in cards))
    own = decode(house.asks(house.agency, "GET", "/v1/devices")[1], list[DeviceCard])
    assert [(card.device, card.agency) for card in own] == [(house.agency.device, False)]


def test_the_modules_under_test_are_those_that_serve():
    assert app.rights is hub_rights
    assert intake.rights is hub_rights
