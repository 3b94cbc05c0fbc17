"""The ledger of a store: frames, lines and links are read from its tables as they are asked for, and written back."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection

from ala_desktop.sync import envelope, replica
from ala_desktop.sync.ledger import REPEATED, Ledger, Line, Link, Spot
from ala_desktop.sync.protocol import Entry, Header, Refused, encode
from ala_desktop.sync.replica import Me
from ala_desktop.sync.standing import Standing, view, waiting_line

SPOT = "first_seq, count, header_hash, refused, device, incarnation, first_device_seq, head, line, last"
FRAME_INSERT = (
    "INSERT INTO frame (first_seq, count, device, incarnation, first_device_seq, header_hash, refused, chain, head, "
    "line, last, sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_refused = msgspec.json.Decoder(list[Refused]).decode
_entry = msgspec.json.Decoder(Entry).decode


class StoredLedger(Ledger):
    """A ledger over a store. What was appended stays in memory until it is written."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(self._sealed)
        self._run = connection.exec_driver_sql
        self._appended: dict[int, bytes] = {}

    def append(self, entry: Entry, header: Header, there: str, sealed: bytes) -> Spot:
        """As `Ledger`."""
        self._appended[entry.first_seq] = sealed
        return super().append(entry, header, there, sealed)

    def _sealed(self, first_seq: int) -> bytes | None:
        return self._appended.get(first_seq) or sealed_at(self._run, first_seq)

    def spot(self, name: str) -> Spot | None:
        """As `Ledger`."""
        return super().spot(name) or self._found("header_hash = ?", name)

    def spot_at(self, seq: int) -> Spot | None:
        """As `Ledger`."""
        found = super().spot_at(seq) or self._found("first_seq <= ? ORDER BY first_seq DESC LIMIT 1", seq)
        return found if found and seq < found.entry.first_seq + found.entry.count else None

    def _found(self, where: str, what: str | int) -> Spot | None:
        row = self._run(f"SELECT {SPOT} FROM frame WHERE {where}", (what,)).one_or_none()
        return spot_of(row) if row else None

    def line(self, name: str) -> Line | None:
        """As `Ledger`."""
        if name not in self.lines:
            query = "SELECT name, incarnation, last_seq, parent, parent_seq FROM line WHERE name = ?"
            row = self._run(query, (name,)).one_or_none()
            if row is None:
                return None
            self.lines[name] = Line(*row)
        return self.lines[name]

    def link(self, there: str) -> Link | None:
        """As `Ledger`."""
        if there not in self.links:
            row = self._run("SELECT before, entry FROM link WHERE after = ?", (there,)).one_or_none()
            if row is None:
                return None
            self.links[there] = Link(row[0], _entry(row[1]))
        return self.links[there]

    def chain_at(self, seq: int) -> str | None:
        """As `Ledger`."""
        found = super().chain_at(seq)
        if found is not None:
            return found
        query = "SELECT first_seq + count - 1, chain FROM frame WHERE first_seq <= ? ORDER BY first_seq DESC LIMIT 1"
        row = self._run(query, (seq,)).one_or_none()
        return row[1] if row and row[0] == seq else None

    def write(self) -> None:
        """Write lines and links; frames are written with their bytes by whoever took them in."""
        write_lines(self._run, self)


def write_lines(run: Any, ledger: Ledger) -> None:
    """Write the lines and links of a ledger."""
    if ledger.lines:
        run("INSERT OR REPLACE INTO line VALUES (?, ?, ?, ?, ?)", [tuple(line) for line in ledger.lines.values()])
    if ledger.links:
        links = [(after, link.before, encode(link.entry)) for after, link in ledger.links.items()]
        run("INSERT OR REPLACE INTO link VALUES (?, ?, ?)", links)


def sealed_at(run: Any, first_seq: int) -> bytes | None:
    """The bytes of a frame that is kept here."""
    return run("SELECT sealed FROM frame WHERE first_seq = ?", (first_seq,)).scalar()


def spot_of(row: Any) -> Spot:
    """A frame from its row, in the order of `SPOT`."""
    first, count, name, refused, device, incarnation, first_device_seq, head, line, last = row
    entry = Entry(first, count, name, [] if refused == b"[]" else _refused(refused))
    return Spot(entry, device, incarnation, first_device_seq + count, head, line, last)


def own_places(run: Any, incarnation: str) -> list[tuple[int, int, int]]:
    """The first line of a life: (first device_seq, count, first seq) of its transactions, frame by frame.

    What a frame repeats is left out: it counts where it stands first.
    """
    query = "SELECT first_device_seq, count, first_seq, refused FROM frame WHERE line = ? ORDER BY first_device_seq"
    places: list[tuple[int, int, int]] = []
    for first, count, seq, refused in run(query, (incarnation,)):
        again = 0 if refused == b"[]" else sum(item.code == REPEATED for item in _refused(refused))
        if again < count:
            places.append((first + again, count - again, seq + again))
    return sorted(places)


def of_waiting(connection: Connection, me: Me) -> Standing:
    """How what waits to be sent will stand, as far as the log is here."""
    if me.epoch == 1 and me.copied is None:
        return Standing(me.incarnation, me.device_name)
    ledger = StoredLedger(connection)
    line, own = waiting_line(ledger, me.incarnation, _sent_last(connection, me))
    seen = [(epoch, *place) for epoch, place in replica.seen(connection, me).items()]
    return Standing(line, me.device_name, view(ledger, own, seen))


def _sent_last(connection: Connection, me: Me) -> str:
    """The last frame of this store that has come back: what it sent since follows it."""
    query = "SELECT sealed FROM sealed_batch ORDER BY first_device_seq LIMIT 1"
    sealed = connection.exec_driver_sql(query).scalar()
    return envelope.split(sealed).header.previous if sealed is not None else me.previous
