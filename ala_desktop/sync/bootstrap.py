"""How a PC that joins comes to what the log amounts to: by a snapshot of the hub, where there is one (SYNC 25).

Fetched by pieces, each kept as it came, so that it goes on after any break and after the end of the program; taken up
whole or not at all. Wherever it does not fit, the log is received from its beginning, as if there were none.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from sqlalchemy import Connection

from ala_desktop.core.collector import collector_at_rest
from ala_desktop.fields.spec import Catalog
from ala_desktop.models.engine import Store
from ala_desktop.models.guards import FOLD
from ala_desktop.sync import healing, replica, stored_snapshot
from ala_desktop.sync.declined import Declined
from ala_desktop.sync.notices import Photograph
from ala_desktop.sync.pieces import name_of
from ala_desktop.sync.proof import Proof
from ala_desktop.sync.protocol import Malformed, encode
from ala_desktop.sync.rows import Rows
from ala_desktop.sync.snapshot import Opened
from ala_desktop.sync.stored_ledger import FRAME_INSERT
from ala_desktop.sync.transport import SnapshotLine

Progress = Callable[[int, int], None]
"""Told how many transactions of how many have come."""
Stop = Callable[[], bool]
_NO_SNAPSHOT = {"unknown_path", "bad_request", "unknown_blob"}
"""What a hub says that knows of no snapshots, or has let the one go that was being fetched."""


class Ground(Protocol):
    """What a bootstrap stands on; `services.desk.Desk` is it."""

    store: Store
    catalog: Catalog

    @property
    def rows(self) -> Rows:
        """Rows under the comune's key that this device holds."""
        ...

    def tell(self, changed: list[tuple[str, str]]) -> None:
        """Pass on which records changed."""
        ...


class Bootstrap:
    """The beginning of a store's log, in one exchange."""

    def __init__(self, ground: Ground, line: SnapshotLine, progress: Progress, stop: Stop) -> None:
        self._ground = ground
        self._store = ground.store
        self._line = line
        self._progress = progress
        self._stop = stop

    def run(self) -> int:
        """Begin with the hub's newest snapshot, if nothing has been received yet; returns how many transactions came.

        Raises:
            Mendable: the line broke for good; what came is kept. Declined: the hub answers nothing to this device.
        """
        with self._store.reading() as connection:
            if replica.read(connection).seq:
                return 0
        try:
            notice = self._asked()
            if notice is None or not self._fetched(notice):
                return 0
            return self._taken_up(notice)
        except Declined as refusal:
            if refusal.code not in _NO_SNAPSHOT:
                raise
        except Malformed:
            pass
        with self._store.writing() as connection:
            stored_snapshot.forget(connection)
        return 0

    def _asked(self) -> Photograph | None:
        """The newest snapshot, which what came so far is part of; None without one that this program can take up."""
        sealed = self._line.snapshot()
        if not sealed:
            return None
        with self._store.reading() as connection:
            me, before = replica.read(connection), stored_snapshot.coming(connection)
        notice = stored_snapshot.told(sealed, me.hub or "", me.tenant, me.hub_key or b"")
        if notice.edition != self._ground.catalog.edition:
            return None
        if sealed != before:
            with self._store.writing() as connection:
                stored_snapshot.begin(connection, sealed)
        return notice

    def _fetched(self, notice: Photograph) -> bool:
        """Fetch what is missing; False when it was stopped."""
        total, done = sum(size for _, size in notice.parts), 0
        for number, (name, size) in enumerate(notice.parts):
            for again in (False, True):
                with self._store.reading() as connection:
                    at = stored_snapshot.have(connection, number)
                while at < size:
                    if self._stop():
                        return False
                    piece = self._line.blob(name, at)[: size - at]
                    if not piece:
                        raise Malformed("la fotografia del registro finisce prima")
                    with self._store.writing() as connection:
                        stored_snapshot.add(connection, number, at, piece)
                    at += len(piece)
                    self._progress(notice.seq * (done + at) // total, notice.seq)
                if self._is_whole(number, name, give_up=again):
                    break
            done += size
        return True

    def _is_whole(self, number: int, name: str, *, give_up: bool) -> bool:
        """Whether a part is what it should be; what is not is forgotten."""
        with self._store.reading() as connection:
            if name_of(stored_snapshot.part(connection, number)) == name:
                return True
        if give_up:
            raise Malformed("la fotografia del registro è danneggiata")
        with self._store.writing() as connection:
            stored_snapshot.drop(connection, number)
        return False

    def _taken_up(self, notice: Photograph) -> int:
        with self._store.writing(FOLD) as connection:
            count, changed = take_up(connection, self._ground.rows, notice)
        self._ground.tell(changed)
        return count


@collector_at_rest()
def take_up(connection: Connection, rows: Rows, notice: Photograph) -> tuple[int, list[tuple[str, str]]]:
    """Make the snapshot that was fetched the beginning of the log; what waits to be sent stays on top.

    Returns:
        How many transactions of devices it stands for, and the (kind, id) of every record.

    Raises:
        Malformed: it is damaged, or holds work of this device, which the log itself has to bring back. Nothing may be
            kept of the attempt.
    """
    me, told = replica.read(connection), stored_snapshot.read(connection, notice, rows.catalog)
    if any(spot.device == me.device for spot in told.ledger.spots.values()):
        raise Malformed("la fotografia contiene già il lavoro di questo PC")
    _write_frames(connection, told)
    healing.replace_ledger(connection, told.ledger)
    replica.advance(
        connection, epoch=told.place.epoch, seq=told.place.seq, chain=told.place.chain, signature="",
        series_holder=told.holder,
    )  # fmt: skip
    stored_snapshot.adopt(connection)
    proof = Proof(connection, rows)
    proof.begin(told)
    changed = sorted((folded.kind, record) for record, folded in told.state.records.items())
    healing.replace_fold(connection, rows, proof)
    count = sum(spot.entry.count for spot in told.ledger.spots.values() if spot.line)
    return count, changed


def _write_frames(connection: Connection, told: Opened) -> None:
    """How the frames stand, without their bytes."""
    rows = [
        (spot.entry.first_seq, spot.entry.count, spot.device, spot.incarnation, spot.next - spot.entry.count, name,
         encode(spot.entry.refused), told.ledger.chain_at(spot.entry.first_seq + spot.entry.count - 1), spot.head,
         spot.line, spot.last, b"")
        for name, spot in told.ledger.spots.items()
    ]  # fmt: skip
    if rows:
        connection.exec_driver_sql(FRAME_INSERT, rows)
