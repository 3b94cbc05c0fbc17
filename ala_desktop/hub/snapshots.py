"""Snapshots of a comune's log, so that a PC that joins need not receive and fold all of it (SYNC 25).

The hub folds for that as a desktop does, on command and beside its own work; an exchange never waits for it. What it
found is signed in the log; the parts stand among the blobs.
"""

from __future__ import annotations

from typing import NamedTuple

from ala_desktop.core.clock import Clock
from ala_desktop.core.collector import collector_at_rest
from ala_desktop.core.errors import Mendable
from ala_desktop.fields.spec import Catalog
from ala_desktop.hub.comparing import differ
from ala_desktop.hub.identity import Identity
from ala_desktop.hub.store import Reading, Store, Tenancy
from ala_desktop.hub.trunk import Trunk
from ala_desktop.sync import envelope, snapshot, telling
from ala_desktop.sync.folding import Folding
from ala_desktop.sync.notices import Horizon, Photograph, open_notice
from ala_desktop.sync.pieces import name_of
from ala_desktop.sync.protocol import Position
from ala_desktop.sync.snapshot import Packed

_KEPT = 2
"""The newest ones are kept: of the one before, a PC may have fetched a half."""


class Said(NamedTuple):
    """A snapshot, and the frame of the log that names it."""

    notice: Photograph
    sealed: bytes


class Made(NamedTuple):
    """A snapshot that was made: up to where, of how many records, and how many bytes it has."""

    seq: int
    records: int
    size: int


def newest(store: Store, tenant: str, hub: str) -> Said | None:
    """The newest snapshot of a tenant that is here; None without one."""
    with store.reading(tenant) as here:
        return next((said for said in reversed(_said(here, hub)) if _whole(here, said.notice)), None)


def _said(here: Reading, hub: str) -> list[Said]:
    """All snapshots that the log tells of, oldest first."""
    found: list[Said] = []
    for _, sealed in here.frames_of(hub):
        notice = open_notice(envelope.split(sealed))
        if isinstance(notice, Photograph):
            found.append(Said(notice, sealed))
    return found


def _whole(here: Reading, notice: Photograph) -> bool:
    """Whether its parts are here, and its place is on the trunk: a restored hub may have told of others."""
    parts = all(here.shelf.blob_size(name) == size for name, size in notice.parts)
    return parts and here.seqs([notice.chain]) == {notice.chain: notice.seq}


class Snapshots:
    """Makes snapshots of the logs of one store."""

    def __init__(self, store: Store, catalog: Catalog, identity: Identity, clock: Clock) -> None:
        self._store = store
        self._catalog = catalog
        self._identity = identity
        self._clock = clock
        self._read: tuple[int, bytes | None] = (0, None)
        """The frame that was read again last: its first seq and its bytes."""

    def make(self, tenant: str) -> Made | None:
        """Make one of a tenant's log as it stands; None where devices wrote nothing since the last one.

        Raises:
            Mendable: a device that stands at the same place has told another state.
            Malformed: a frame is not what it was when it was admitted.
        """
        known = newest(self._store, tenant, self._identity.hub)
        folding, work = self._folded(tenant)
        if not work or (known is not None and known.notice.edition == self._catalog.edition and not any(
            seq > known.notice.seq for seq in work
        )):  # fmt: skip
            return None
        self._refuse_unlike(tenant, folding)
        packed = snapshot.pack(tenant, folding.opened)
        self._keep(tenant, folding, packed)
        return Made(folding.reached.seq, packed.records, sum(map(len, packed.parts)))

    @collector_at_rest()
    def _folded(self, tenant: str) -> tuple[Folding, list[int]]:
        """The tenant's whole log, folded, and the first seqs of the frames of devices."""
        self._read = (0, None)
        work = list[int]()
        folding = Folding(self._catalog, tenant, lambda first_seq: self._sealed(folding, tenant, first_seq))
        while (page := self._store.page(tenant, folding.reached, "")) is not None and page.arrived:
            for entry, sealed in page.arrived:
                frame = envelope.split(sealed or b"")
                folding.take(entry, frame, sealed or b"")
                if not frame.header.is_hubs:
                    work.append(entry.first_seq)
        return folding, work

    def _sealed(self, folding: Folding, tenant: str, first_seq: int) -> bytes | None:
        """A frame that was folded before: asked for what is repeated, one save after another."""
        if self._read[0] != first_seq:
            before = Position(1, first_seq - 1, folding.ledger.chain_at(first_seq - 1) or "")
            page = self._store.page(tenant, before, "")
            self._read = first_seq, page.arrived[0].sealed if page else None
        return self._read[1]

    def _refuse_unlike(self, tenant: str, folding: Folding) -> None:
        """What devices tell of the place (ADR 17) has to be what was folded here."""
        mine = telling.told_of(folding.state, folding.reached.epoch, folding.reached.seq)
        unlike = [device for device, told in self._store.pictures(tenant).items() if differ(mine, told)]
        if unlike:
            raise Mendable(
                "La fotografia del registro non concorda con un PC",
                f"{tenant}: {', '.join(unlike)} dichiara altre schede alla stessa posizione. Nulla è stato scritto.",
                "Aggiornare i programmi, aspettare che quel PC si controlli con un nuovo scambio, poi riprovare.",
            )

    def _keep(self, tenant: str, folding: Folding, packed: Packed) -> None:
        place = folding.reached
        parts = [(name_of(part), len(part)) for part in packed.parts]
        notice = Photograph(
            self._clock.now(), place.epoch, place.seq, place.chain, self._catalog.edition, packed.digest, parts
        )
        with self._store.locked(tenant) as tenancy:
            for (name, _), part in zip(parts, packed.parts, strict=True):
                tenancy.shelf.put(name, part)
            Trunk(tenancy, tenant, self._identity).say(notice)
            self._let_go(tenancy)

    def draw_horizon(self, tenant: str, safe: Position) -> int | None:
        """Say up to which snapshot every backup in use holds a tenant's log; None where that is no news.

        `safe`: where the log ends in the oldest of them.
        """
        with self._store.locked(tenant) as tenancy:
            if tenancy.seqs([safe.chain]) != {safe.chain: safe.seq}:
                return None
            told = [open_notice(envelope.split(sealed)) for _, sealed in tenancy.frames_of(self._identity.hub)]
            places = {one.chain: one.seq for one in told if isinstance(one, Photograph) and one.seq <= safe.seq}
            here = tenancy.seqs(places)
            seq = max((seq for chain, seq in places.items() if here.get(chain) == seq), default=0)
            if seq <= max((one.seq for one in told if isinstance(one, Horizon)), default=0):
                return None
            Trunk(tenancy, tenant, self._identity).say(Horizon(self._clock.now(), seq))
        return seq

    def _let_go(self, tenancy: Tenancy) -> None:
        """Take the parts of older snapshots away."""
        said = [one.notice for one in _said(tenancy, self._identity.hub)]
        needed = {name for notice in said[-_KEPT:] for name, _ in notice.parts}
        for name in {name for notice in said[:-_KEPT] for name, _ in notice.parts} - needed:
            tenancy.shelf.forget(name)
