"""The real hub's admission in the place of `OrderingHub`: its store, its checks, and what it refuses for a refusal."""

from __future__ import annotations

from random import Random

from ala_desktop.hub.intake import Intake
from ala_desktop.hub.judging import Verdict
from ala_desktop.hub.store import Device, Invite, Writer
from ala_desktop.hub.store_sqlite import SqliteStore
from ala_desktop.models.catalog import build
from ala_desktop.sync import chain, envelope, peers
from ala_desktop.sync.declined import Declined
from ala_desktop.sync.protocol import Position
from tests.property.ordering_hub import HUB, Ordered, OrderingHub
from tests.property.pc import Pc


class _Whimsical(Intake):
    """Finds something wrong in a transaction now and then."""

    def __init__(self, store: SqliteStore, chance: Random, refusing: float) -> None:
        super().__init__(store, build(), HUB)
        self._chance = chance
        self._refusing = refusing

    def _checked(self, device: Device, frame: envelope.Frame, sealed: bytes, writer: Writer):
        checked = super()._checked(device, frame, sealed, writer)
        found = Verdict("bad_value", "prova")
        verdicts = [found if self._chance.random() < self._refusing else own for own in checked.verdicts]
        return checked._replace(verdicts=verdicts)


class RealHub(OrderingHub):
    """Orders frames through `hub.intake`; the pages that it serves are those of its store."""

    def __init__(self, chance: Random, refusing: float, pcs: list[Pc]) -> None:
        super().__init__(chance, refusing)
        self.store = SqliteStore(None)
        self._intake = _Whimsical(self.store, chance, refusing)
        self._devices: dict[str, Device] = {}
        for pc in pcs:
            me, card = pc.desk.me, peers.own_card(pc.desk.me)
            row = Device(
                me.tenant, me.device, me.device_name, pc.number, card.sign_key, card.box_key, "", revoked=False
            )
            with self.store.locked(me.tenant) as tenancy:
                tenancy.add_invite(Invite(me.device, me.tenant, b"", b"", "", 1))
                tenancy.enrol(me.device, row)
            self._devices[me.device] = row

    def offer(self, sealed: bytes) -> bool:
        """As `OrderingHub.offer`."""
        header = envelope.split(sealed).header
        try:
            entry = self._intake.admit(self._devices[header.device], sealed)
        except Declined as problem:
            if problem.code != "broken_chain":
                raise
            return False
        if entry.first_seq <= self.position.seq:
            return False
        keys = [(header.incarnation, header.first + index) for index in range(header.count)]
        self.refused.update(keys[item.index] for item in entry.refused)
        self.log.append(Ordered(header.device, sealed, entry, keys))
        with self.store.locked(header.tenant) as tenancy:
            self.position = tenancy.position()
        return True

    def page(self, device: str, after: int, most: int) -> list[Ordered]:
        """As `OrderingHub.page`; the hub's own answer must begin with the same."""
        page = super().page(device, after, most)
        told = self.store.page("A995", Position(1, after, self.chain_at(after)), device)
        assert told is not None
        served = self.served(device, page)
        assert told.arrived[: len(served)] == served[: len(told.arrived)]
        return page

    def close(self) -> None:
        """Give the store back."""
        self.store.close()

    def chain_at(self, seq: int) -> str:
        """The hub's chain at a place, computed anew."""
        current = chain.START
        for item in self.log:
            if item.entry.first_seq <= seq:
                current = chain.hub_chain(current, item.entry)
        return current
