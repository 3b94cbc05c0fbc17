"""The comune's key on a second PC: what waits for it, who lets it in, and that the hub reads nothing meanwhile."""

import threading
import time
from pathlib import Path

import pytest

from ala_desktop.core.errors import Mendable
from ala_desktop.services.sharing.exchange import OfficeDevice
from ala_desktop.sync import keybox, outbox, peers
from ala_desktop.sync.capture import Change
from tests.hubs import Pc, pc
from tests.local_hub import URL, LocalHub

SECRET = "seguita dai servizi sociali"


def person(where: Pc, surname: str = "Ștefănescu", notes: str | None = SECRET) -> str:
    record = where.desk.new_id()
    where.desk.save([Change("person", record, {"surname": surname, "notes": notes})])
    return record


def put(where: Pc, record: str, **values: str | int | None) -> None:
    row = where.desk.get("person", record)
    where.desk.save([Change("person", record, values, row.position, row.values)])


def other(where: Pc) -> OfficeDevice:
    (found,) = [device for device in where.exchange.devices() if not device.here]
    return found


def meet(first: Pc, second: Pc) -> None:
    """Both exchange, so that each knows the other; both confirm the other; both exchange again."""
    for one in (second, first):
        one.exchange.run()
    for one in (second, first):
        one.exchange.confirm(other(one).device)
    for one in (second, first, second):
        one.exchange.run()


def test_the_first_pc_hears_of_the_second_though_it_has_sent_nothing(first: Pc, second: Pc):
    person(second)
    second.exchange.run()

    first.exchange.run()

    assert (other(first).name, other(first).confirmed) == ("PC 2", False)


def test_both_screens_show_the_same_fingerprint(first: Pc, second: Pc):
    for one in (first, second):
        one.exchange.run()

    assert other(first).fingerprint == other(second).fingerprint
    assert len(other(first).fingerprint.replace(" ", "")) == 25


def test_a_key_that_was_put_in_the_place_of_the_real_one_changes_the_fingerprint(first: Pc, second: Pc):
    for one in (first, second):
        one.exchange.run()
    real = other(first).fingerprint
    with first.desk.store.writing() as connection:
        connection.exec_driver_sql("UPDATE peer SET box_key = ?", (bytes(32),))

    assert other(first).fingerprint != real


def test_what_holds_sealed_values_waits_and_the_rest_before_it_goes(first: Pc, second: Pc, hub: LocalHub):
    person(second, "Rossi", notes=None)
    person(second)

    report = second.exchange.run()

    assert (report.sent, report.acknowledged) == (1, 1)
    with second.desk.reading() as connection:
        assert outbox.waiting(connection) == 1
        assert outbox.in_flight(connection) == []


def test_after_the_confirmation_both_read_what_is_kept_to_the_comune(first: Pc, second: Pc, hub: LocalHub):
    theirs, mine = person(first, "Brambilla", "nota del primo PC"), person(second)

    meet(first, second)

    for one in (first, second):
        assert one.desk.get("person", theirs)["notes"] == "nota del primo PC"
        assert one.desk.get("person", mine)["notes"] == SECRET
        assert one.unsound == []
    assert first.digest == second.digest
    assert second.desk.me.comune_key == first.desk.me.comune_key
    assert other(first).confirmed
    assert other(second).confirmed
    assert second.exchange.devices()[0].confirmed


def test_until_then_the_second_pc_holds_the_value_without_reading_it(first: Pc, second: Pc):
    record = person(first)
    first.exchange.run()

    second.exchange.run()

    assert second.desk.get("person", record)["notes"] is None
    assert first.digest == second.digest
    assert second.unsound == []


def test_the_hub_never_holds_a_word_of_it(first: Pc, second: Pc, hub: LocalHub):
    import zstandard

    person(first)
    person(second)
    meet(first, second)

    page = hub.store.page("A995", _start(), "nobody")
    assert page is not None
    assert sum(item.entry.count for item in page.arrived) == 2
    for item in page.arrived:
        sealed = item.sealed or b""
        text = zstandard.ZstdDecompressor().decompress(sealed[sealed.index(b"\x28\xb5\x2f\xfd") :])
        assert b"tef" in text
        assert SECRET.encode() not in text


def _start():
    from ala_desktop.sync import chain
    from ala_desktop.sync.protocol import Position

    return Position(1, 0, chain.START)


def test_edits_made_while_waiting_merge_as_if_there_had_been_one_key(first: Pc, second: Pc):
    record = person(first, notes=None)
    for one in (first, second):
        one.exchange.run()
    put(second, record, notes="riscritta sul secondo PC")
    put(second, record, phone="0371 000000")

    meet(first, second)

    assert first.digest == second.digest
    assert (first.claims, second.claims) == ([], [])
    for one in (first, second):
        row = one.desk.get("person", record)
        assert (row["notes"], row["phone"]) == ("riscritta sul secondo PC", "0371 000000")
        assert one.unsound == []


def test_the_same_note_on_both_is_one_discordant_value_and_equal_notes_are_none(first: Pc, second: Pc):
    asked, equal = person(first, "Rossi", None), person(first, "Bianchi", None)
    for one in (first, second):
        one.exchange.run()
    for one, notes in ((first, "dal primo"), (second, "dal secondo")):
        put(one, asked, notes=notes)
        put(one, equal, notes="concordi")

    meet(first, second)
    first.exchange.run()

    assert first.digest == second.digest
    assert [(claim.record, claim.field) for claim in first.claims] == [(asked, "notes")]  # type: ignore[attr-defined]
    assert len(second.claims) == 1
    assert (first.unsound, second.unsound) == ([], [])


def test_a_parked_value_from_before_the_key_is_sealed_again(first: Pc, second: Pc):
    record = person(first, notes=None)
    for one in (first, second):
        one.exchange.run()
    put(second, record, notes="dal secondo")
    put(first, record, notes="dal primo")
    first.exchange.run()
    second.exchange.run()  # parks the waiting value under the provisional key
    assert len(second.claims) == 1

    meet(first, second)
    first.exchange.run()

    assert first.digest == second.digest
    assert len(first.claims) == len(second.claims) == 1
    assert (first.unsound, second.unsound) == ([], [])


def test_an_equal_value_parked_only_because_of_the_other_key_is_no_discord(first: Pc, second: Pc, hub: LocalHub):
    record = person(first, notes=None)
    for one in (first, second):
        one.exchange.run()
    put(second, record, notes="concordi")
    put(first, record, notes="concordi")
    first.exchange.run()
    second.exchange.run()
    assert len(second.claims) == 1, "under two keys equal values look different"
    first.exchange.confirm(other(first).device)
    second.exchange.confirm(first.desk.me.device)
    hub.lost_before["pull"] = 1

    with pytest.raises(Mendable):
        second.exchange.run()

    assert hub.lost == 1, "cut right after the key was taken up"
    assert second.desk.me.comune_key_final == 1
    assert (second.claims, second.unsound) == ([], [])
    for one in (second, first):
        one.exchange.run()

    assert first.digest == second.digest
    assert (first.claims, second.claims) == ([], [])


def test_a_cut_while_the_key_is_taken_up_leaves_everything_as_it_was(first: Pc, second: Pc, monkeypatch):
    record = person(second)
    for one in (second, first):
        one.exchange.run()
    first.exchange.confirm(other(first).device)
    second.exchange.confirm(first.desk.me.device)
    before = second.desk.me.comune_key

    def cut(*_):
        raise RuntimeError("cut")

    with monkeypatch.context() as patch:
        patch.setattr(peers, "trust_alone", cut)
        with pytest.raises(RuntimeError, match="cut"):
            second.exchange.run()

    assert (second.desk.me.comune_key, second.desk.me.comune_key_final) == (before, 0)
    assert second.desk.get("person", record)["notes"] == SECRET
    person(second, "Verdi")
    second.exchange.run()
    first.exchange.run()
    assert first.desk.get("person", record)["notes"] == SECRET
    assert first.digest == second.digest


def test_a_save_that_waits_while_the_key_is_taken_up_is_sealed_with_the_new_one(first: Pc, second: Pc, monkeypatch):
    for one in (second, first):
        one.exchange.run()
    first.exchange.confirm(other(first).device)
    second.exchange.confirm(first.desk.me.device)
    saved: list[str] = []
    writing: list[bool] = []
    rekey = second.desk.rekey

    def watched(connection) -> None:
        writing.append(second.desk.store._writer.locked())
        rekey(connection)

    monkeypatch.setattr(second.desk, "rekey", watched)
    clerk = threading.Thread(target=lambda: saved.append(person(second, "Nel mezzo", "scritta nel mezzo")))
    real, waited = peers.trust_alone, []

    def confirm_while_a_clerk_saves(connection, device: str) -> None:
        real(connection, device)
        clerk.start()
        time.sleep(0.2)
        waited.append(not saved)

    monkeypatch.setattr(peers, "trust_alone", confirm_while_a_clerk_saves)
    second.exchange.run()
    clerk.join()
    second.exchange.run()
    first.exchange.run()

    assert (waited, writing) == ([True], [True])
    assert first.desk.get("person", saved[0])["notes"] == "scritta nel mezzo"
    assert first.digest == second.digest


def wrapped(sender: Pc, receiver: Pc, tenant: str = "A995", key: bytes = bytes(64)) -> str:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    me = sender.desk.me
    signing = Ed25519PrivateKey.from_private_bytes(me.sign_key)
    return keybox.wrap(key, tenant, me.device, signing, peers.own_card(receiver.desk.me))


def leave(hub: LocalHub, receiver: Pc, blob: str) -> None:
    with hub.store.locked("A995") as tenancy:
        tenancy.put_key(receiver.desk.me.device, blob)


FALSE = {
    "no_key": lambda first, second: "rubbish",
    "for_another_comune": lambda first, second: wrapped(first, second, "A004"),
    "for_another_pc": lambda first, second: wrapped(first, first),
    "of_another_length": lambda first, second: wrapped(first, second, key=bytes(32)),
    "changed": lambda first, second: wrapped(first, second).replace('"sealed":"', '"sealed":"00'),
    "in_anothers_name": lambda first, second: wrapped(first, second).replace(first.desk.me.device, "f" * 32),
}


@pytest.mark.parametrize("make", FALSE.values(), ids=FALSE)
def test_a_false_key_is_told_after_the_exchange_and_not_taken(first: Pc, second: Pc, hub: LocalHub, make):
    from tests import factory

    factory.unit(second.desk)
    before = second.desk.me.comune_key
    leave(hub, second, make(first, second))

    with pytest.raises(Mendable) as raised:
        second.exchange.run()

    assert "chiave del comune" in raised.value.title
    assert (second.desk.me.comune_key, second.desk.me.comune_key_final) == (before, 0)
    assert second.desk.position() == 1, "the exchange itself went on"


def test_an_unknown_pc_cannot_be_confirmed(first: Pc):
    with pytest.raises(Mendable) as raised:
        first.exchange.confirm("f" * 32)

    assert "non trovato" in raised.value.title


def test_the_key_waits_until_it_is_confirmed_here_too(first: Pc, second: Pc):
    """Else a hub that turned hostile could leave a key of its own, and read what this PC keeps to the comune."""
    record = person(first)
    for one in (second, first):
        one.exchange.run()
    first.exchange.confirm(other(first).device)
    second.exchange.run()
    assert second.desk.me.comune_key_final == 0
    assert second.desk.get("person", record)["notes"] is None

    second.exchange.confirm(first.desk.me.device)
    second.exchange.run()

    assert second.desk.me.comune_key_final == 1
    assert second.desk.get("person", record)["notes"] == SECRET


def test_a_pc_that_waits_for_the_key_gives_none(tmp_path: Path, first: Pc, second: Pc, hub: LocalHub):
    third = pc(tmp_path / "three", hub.connect)
    third.exchange.enrol(URL, hub.invite())
    for one in (first, second, third):
        one.exchange.run()
    hub.asked.clear()
    second.exchange.confirm(third.desk.me.device)
    assert hub.asked == []

    first.exchange.confirm(second.desk.me.device)
    second.exchange.confirm(first.desk.me.device)
    second.exchange.run()

    assert {device.ordinal: device.confirmed for device in second.exchange.devices()} == {1: True, 2: True, 3: False}
    third.desk.close()


def test_a_confirmation_that_did_not_arrive_is_not_noted(first: Pc, second: Pc, hub: LocalHub):
    for one in (second, first):
        one.exchange.run()
    hub.wrong["put_key"] = "busy"

    with pytest.raises(Mendable):
        first.exchange.confirm(other(first).device)

    assert hub.lost == 1
    assert not other(first).confirmed


def test_a_third_pc_may_be_let_in_by_the_second(tmp_path: Path, first: Pc, second: Pc, hub: LocalHub):
    record = person(first)
    first.exchange.run()
    meet(first, second)
    third = pc(tmp_path / "three", hub.connect)
    third.exchange.enrol(URL, hub.invite())
    second.exchange.run()
    newest = next(device for device in second.exchange.devices() if device.ordinal == 3)

    second.exchange.confirm(newest.device)
    third.exchange.run()
    third.exchange.confirm(second.desk.me.device)
    third.exchange.run()

    assert third.desk.get("person", record)["notes"] == SECRET
    assert third.digest == first.digest
    third.desk.close()
