"""Exchanges that go wrong, with a hub in the same process: what the clerk is told, and that nothing is lost."""

import pytest

from ala_desktop.core.errors import Mendable
from ala_desktop.hub.store import Device
from ala_desktop.sync import chain, outbox, peers
from ala_desktop.sync.messages import Page
from ala_desktop.sync.protocol import Arrived, Position
from tests import factory
from tests.hubs import Pc
from tests.local_hub import LocalHub


def told(where: Pc) -> Mendable:
    with pytest.raises(Mendable) as raised:
        where.exchange.run()
    return raised.value


@pytest.mark.parametrize("question", ["pull", "push"])
@pytest.mark.parametrize("when", ["lost_before", "lost_after"])
def test_a_cut_line_loses_nothing_and_repeats_nothing(first: Pc, second: Pc, hub: LocalHub, question: str, when: str):
    factory.unit(first.desk)
    getattr(hub, when)[question] = 1

    problem = told(first)
    report = first.exchange.run()
    second.exchange.run()

    assert hub.lost == 1
    assert "non risponde" in problem.title
    assert report.acknowledged == 1
    assert hub.store.status()[0].seq == 1
    assert first.digest == second.digest


def test_a_frame_that_was_lost_is_sent_again_byte_for_byte(first: Pc, hub: LocalHub):
    factory.unit(first.desk)
    hub.lost_before["push"] = 1
    told(first)
    with first.desk.reading() as connection:
        before = outbox.in_flight(connection)
    factory.unit(first.desk, "BL0002")

    first.exchange.run()

    page = hub.store.page("A995", Position(1, 0, chain.START), "nobody")
    assert page is not None
    assert page.arrived[0].sealed == before[0].sealed
    assert [item.entry.count for item in page.arrived] == [1, 1]


def test_a_hub_that_is_behind_is_looked_at_once_more(first: Pc, hub: LocalHub):
    factory.unit(first.desk)
    hub.wrong["push"] = "behind"
    hub.asked.clear()

    report = first.exchange.run()

    assert hub.lost == 1
    assert hub.asked == ["pull", "push", "pull", "push", "pull", "leave_sheet"]
    assert report.acknowledged == 1


@pytest.mark.parametrize(
    ("question", "code", "words"),
    [
        ("pull", "unknown_position", "non riconosce il punto"),
        ("push", "broken_chain", "aspettava altro"),
        ("pull", "revoked", "non è più abilitato"),
        ("pull", "unknown_device", "non conosce questo PC"),
        ("push", "full", "non può ricevere"),
        ("pull", "fault", "non ha accettato lo scambio"),
        ("pull", "of_a_newer_hub", "non ha accettato lo scambio"),
    ],
)
def test_what_the_hub_declines_is_told_in_words(first: Pc, hub: LocalHub, question: str, code: str, words: str):
    factory.unit(first.desk)
    hub.wrong |= {"recall": code, question: code}

    problem = told(first)

    assert question not in hub.wrong
    assert words in problem.title
    assert first.exchange.run().acknowledged == 1


def test_a_hub_restored_from_an_older_copy_is_noticed(first: Pc, hub: LocalHub):
    factory.unit(first.desk)
    first.exchange.run()
    hub.store = type(hub)().store
    with hub.store.locked("A995") as tenancy:
        tenancy.enrol("none", _row(first))

    problem = told(first)

    assert "ripristinata" in problem.cause
    assert "al sicuro" in problem.next_step


def _row(where: Pc) -> Device:
    me, card = where.desk.me, peers.own_card(where.desk.me)
    return Device(me.tenant, me.device, me.device_name, 1, card.sign_key, card.box_key, "", revoked=False)


def _without_first(page: Page) -> Page:
    return Page(page.head, page.arrived[1:])


def _with_changed_frame(page: Page) -> Page:
    entry, sealed = page.arrived[0]
    changed = bytearray(sealed or b"")
    changed[-3] ^= 1
    return Page(page.head, [Arrived(entry, bytes(changed)), *page.arrived[1:]])


def _swapped(page: Page) -> Page:
    return Page(page.head, page.arrived[::-1])


@pytest.mark.parametrize("altered", [_without_first, _with_changed_frame, _swapped], ids=lambda made: made.__name__)
def test_a_log_that_is_not_what_it_says_is_not_taken(first: Pc, second: Pc, hub: LocalHub, altered):
    for number in range(2):
        factory.unit(first.desk, f"BL{number}")
        first.exchange.run()
    hub.altered = altered

    problem = told(second)

    assert "non tornano" in problem.title
    assert second.desk.position() == 0
    assert second.desk.find("housing_unit") == []
    hub.altered = lambda page: page
    assert second.exchange.run().received == 2


def test_a_frame_of_a_device_that_the_hub_does_not_name_is_not_taken(first: Pc, second: Pc, hub: LocalHub, monkeypatch):
    factory.unit(first.desk)
    first.exchange.run()
    real = hub.store.devices
    monkeypatch.setattr(hub.store, "devices", lambda tenant: [d for d in real(tenant) if d.ordinal == 2])

    assert "non tornano" in told(second).title


def test_other_keys_for_a_known_device_stop_everything(first: Pc, second: Pc, hub: LocalHub, monkeypatch):
    second.exchange.run()
    real = hub.store.devices
    other = bytes(32)
    monkeypatch.setattr(hub.store, "devices", lambda tenant: [d._replace(sign_key=other) for d in real(tenant)])
    with second.desk.store.writing() as connection:  # one more than the hub counts: the devices are asked for anew
        connection.exec_driver_sql("INSERT INTO peer VALUES ('x', 'PC 9', 9, x'00', x'00', 0, 0, 0)")

    problem = told(second)

    assert "chiavi" in problem.title
    assert "PC 1" in problem.cause
