"""One tenant in the hub's PostgreSQL store: the statements. Transactions and connections are `store_postgres`'s."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import LiteralString, cast

import msgspec
from psycopg import Cursor

from ala_desktop.core.tenants import ALA, AMBITO
from ala_desktop.hub.postgres_pool import Link, Row
from ala_desktop.hub.shelf import Shelf
from ala_desktop.hub.store import Admitted, Device, Held, Invite, Sheet, Tenancy, Writer
from ala_desktop.sync import chain
from ala_desktop.sync.messages import MOST_PAGE_BYTES, MOST_PAGE_TRANSACTIONS, Told, place_of
from ala_desktop.sync.protocol import Arrived, Entry, Position, Refused, encode

_refused = msgspec.json.Decoder(list[Refused]).decode

INVITES: LiteralString = "SELECT name, tenant, salt, secret, expires, tries, device FROM invite"
DEVICES: LiteralString = "SELECT tenant, device, name, ordinal, sign_key, box_key, enrolled, revoked FROM device"
WRITER: LiteralString = (
    "SELECT device, next_device_seq, head, previous FROM writer WHERE tenant = %s AND incarnation = %s"
)
_WRITER_AND_REFUSED: LiteralString = """
    SELECT own.*, EXISTS (SELECT FROM refused_record WHERE tenant = %s) FROM (SELECT) AS always LEFT JOIN
        (SELECT device, next_device_seq, head, previous FROM writer WHERE tenant = %s AND incarnation = %s) AS own
        ON true"""
"""Always one row: also whether anything at all was refused in this tenant, which is seldom and asked for next."""
ENTRY: LiteralString = "SELECT first_seq, count, refused FROM frame WHERE tenant = %s AND header_hash = %s"
TENANT_DEVICES: LiteralString = f"{DEVICES} WHERE tenant = %s ORDER BY ordinal"
KEY: LiteralString = "SELECT blob FROM key_box WHERE tenant = %s AND device = %s"
PICTURES: LiteralString = """
    SELECT device, version, epoch, seq, kinds FROM picture JOIN device USING (tenant, device)
    WHERE tenant = %s AND NOT revoked ORDER BY device"""
HELD: LiteralString = """
    SELECT tenant, header_hash, device, received, sealed FROM quarantine WHERE tenant = %s
    ORDER BY received, header_hash"""
_ROSTER: LiteralString = "SELECT device, revoked FROM device WHERE tenant = %s OR tenant = %s"
_AMBITO: LiteralString = "SELECT chain FROM tenant WHERE tenant = %s AND counter > 0"
_LOCK: LiteralString = "SELECT epoch, counter, chain FROM tenant WHERE tenant = %s FOR UPDATE"
_POSITION: LiteralString = "SELECT epoch, counter, chain FROM tenant WHERE tenant = %s"
_NEXT_ENTRIES: LiteralString = """
    SELECT first_seq, count, header_hash, refused, CASE WHEN device = %s THEN 0 ELSE size END
    FROM frame WHERE tenant = %s AND first_seq > %s ORDER BY first_seq LIMIT 1000"""
_SEALED: LiteralString = """
    SELECT first_seq, sealed FROM frame
    WHERE tenant = %s AND first_seq > %s AND first_seq <= %s AND device <> %s"""
_APPEND: LiteralString = """
    WITH counted AS (UPDATE tenant SET counter = %s, chain = %s WHERE tenant = %s),
    written AS (INSERT INTO frame VALUES (%s, %s, %s, %s, %s, %b, %s, %s, %b))
    INSERT INTO writer VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (tenant, incarnation) DO UPDATE
    SET device = excluded.device, next_device_seq = excluded.next_device_seq, head = excluded.head,
        previous = excluded.previous"""


def writer_of(row: Row | None) -> Writer:
    """Where an incarnation stands, from its row, in the order of `WRITER`."""
    return Writer(*row) if row and row[0] is not None else Writer()


def entry_of(header_hash: str, row: Row | None) -> Entry | None:
    """The entry of a frame, from its row, in the order of `ENTRY`."""
    return Entry(row[0], row[1], header_hash, _refused(row[2])) if row else None


def _marked(query: str) -> LiteralString:
    """A statement of `shelf`, which are all constants, with the marks for values that psycopg knows."""
    return cast("LiteralString", query.replace("?", "%s"))


class PostgresTenancy(Tenancy):
    """`hub.store.Tenancy` on a connection in a transaction that is bound to the tenant."""

    def __init__(self, link: Link, tenant: str) -> None:
        self._link = link
        self._tenant = tenant
        self._locking: Cursor[Row] | None = None
        self._position: Position | None = None
        self._nothing_refused = False

    @property
    def shelf(self) -> Shelf:
        """As `Tenancy.shelf`."""
        return Shelf(
            lambda query, values: self._run(_marked(query), values),
            lambda query, values: self._all(_marked(query), values),
            self._tenant,
        )

    def lock(self) -> None:
        """Lock the tenant's row, made when it is missing. The lock travels with what is read first, and before it."""
        self._locking = self._link.execute(_LOCK, (self._tenant,), binary=True)

    def _run(self, query: LiteralString, values: Sequence[object]) -> None:
        """Send a statement on its way; what is wrong with it comes with the next answer, or at the commit."""
        self._have_lock()
        self._link.execute(query, values)

    def _asked(self, query: LiteralString, values: Sequence[object]) -> Cursor[Row]:
        """The answer to a statement that began after the lock was there (SYNC 10)."""
        cursor = self._link.execute(query, values, binary=True)
        if self._have_lock():
            return cursor
        return self._link.execute(query, values, binary=True)

    def _have_lock(self) -> bool:
        """Wait for the lock; False when the row had to be made, so that what was sent with the lock came too early."""
        if self._locking is None:
            return True
        row = self._locking.fetchone()
        self._locking = None
        if row is not None:
            self._position = Position(*row)
            return True
        first = "INSERT INTO tenant VALUES (%s, 1, 0, %s) ON CONFLICT DO NOTHING"
        self._link.execute(first, (self._tenant, chain.START))
        self._link.execute(_LOCK, (self._tenant,)).fetchone()
        return False

    def _one(self, query: LiteralString, values: Sequence[object]) -> Row | None:
        return self._asked(query, values).fetchone()

    def _all(self, query: LiteralString, values: Sequence[object]) -> list[Row]:
        return self._asked(query, values).fetchall()

    def position(self) -> Position:
        """As `Tenancy.position`."""
        self._have_lock()
        if self._position is None:
            row = self._one(_POSITION, (self._tenant,))
            self._position = Position(*row) if row else Position(1, 0, chain.START)
        return self._position

    def chain_at(self, seq: int) -> str | None:
        """The hub's chain after the frame that ends at `seq`; None when none does."""
        if seq == 0:
            return chain.START
        query: LiteralString = """
            SELECT first_seq + count - 1, chain FROM frame
            WHERE tenant = %s AND first_seq <= %s ORDER BY first_seq DESC LIMIT 1"""
        row = self._one(query, (self._tenant, seq))
        return row[1] if row and row[0] == seq else None

    def entries_after(self, seq: int, device: str) -> list[Arrived]:
        """About a page of entries after `seq`, at least one if there is any; frames of `device` without bytes."""
        entries: list[tuple[Entry, bool]] = []
        transactions = total = 0
        for first, count, header_hash, refused, size in self._all(_NEXT_ENTRIES, (device, self._tenant, seq)):
            # A frame of the asking device travels as a stub, and is little work there too.
            transactions, total = transactions + (count if size else count // 5), total + size
            if entries and (transactions > MOST_PAGE_TRANSACTIONS or total > MOST_PAGE_BYTES):
                break
            entries.append((Entry(first, count, header_hash, _refused(refused)), size > 0))
        if not any(foreign for _, foreign in entries):
            return [Arrived(entry, None) for entry, _ in entries]
        reached = entries[-1][0].first_seq
        sealed = dict(self._all(_SEALED, (self._tenant, seq, reached, device)))
        return [Arrived(entry, sealed.get(entry.first_seq)) for entry, _ in entries]

    def roster(self) -> list[tuple[str, bool]]:
        """Whose frames may stand in the tenant's log, by id, and whether each is revoked: its devices and ALA's."""
        return [(device, revoked) for device, revoked in self._all(_ROSTER, (self._tenant, ALA))]

    def ambito(self) -> str:
        """Where the ambito's log ends, as a page's head tells it."""
        row = self._one(_AMBITO, (AMBITO,))
        return place_of(row[0]) if row else ""

    def writer(self, incarnation: str) -> Writer:
        """As `Tenancy.writer`."""
        row = self._one(_WRITER_AND_REFUSED, (self._tenant, self._tenant, incarnation))
        if row is None:
            return Writer()
        self._nothing_refused = not row[-1]
        return writer_of(row[:-1])

    def entry(self, header_hash: str) -> Entry | None:
        """As `Tenancy.entry`."""
        return entry_of(header_hash, self._one(ENTRY, (self._tenant, header_hash)))

    def refused_among(self, device: str, records: Collection[str]) -> dict[str, int]:
        """As `Tenancy.refused_among`."""
        if self._nothing_refused:
            return {}
        query: LiteralString = (
            "SELECT record, seq FROM refused_record WHERE tenant = %s AND device = %s AND record = ANY(%s)"
        )
        return dict(self._all(query, (self._tenant, device, list(records))))

    def append(self, admitted: Admitted, *, refused: Mapping[str, int], cleared: Collection[str]) -> None:
        """As `Tenancy.append`."""
        header, entry, after, sealed = admitted
        last = entry.first_seq + entry.count - 1
        self._run(
            _APPEND,
            (last, after, self._tenant,
             self._tenant, entry.first_seq, entry.count, header.device, entry.header_hash, encode(entry.refused),
             after, len(sealed), sealed,
             self._tenant, header.incarnation, header.device, header.first + header.count, header.head,
             entry.header_hash),
        )  # fmt: skip
        self._position = None
        self._nothing_refused = False
        if cleared:
            query: LiteralString = "DELETE FROM refused_record WHERE tenant = %s AND device = %s AND record = ANY(%s)"
            self._run(query, (self._tenant, header.device, list(cleared)))
        if refused:
            query = """
                INSERT INTO refused_record SELECT %s, %s, unnest(%s::text[]), unnest(%s::bigint[])
                ON CONFLICT (tenant, device, record) DO UPDATE SET seq = excluded.seq"""
            self._run(query, (self._tenant, header.device, list(refused), list(refused.values())))

    def add_invite(self, invite: Invite) -> None:
        """As `Tenancy.add_invite`."""
        name, tenant, salt, secret, expires, tries, device = invite
        self._run(
            "INSERT INTO invite VALUES (%s, %s, %b, %b, %s, %s, %s)",
            (tenant, name, salt, secret, expires, tries, device),
        )

    def invite(self, name: str) -> Invite | None:
        """As `Tenancy.invite`."""
        row = self._one(f"{INVITES} WHERE tenant = %s AND name = %s", (self._tenant, name))
        return Invite(*row) if row else None

    def count_try(self, name: str) -> None:
        """As `Tenancy.count_try`."""
        self._run("UPDATE invite SET tries = tries - 1 WHERE tenant = %s AND name = %s", (self._tenant, name))

    def enrol(self, invite: str, device: Device) -> None:
        """As `Tenancy.enrol`."""
        self._run("INSERT INTO device VALUES (%s, %s, %s, %s, %b, %b, %s, %s)", device)
        query: LiteralString = "UPDATE invite SET device = %s WHERE tenant = %s AND name = %s"
        self._run(query, (device.device, self._tenant, invite))

    def devices(self) -> list[Device]:
        """As `Tenancy.devices`."""
        return [Device(*row) for row in self._all(TENANT_DEVICES, (self._tenant,))]

    def frames_of(self, device: str) -> Iterator[tuple[int, bytes]]:
        """As `Tenancy.frames_of`."""
        query: LiteralString = (
            "SELECT first_seq, sealed FROM frame WHERE tenant = %s AND device = %s ORDER BY first_seq"
        )
        yield from ((first_seq, sealed) for first_seq, sealed in self._all(query, (self._tenant, device)))

    def put_key(self, for_device: str, blob: str) -> None:
        """As `Tenancy.put_key`."""
        query: LiteralString = """
            INSERT INTO key_box VALUES (%s, %s, %s)
            ON CONFLICT (tenant, device) DO UPDATE SET blob = excluded.blob"""
        self._run(query, (self._tenant, for_device, blob))

    def leave_sheet(self, sheet: Sheet) -> None:
        """As `Tenancy.leave_sheet`."""
        query: LiteralString = """
            INSERT INTO sheet VALUES (%s, %s, %s, %s)
            ON CONFLICT (tenant, device) DO UPDATE SET name = excluded.name, blob = excluded.blob"""
        self._run(query, (self._tenant, *sheet))

    def sheets(self) -> list[Sheet]:
        """As `Tenancy.sheets`."""
        query: LiteralString = "SELECT device, name, blob FROM sheet WHERE tenant = %s ORDER BY device"
        return [Sheet(*row) for row in self._all(query, (self._tenant,))]

    def wrong_sheets(self, device: str, day: str) -> int:
        """As `Tenancy.wrong_sheets`."""
        query: LiteralString = "SELECT tries FROM sheet_try WHERE tenant = %s AND device = %s AND day = %s"
        row = self._one(query, (self._tenant, device, day))
        return row[0] if row else 0

    def count_wrong_sheet(self, device: str, day: str) -> None:
        """As `Tenancy.count_wrong_sheet`."""
        query: LiteralString = """
            INSERT INTO sheet_try AS one VALUES (%s, %s, %s, 1) ON CONFLICT (tenant, device) DO UPDATE
            SET tries = CASE WHEN one.day = excluded.day THEN one.tries + 1 ELSE 1 END, day = excluded.day"""
        self._run(query, (self._tenant, device, day))

    def revoke(self, device: str, *, revoked: bool) -> None:
        """As `Tenancy.revoke`."""
        query: LiteralString = "UPDATE device SET revoked = %s WHERE tenant = %s AND device = %s"
        self._run(query, (revoked, self._tenant, device))

    def hold(self, held: Held) -> None:
        """As `Tenancy.hold`."""
        self._run("INSERT INTO quarantine VALUES (%s, %s, %s, %s, %b) ON CONFLICT DO NOTHING", held)

    def release(self, header_hash: str) -> None:
        """As `Tenancy.release`."""
        query: LiteralString = "DELETE FROM quarantine WHERE tenant = %s AND header_hash = %s"
        self._run(query, (self._tenant, header_hash))

    def keep_picture(self, device: str, told: Told) -> None:
        """As `Tenancy.keep_picture`."""
        query: LiteralString = """
            INSERT INTO picture VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (tenant, device) DO UPDATE
            SET version = excluded.version, epoch = excluded.epoch, seq = excluded.seq, kinds = excluded.kinds"""
        self._run(query, (self._tenant, device, *told))
