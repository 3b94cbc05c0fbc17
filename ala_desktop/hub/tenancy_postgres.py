"""One tenant in the hub's PostgreSQL store: the statements. Transactions and connections are `store_postgres`'s."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import LiteralString, cast

import msgspec
from psycopg import Cursor

from ala_desktop.core.tenants import ALA, AMBITO
from ala_desktop.hub.postgres_pool import Link, Row
from ala_desktop.hub.shelf import Shelf
from ala_desktop.hub.store import (
    DAYS_OFFERED,
    HEADER_BYTES,
    Admitted,
    Before,
    Device,
    Held,
    Invite,
    Kin,
    Precedents,
    Sheet,
    Step,
    Tenancy,
    head_of,
)
from ala_desktop.sync import chain
from ala_desktop.sync.messages import MOST_PAGE_BYTES, MOST_PAGE_TRANSACTIONS, Told, place_of
from ala_desktop.sync.protocol import Arrived, Entry, Header, Position, Refused, encode

_refused = msgspec.json.Decoder(list[Refused]).decode

INVITES: LiteralString = "SELECT name, tenant, salt, secret, expires, tries, device FROM invite"
DEVICES: LiteralString = "SELECT tenant, device, name, ordinal, sign_key, box_key, enrolled, revoked FROM device"
PRECEDENTS: LiteralString = """
    SELECT own.*, before.*,
        ARRAY(SELECT chain || ' ' || (first_seq + count - 1) FROM frame WHERE tenant = %s AND chain = ANY(%s))
    FROM (SELECT) AS always LEFT JOIN
        (SELECT first_seq, count, refused FROM frame WHERE tenant = %s AND header_hash = %s) AS own ON true LEFT JOIN
        (SELECT substring(sealed FROM 1 FOR %s) FROM frame WHERE tenant = %s AND header_hash = %s AND device = %s)
        AS before ON true"""
_KIN: LiteralString = """
    SELECT own.*, EXISTS (SELECT FROM frame WHERE tenant = %s AND device = %s AND previous = %s),
        EXISTS (SELECT FROM twin WHERE tenant = %s AND device = %s),
        EXISTS (SELECT FROM refused_record WHERE tenant = %s) FROM (SELECT) AS always LEFT JOIN
        (SELECT first_seq, count, refused FROM frame WHERE tenant = %s AND header_hash = %s) AS own ON true"""
"""Always one row: also whether anything at all was refused in this tenant, which is seldom and asked for next."""
_WAY: LiteralString = """
    WITH RECURSIVE way AS (
        SELECT 0 AS n, before, first_seq, count, header_hash FROM link WHERE tenant = %s AND after = %s
        UNION ALL
        SELECT n + 1, l.before, l.first_seq, l.count, l.header_hash
        FROM way JOIN (SELECT * FROM link WHERE tenant = %s) AS l ON l.after = way.before
        WHERE NOT EXISTS (SELECT FROM frame WHERE tenant = %s AND chain = way.before))
    SELECT before, first_seq, count, header_hash,
        EXISTS (SELECT FROM frame WHERE tenant = %s AND header_hash = way.header_hash)
    FROM way ORDER BY n"""
_SEQS: LiteralString = "SELECT chain, first_seq + count - 1 FROM frame WHERE tenant = %s AND chain = ANY(%s)"
_PLACE_AT: LiteralString = """
    SELECT epoch, first_seq + count - 1, chain FROM frame
    WHERE tenant = %s AND first_seq <= %s ORDER BY first_seq DESC LIMIT 1"""
_ENTRY_AT: LiteralString = """
    SELECT first_seq, count, header_hash FROM frame
    WHERE tenant = %s AND first_seq <= %s ORDER BY first_seq DESC LIMIT 1"""
_PRESENT: LiteralString = "SELECT header_hash FROM frame WHERE tenant = %s AND header_hash = ANY(%s)"
_OFFERED_AMONG: LiteralString = """
    SELECT header_hash FROM offered WHERE tenant = %s AND sealed IS NOT NULL AND header_hash = ANY(%s)"""
_FIRST_PLACES: LiteralString = """
    SELECT identity, min(seq) FROM twin WHERE tenant = %s AND device = %s AND identity = ANY(%s) GROUP BY identity"""
_AT_ONCE = 100
"""Frames of a device that are read at once."""
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
    now AS (SELECT coalesce(max(epoch), 1) AS epoch FROM tenant WHERE tenant = %s)
    INSERT INTO frame (tenant, first_seq, count, device, header_hash, previous, refused, chain, epoch, size, sealed)
    SELECT %s, %s, %s, %s, %s, %s, %b, %s, epoch, %s, %b FROM now"""


def precedents_asked(header: Header, header_hash: str, chains: Collection[str]) -> tuple[object, ...]:
    """The values of `PRECEDENTS`."""
    tenant = header.tenant
    return (tenant, list(chains), tenant, header_hash, HEADER_BYTES, tenant, header.previous, header.device)


def precedents_of(header: Header, header_hash: str, chains: Collection[str], row: Row) -> Precedents:
    """What a frame rests on, from the row of `PRECEDENTS`."""
    *own, before, places = row
    seqs = {place: int(seq) for place, _, seq in (text.partition(" ") for text in places)}
    if chain.START in chains:
        seqs[chain.START] = 0
    entry = entry_of(header_hash, tuple(own)) if own[0] is not None else None
    if not header.previous:
        return Precedents(entry, Before(), seqs)
    return Precedents(entry, None if before is None else head_of(before), seqs)


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

    def place_at(self, seq: int) -> Position | None:
        """The place after the frame that ends at `seq`; None when none does."""
        if seq == 0:
            return Position(1, 0, chain.START)
        row = self._one(_PLACE_AT, (self._tenant, seq))
        return Position(*row) if row and row[1] == seq else None

    def entry_at(self, seq: int) -> Entry | None:
        """As `Reading.entry_at`."""
        row = self._one(_ENTRY_AT, (self._tenant, seq))
        return Entry(row[0], row[1], row[2], []) if row and seq < row[0] + row[1] else None

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

    def precedents(self, header: Header, header_hash: str, chains: Collection[str]) -> Precedents:
        """As `Reading.precedents`."""
        (row,) = self._all(PRECEDENTS, precedents_asked(header, header_hash, chains))
        return precedents_of(header, header_hash, chains, row)

    def seqs(self, chains: Collection[str]) -> dict[str, int]:
        """As `Reading.seqs`."""
        found: dict[str, int] = dict(self._all(_SEQS, (self._tenant, list(chains))))
        return found | ({chain.START: 0} if chain.START in chains else {})

    def way(self, place: str) -> list[Step]:
        """As `Reading.way`."""
        own = self._tenant
        return [Step(*step) for step in self._all(_WAY, (own, place, own, own, own))]

    def present(self, hashes: Collection[str]) -> set[str]:
        """As `Reading.present`."""
        return {name for (name,) in self._all(_PRESENT, (self._tenant, list(hashes)))}

    def offered_among(self, hashes: Collection[str]) -> set[str]:
        """As `Reading.offered_among`."""
        return {name for (name,) in self._all(_OFFERED_AMONG, (self._tenant, list(hashes)))}

    def offered(self, header_hash: str) -> bytes | None:
        """As `Reading.offered`."""
        query: LiteralString = "SELECT sealed FROM offered WHERE tenant = %s AND header_hash = %s"
        row = self._one(query, (self._tenant, header_hash))
        return row[0] if row else None

    def kin(self, header: Header, header_hash: str) -> Kin:
        """As `Tenancy.kin`."""
        own, device = self._tenant, header.device
        (row,) = self._all(_KIN, (own, device, header.previous, own, device, own, own, header_hash))
        *entry, siblings, forked, refused = row
        self._nothing_refused = not refused
        return Kin(entry_of(header_hash, tuple(entry)) if entry[0] is not None else None, siblings, forked)

    def entry(self, header_hash: str) -> Entry | None:
        """As `Reading.entry`."""
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
            (last, after, self._tenant, self._tenant,
             self._tenant, entry.first_seq, entry.count, header.device, entry.header_hash, header.previous,
             encode(entry.refused), after, len(sealed), sealed),
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

    def add_device(self, device: Device) -> None:
        """As `Tenancy.add_device`."""
        self._run("INSERT INTO device VALUES (%s, %s, %s, %s, %b, %b, %s, %s)", device)

    def add_links(self, epoch: int, fork: str, entries: Collection[Entry]) -> None:
        """As `Tenancy.add_links`."""
        befores, afters = [fork], list[str]()
        for entry in entries:
            afters.append(chain.hub_chain(befores[-1], entry))
            befores.append(afters[-1])
        self._run(
            "INSERT INTO link SELECT %s, unnest(%s::text[]), unnest(%s::text[]), unnest(%s::bigint[]), "
            "unnest(%s::integer[]), unnest(%s::text[]) ON CONFLICT DO NOTHING",
            (self._tenant, afters, befores[:-1], [entry.first_seq for entry in entries],
             [entry.count for entry in entries], [entry.header_hash for entry in entries]),
        )  # fmt: skip
        self._run("UPDATE tenant SET epoch = %s WHERE tenant = %s", (epoch, self._tenant))
        self._position = None

    def frames_of(self, device: str) -> Iterator[tuple[int, bytes]]:
        """As `Reading.frames_of`."""
        query: LiteralString = """
            SELECT first_seq, sealed FROM frame WHERE tenant = %s AND device = %s AND first_seq > %s
            ORDER BY first_seq LIMIT %s"""
        last = 0
        while rows := self._all(query, (self._tenant, device, last, _AT_ONCE)):
            for first_seq, sealed in rows:
                yield first_seq, sealed
                last = first_seq

    def note_identities(self, device: str, identities: Mapping[int, str]) -> None:
        """As `Tenancy.note_identities`."""
        query: LiteralString = "INSERT INTO twin SELECT %s, unnest(%s::bigint[]), %s, unnest(%s::text[])"
        self._run(query, (self._tenant, list(identities), device, list(identities.values())))

    def identity_at(self, seq: int) -> str | None:
        """As `Tenancy.identity_at`."""
        row = self._one("SELECT identity FROM twin WHERE tenant = %s AND seq = %s", (self._tenant, seq))
        return row[0] if row else None

    def first_places(self, device: str, identities: Collection[str]) -> dict[str, int]:
        """As `Tenancy.first_places`."""
        return dict(self._all(_FIRST_PLACES, (self._tenant, device, list(identities))))

    def expect(self, hashes: Collection[str], day: str) -> None:
        """As `Tenancy.expect`."""
        old: LiteralString = "DELETE FROM offered WHERE tenant = %s AND day::date < %s::date - %s"
        self._run(old, (self._tenant, day, DAYS_OFFERED))
        query: LiteralString = """
            INSERT INTO offered (tenant, header_hash, day) SELECT %s, unnest(%s::text[]), %s ON CONFLICT DO NOTHING"""
        self._run(query, (self._tenant, list(hashes), day))

    def put_offered(self, header_hash: str, sealed: bytes) -> bool:
        """As `Tenancy.put_offered`."""
        query: LiteralString = "UPDATE offered SET sealed = %b WHERE tenant = %s AND header_hash = %s RETURNING 1"
        return self._one(query, (sealed, self._tenant, header_hash)) is not None

    def forget_offered(self, hashes: Collection[str]) -> None:
        """As `Tenancy.forget_offered`."""
        query: LiteralString = "DELETE FROM offered WHERE tenant = %s AND header_hash = ANY(%s)"
        self._run(query, (self._tenant, list(hashes)))

    def devices(self) -> list[Device]:
        """As `Reading.devices`."""
        return [Device(*row) for row in self._all(TENANT_DEVICES, (self._tenant,))]

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
