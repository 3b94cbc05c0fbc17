"""One tenant in the hub's PostgreSQL store: the statements. Transactions and connections are `store_postgres`'s."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, LiteralString

import msgspec

from ala_desktop.hub.postgres_pool import Link
from ala_desktop.hub.store import Admitted, Device, Invite, Tenancy, Writer
from ala_desktop.sync import chain
from ala_desktop.sync.messages import MOST_PAGE_BYTES, MOST_PAGE_TRANSACTIONS
from ala_desktop.sync.protocol import Arrived, Entry, Position, Refused, encode

_refused = msgspec.json.Decoder(list[Refused]).decode

INVITES: LiteralString = "SELECT name, tenant, salt, secret, expires, tries, device FROM invite"
DEVICES: LiteralString = "SELECT tenant, device, name, ordinal, sign_key, box_key, enrolled, revoked FROM device"
_LOCK: LiteralString = "SELECT epoch, counter, chain FROM tenant WHERE tenant = %s FOR UPDATE"
_POSITION: LiteralString = "SELECT epoch, counter, chain FROM tenant WHERE tenant = %s"
_NEXT_ENTRIES: LiteralString = """
    SELECT first_seq, count, header_hash, refused, CASE WHEN device = %s THEN 0 ELSE size END
    FROM frame WHERE tenant = %s AND first_seq > %s ORDER BY first_seq LIMIT 1000"""
_SEALED: LiteralString = """
    SELECT first_seq, sealed FROM frame
    WHERE tenant = %s AND first_seq > %s AND first_seq <= %s AND device <> %s"""
_WRITE_CHAIN: LiteralString = """
    INSERT INTO writer VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (tenant, incarnation) DO UPDATE
    SET device = excluded.device, next_device_seq = excluded.next_device_seq, head = excluded.head,
        previous = excluded.previous"""


class PostgresTenancy(Tenancy):
    """`hub.store.Tenancy` on a connection in a transaction that is bound to the tenant."""

    def __init__(self, link: Link, tenant: str) -> None:
        self._link = link
        self._tenant = tenant

    def _run(self, query: LiteralString, values: Sequence[object]) -> None:
        """Send a statement on its way; what is wrong with it comes with the next answer, or at the commit."""
        self._link.execute(query, values)

    def _one(self, query: LiteralString, values: Sequence[object]) -> tuple[Any, ...] | None:
        return self._link.execute(query, values, binary=True).fetchone()

    def _all(self, query: LiteralString, values: Sequence[object]) -> list[tuple[Any, ...]]:
        return self._link.execute(query, values, binary=True).fetchall()

    def lock(self) -> None:
        """Lock the tenant's row, made when it is missing; whatever is read later is read by a later statement."""
        if self._one(_LOCK, (self._tenant,)) is None:
            first = "INSERT INTO tenant VALUES (%s, 1, 0, %s) ON CONFLICT DO NOTHING"
            self._run(first, (self._tenant, chain.START))
            self._one(_LOCK, (self._tenant,))

    def position(self) -> Position:
        """As `Tenancy.position`."""
        row = self._one(_POSITION, (self._tenant,))
        return Position(*row) if row else Position(1, 0, chain.START)

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

    def count_devices(self) -> int:
        """How many devices the tenant has."""
        row = self._one("SELECT count(*) FROM device WHERE tenant = %s", (self._tenant,))
        return row[0] if row else 0

    def writer(self, incarnation: str) -> Writer:
        """As `Tenancy.writer`."""
        query: LiteralString = (
            "SELECT device, next_device_seq, head, previous FROM writer WHERE tenant = %s AND incarnation = %s"
        )
        row = self._one(query, (self._tenant, incarnation))
        return Writer(*row) if row else Writer()

    def entry(self, header_hash: str) -> Entry | None:
        """As `Tenancy.entry`."""
        query: LiteralString = "SELECT first_seq, count, refused FROM frame WHERE tenant = %s AND header_hash = %s"
        row = self._one(query, (self._tenant, header_hash))
        return Entry(row[0], row[1], header_hash, _refused(row[2])) if row else None

    def refused_among(self, device: str, records: Collection[str]) -> dict[str, int]:
        """As `Tenancy.refused_among`."""
        any_at_all: LiteralString = "SELECT 1 FROM refused_record WHERE tenant = %s AND device = %s LIMIT 1"
        if self._one(any_at_all, (self._tenant, device)) is None:
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
            "INSERT INTO frame VALUES (%s, %s, %s, %s, %s, %b, %s, %s, %b)",
            (self._tenant, entry.first_seq, entry.count, header.device, entry.header_hash, encode(entry.refused),
             after, len(sealed), sealed),
        )  # fmt: skip
        self._run("UPDATE tenant SET counter = %s, chain = %s WHERE tenant = %s", (last, after, self._tenant))
        self._run(
            _WRITE_CHAIN,
            (self._tenant, header.incarnation, header.device, header.first + header.count, header.head,
             entry.header_hash),
        )  # fmt: skip
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
        return [Device(*row) for row in self._all(f"{DEVICES} WHERE tenant = %s ORDER BY ordinal", (self._tenant,))]

    def put_key(self, for_device: str, blob: str) -> None:
        """As `Tenancy.put_key`."""
        query: LiteralString = """
            INSERT INTO key_box VALUES (%s, %s, %s)
            ON CONFLICT (tenant, device) DO UPDATE SET blob = excluded.blob"""
        self._run(query, (self._tenant, for_device, blob))

    def key_for(self, device: str) -> str | None:
        """The wrapped key that waits for a device."""
        row = self._one("SELECT blob FROM key_box WHERE tenant = %s AND device = %s", (self._tenant, device))
        return row[0] if row else None
