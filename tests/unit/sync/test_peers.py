"""The other PCs of the comune: what the hub says of them is noted, but their keys never change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from ala_desktop.services.desk import Desk
from ala_desktop.sync import keybox, peers
from ala_desktop.sync.messages import DeviceCard
from ala_desktop.sync.peers import OtherKeys, Peer
from tests import factory

SECOND = DeviceCard("2" * 32, "PC 2", 2, "2a" * 32, "2b" * 32, revoked=False)
THIRD = DeviceCard("3" * 32, "PC 3", 3, "3a" * 32, "3b" * 32, revoked=False)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = factory.desk(tmp_path)
    yield desk
    desk.close()


def learn(desk: Desk, *cards: DeviceCard) -> None:
    with desk.store.writing() as connection:
        peers.learn(connection, desk.me, cards)


def known(desk: Desk) -> list[Peer]:
    with desk.reading() as connection:
        return peers.known(connection)


def changed(card: DeviceCard, **values: object) -> DeviceCard:
    return msgspec.structs.replace(card, **values)


def test_others_are_noted_by_their_number_and_this_pc_is_none_of_them(desk: Desk):
    learn(desk, THIRD, changed(SECOND, device=desk.me.device), SECOND)
    assert known(desk) == [
        Peer("2" * 32, "PC 2", 2, b"\x2a" * 32, b"\x2b" * 32, 0, 0),
        Peer("3" * 32, "PC 3", 3, b"\x3a" * 32, b"\x3b" * 32, 0, 0),
    ]


def test_one_is_found_by_its_id(desk: Desk):
    learn(desk, SECOND, THIRD)
    with desk.reading() as connection:
        found, nobody = peers.one(connection, THIRD.device), peers.one(connection, "4" * 32)
    assert found is not None
    assert (found.name, found.card) == ("PC 3", keybox.Card(THIRD.device, b"\x3a" * 32, b"\x3b" * 32))
    assert nobody is None


def test_a_name_and_a_revocation_are_taken_up_later_and_a_confirmation_stays(desk: Desk):
    learn(desk, SECOND, THIRD)
    with desk.store.writing() as connection:
        peers.confirm(connection, SECOND.device)
    learn(desk, changed(SECOND, name="Sportello", revoked=True), THIRD)
    second, third = known(desk)
    assert (second.name, second.revoked, second.confirmed) == ("Sportello", 1, 1)
    assert (third.revoked, third.confirmed) == (0, 0)
    learn(desk, SECOND)
    assert known(desk)[0].revoked == 0


@pytest.mark.parametrize("key", ["sign_key", "box_key"])
def test_another_key_of_a_known_pc_stops_everything(desk: Desk, key: str):
    learn(desk, SECOND)
    with pytest.raises(OtherKeys, match="PC 2"):
        learn(desk, THIRD, changed(SECOND, **{key: "00" * 32}))
    assert [peer.device for peer in known(desk)] == [SECOND.device]


@pytest.mark.parametrize("key", ["", "2a" * 31, "2a" * 33, "x" * 64])
@pytest.mark.parametrize("which", ["sign_key", "box_key"])
def test_what_is_no_key_is_not_noted(desk: Desk, which: str, key: str):
    with pytest.raises(ValueError, match=r".") as told:
        learn(desk, changed(SECOND, **{which: key}))
    assert not isinstance(told.value, OtherKeys)
    assert known(desk) == []


def test_a_box_key_that_keeps_no_secret_is_not_noted(desk: Desk):
    """With a point of low order everybody knows what is agreed upon."""
    with pytest.raises(ValueError, match=r"."):
        learn(desk, changed(SECOND, box_key="00" * 32))
    assert known(desk) == []


def test_the_own_card_holds_the_public_halves(desk: Desk):
    me, card = desk.me, peers.own_card(desk.me)
    assert card.device == me.device
    assert card.sign_key == Ed25519PrivateKey.from_private_bytes(me.sign_key).public_key().public_bytes_raw()
    assert card.box_key == X25519PrivateKey.from_private_bytes(me.box_key).public_key().public_bytes_raw()
    assert me.sign_key not in card
    assert me.box_key not in card


@pytest.mark.parametrize(("told", "noted"), [("PC\u202e 2\x00", "PC 2"), ("\u200b", "PC 2"), (" PC  2\n", "PC 2")])
def test_a_name_is_shown_without_the_signs_that_could_mislead(desk: Desk, told: str, noted: str):
    learn(desk, changed(SECOND, name=told))

    assert [peer.name for peer in known(desk)] == [noted]
