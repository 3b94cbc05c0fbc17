"""A PC joins ALA's hub: what it asks, and what follows from the answer, whatever carried it."""

from __future__ import annotations

from ala_desktop.core.errors import Mendable
from ala_desktop.services.desk import Desk
from ala_desktop.sync import complaints, peers, replica
from ala_desktop.sync.declined import Declined
from ala_desktop.sync.messages import Enrolled, EnrolRequest
from ala_desktop.sync.replica import Me


def request(me: Me, code: str, device_name: str) -> EnrolRequest:
    """The request of this PC to join with a one-time code.

    Raises:
        Mendable: it has joined already.
    """
    if me.hub is not None:
        where = f"a {me.hub_url}" if me.hub_url else "per file"
        raise Mendable(
            "Questo PC è già collegato alla centrale",
            f"È collegato come «{me.device_name}» {where}.",
            "Non serve collegarlo di nuovo: usare lo scambio con ALA.",
        )
    card = peers.own_card(me)
    return EnrolRequest(code, me.tenant, me.device, device_name, card.sign_key.hex(), card.box_key.hex())


def accept(desk: Desk, enrolled: Enrolled, url: str | None) -> None:
    """Note the hub, at `url` or without a network. The comune's key is made on its first device; others wait for it.

    Raises:
        Mendable: the hub took this PC for one of another comune.
    """
    if enrolled.tenant != desk.me.tenant:
        raise complaints.declined(Declined("other_comune", enrolled.tenant))
    with desk.store.writing() as connection:
        replica.advance(
            connection, hub=enrolled.hub, hub_url=url, hub_key=bytes.fromhex(enrolled.hub_key),
            ordinal=enrolled.ordinal, device_name=enrolled.device_name,
            certificate=bytes.fromhex(enrolled.certificate), comune_key_final=int(enrolled.ordinal == 1),
        )  # fmt: skip
