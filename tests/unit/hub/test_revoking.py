"""A device that is shut out, let back in, and its frames that come by other hands."""

import pytest

from ala_desktop.core.errors import Mendable
from ala_desktop.hub.asking import Asking, Claims
from ala_desktop.hub.revoking import Quarantine, revoke
from ala_desktop.hub.store import Store
from ala_desktop.hub.tenancy_sqlite import SqliteTenancy
from ala_desktop.sync import envelope, signing
from ala_desktop.sync.declined import Declined
from ala_desktop.sync.messages import PULL
from ala_desktop.sync.notices import Notice, Revocation, open_notice
from ala_desktop.sync.protocol import Position
from ala_desktop.sync.signing import Request
from tests import hub_frames
from tests.factory import FixedClock
from tests.hub_frames import AT, HUB, Pen, creation, line

START = "0" * 64


@pytest.fixture
def where() -> Store:
    return hub_frames.store()


@pytest.fixture
def pen(where: Store) -> Pen:
    pen = Pen()
    pen.enrol(where)
    return pen


@pytest.fixture
def quarantine(where: Store) -> Quarantine:
    return Quarantine(where, hub_frames.intake(where), FixedClock())


def send(where: Store, pen: Pen, sealed: bytes) -> None:
    device = where.device(pen.device)
    assert device is not None
    hub_frames.intake(where).admit(device, sealed)


def kept(quarantine: Quarantine, where: Store, pen: Pen, sealed: bytes) -> bool:
    device = where.device(pen.device)
    assert device is not None
    return quarantine.keep(device, sealed)


def test_a_device_that_is_shut_out_may_not_even_ask_and_may_again_when_it_is_let_in(where: Store, pen: Pen):
    asking = Asking(where, HUB)

    def ask(nonce: str) -> None:
        request = Request(HUB.hub, "GET", PULL, pen.device, nonce * 32, signing.body_hash(b""))
        claims = Claims(pen.device, nonce * 32, signing.body_hash(b""), signing.sign_request(request, pen.key), "")
        asking.device("GET", PULL, claims)

    ask("a")
    assert revoke(where, HUB, FixedClock(), pen.device, revoked=True).revoked
    with pytest.raises(Declined) as told:
        ask("b")
    assert told.value.code == "revoked"

    assert not revoke(where, HUB, FixedClock(), pen.device, revoked=False).revoked
    ask("c")


def log(where: Store) -> list[Notice | None]:
    """What the hub says in the log; None for what devices wrote."""
    page = where.page("A995", Position(1, 0, START), "somebody else")
    assert page is not None
    frames = [envelope.split(item.sealed or b"") for item in page.arrived]
    return [open_notice(frame) if frame.header.is_hubs else None for frame in frames]


def test_both_may_be_repeated_and_the_log_says_each_once(where: Store, pen: Pen):
    for revoked in (True, True, False, False):
        assert revoke(where, HUB, FixedClock(), pen.device, revoked=revoked).revoked is revoked

    assert log(where) == [Revocation(AT, pen.device, 1), Revocation(AT, pen.device, 0)]


def test_as_often_as_somebody_changes_his_mind_within_a_second_the_last_word_holds(where: Store, pen: Pen):
    """The same notice again would be the same frame, and change nothing."""
    for revoked in (True, False, True):
        revoke(where, HUB, FixedClock(), pen.device, revoked=revoked)

    assert [(said.at, said.revoked) for said in log(where) if isinstance(said, Revocation)] == [
        (AT, 1), (AT, 0), ("2026-11-22T09:00:01Z", 1),
    ]  # fmt: skip
    assert where.devices("A995")[0].revoked


def test_a_device_is_not_shut_out_without_the_log_saying_so(where: Store, pen: Pen, monkeypatch: pytest.MonkeyPatch):
    def full(*told: object, **more: object) -> None:
        raise Declined("full")

    monkeypatch.setattr(SqliteTenancy, "append", full)
    with pytest.raises(Declined):
        revoke(where, HUB, FixedClock(), pen.device, revoked=True)

    assert not where.devices("A995")[0].revoked


def test_what_it_sent_stays_and_what_it_sends_is_declined(where: Store, pen: Pen):
    send(where, pen, pen.frame(line(creation())))
    revoke(where, HUB, FixedClock(), pen.device, revoked=True)

    with pytest.raises(Declined) as told:
        send(where, pen, pen.frame(line(creation())))

    assert told.value.code == "revoked"
    assert [isinstance(said, Revocation) for said in log(where)] == [False, True]


def test_after_it_was_let_in_again_its_chain_goes_on(where: Store, pen: Pen):
    send(where, pen, pen.frame(line(creation())))
    revoke(where, HUB, FixedClock(), pen.device, revoked=True)
    later = pen.frame(line(creation()))
    with pytest.raises(Declined):
        send(where, pen, later)

    revoke(where, HUB, FixedClock(), pen.device, revoked=False)
    send(where, pen, later)

    assert [isinstance(said, Revocation) for said in log(where)] == [False, True, True, False]


def test_nobody_knows_the_device(where: Store):
    with pytest.raises(Mendable) as told:
        revoke(where, HUB, FixedClock(), "f" * 32, revoked=True)

    assert "ala-hub devices" in told.value.next_step


def test_the_others_are_told_by_another_roster(where: Store, pen: Pen):
    Pen(name="PC 2").enrol(where, 2)

    def roster() -> tuple[int, str]:
        page = where.page("A995", Position(1, 0, START), "")
        assert page is not None
        return page.head.devices, page.head.roster

    before = roster()
    revoke(where, HUB, FixedClock(), pen.device, revoked=True)
    after = roster()
    revoke(where, HUB, FixedClock(), pen.device, revoked=False)

    assert before[0] == after[0] == 2
    assert before[1] != after[1]
    assert roster() == before


def test_frames_by_other_hands_wait_and_are_told(where: Store, pen: Pen, quarantine: Quarantine):
    frames = [pen.frame(line(creation(), author="Anna"), line(creation(kind="person", surname="Rossi"))) for _ in "ab"]
    revoke(where, HUB, FixedClock(), pen.device, revoked=True)

    assert [kept(quarantine, where, pen, sealed) for sealed in reversed(frames)] == [True, True]
    assert kept(quarantine, where, pen, frames[0])

    one, two = quarantine.all()
    assert (one.transactions, one.authors, one.kinds) == (2, ["Anna", "Piera Invernizzi"], ["housing_unit", "person"])
    assert (one.received, one.device.device) == ("2026-11-22T09:00:00Z", pen.device)
    assert (one.next, two.next) == (True, False)
    assert where.entry("A995", one.frame) is None


def test_a_person_admits_them_in_their_order(where: Store, pen: Pen, quarantine: Quarantine):
    frames = [pen.frame(line(creation())) for _ in "ab"]
    revoke(where, HUB, FixedClock(), pen.device, revoked=True)
    for sealed in frames:
        kept(quarantine, where, pen, sealed)
    one, two = quarantine.all()

    with pytest.raises(Mendable) as told:
        quarantine.admit(two.frame)
    assert "precedenti" in told.value.next_step
    assert quarantine.admit(one.frame).first_seq == 2
    assert quarantine.admit(two.frame).first_seq == 3

    assert quarantine.all() == []
    page = where.page("A995", Position(1, 0, START), "somebody else")
    assert page is not None
    assert [item.sealed for item in page.arrived[1:]] == frames
    with pytest.raises(Declined):
        send(where, pen, pen.frame(line(creation())))


def test_a_person_drops_them(where: Store, pen: Pen, quarantine: Quarantine):
    sealed = pen.frame(line(creation()))
    revoke(where, HUB, FixedClock(), pen.device, revoked=True)
    kept(quarantine, where, pen, sealed)
    [one] = quarantine.all()

    assert quarantine.drop(one.frame) == one

    assert quarantine.all() == []
    with pytest.raises(Mendable):
        quarantine.drop(one.frame)
    with pytest.raises(Mendable):
        quarantine.admit(one.frame)


def test_what_came_into_the_log_meanwhile_waits_no_more(where: Store, pen: Pen, quarantine: Quarantine):
    sealed = pen.frame(line(creation()))
    revoke(where, HUB, FixedClock(), pen.device, revoked=True)
    kept(quarantine, where, pen, sealed)
    revoke(where, HUB, FixedClock(), pen.device, revoked=False)
    send(where, pen, sealed)

    assert quarantine.all() == []
    assert not kept(quarantine, where, pen, sealed)


def test_only_a_devices_own_frames_are_kept(where: Store, pen: Pen, quarantine: Quarantine):
    stranger, other = Pen(device=pen.device, name=pen.name), Pen(tenant="C816")
    foreign = Pen(device=pen.device, name=pen.name, tenant="C816", key=pen.key)
    revoke(where, HUB, FixedClock(), pen.device, revoked=True)

    for sealed in (stranger.frame(line(creation())), other.frame(line(creation())), foreign.frame(line(creation()))):
        assert not kept(quarantine, where, pen, sealed)
    assert not kept(quarantine, where, pen, b"x")
    assert quarantine.all() == []
