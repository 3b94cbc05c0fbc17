"""One tenant in the hub's SQLite store: the statements. Transactions and connections are `store_sqlite`'s."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec

from ala_desktop.core.tenants import ALA, AMBITO
from ala_desktop.hub.shelf import Row, Shelf
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

INVITES = "SELECT name, tenant, salt, secret, expires, tries, device FROM invite"
DEVICES = "SELECT tenant, device, name, ordinal, sign_key, box_key, enrolled, revoked FROM device"


def device_of(row: tuple[str, str, str, int, bytes, bytes, str, int]) -> Device:
    """A device from its row, in the order of `DEVICES`."""
    tenant, device, name, ordinal, sign_key, box_key, enrolled, revoked = row
    return Device(tenant, device, name, ordinal, sign_key, box_key, enrolled, bool(revoked))


class SqliteTenancy(Tenancy):
    """`hub.store.Tenancy` on a connection in a transaction."""

    def __init__(self, connection: sqlite3.Connection, tenant: str) -> None:
        self._run = connection.execute
        self._many = connection.executemany
        self._tenant = tenant

    @property
    def shelf(self) -> Shelf:
        """As `Tenancy.shelf`."""
        return Shelf(self._run, self._all, self._tenant)

    def _all(self, query: str, values: Sequence[object]) -> list[Row]:
        return self._run(query, values).fetchall()

    def position(self) -> Position:
        """As `Tenancy.position`."""
        query = "SELECT epoch, counter, chain FROM tenant WHERE tenant = ?"
        row = self._run(query, (self._tenant,)).fetchone()
        return Position(*row) if row else Position(1, 0, chain.START)

    def place_at(self, seq: int) -> Position | None:
        """The place after the frame that ends at `seq`; None when none does."""
        if seq == 0:
            return Position(1, 0, chain.START)
        query = "SELECT epoch, first_seq + count - 1, chain FROM frame WHERE tenant = ? AND first_seq <= ?"
        row = self._run(f"{query} ORDER BY first_seq DESC LIMIT 1", (self._tenant, seq)).fetchone()
        return Position(*row) if row and row[1] == seq else None

    def entries_after(self, seq: int, device: str) -> list[Arrived]:
        """About a page of entries after `seq`, at least one if there is any; frames of `device` without bytes."""
        query = """
            SELECT first_seq, count, header_hash, refused, CASE WHEN device = ? THEN NULL ELSE sealed END
            FROM frame WHERE tenant = ? AND first_seq > ? ORDER BY first_seq"""
        found: list[Arrived] = []
        transactions = size = 0
        cursor = self._run(query, (device, self._tenant, seq))
        for first, count, header_hash, refused, sealed in cursor:
            # A frame of the asking device travels as a stub, and is little work there too.
            transactions, size = transactions + (count if sealed else count // 5), size + len(sealed or b"")
            if found and (transactions > MOST_PAGE_TRANSACTIONS or size > MOST_PAGE_BYTES):
                break
            found.append(Arrived(Entry(first, count, header_hash, _refused(refused)), sealed))
        cursor.close()
        return found

    def entry(self, header_hash: str) -> Entry | None:
        """As `Reading.entry`."""
        query = "SELECT first_seq, count, refused FROM frame WHERE tenant = ? AND header_hash = ?"
        row = self._run(query, (self._tenant, header_hash)).fetchone()
        return Entry(row[0], row[1], header_hash, _refused(row[2])) if row else None

    def entry_at(self, seq: int) -> Entry | None:
        """As `Reading.entry_at`."""
        query = "SELECT first_seq, count, header_hash FROM frame WHERE tenant = ? AND first_seq <= ?"
        row = self._run(f"{query} ORDER BY first_seq DESC LIMIT 1", (self._tenant, seq)).fetchone()
        return Entry(row[0], row[1], row[2], []) if row and seq < row[0] + row[1] else None

    def precedents(self, header: Header, header_hash: str, chains: Collection[str]) -> Precedents:
        """As `Reading.precedents`."""
        before: Before | None = Before()
        if header.previous:
            query = "SELECT substr(sealed, 1, ?) FROM frame WHERE tenant = ? AND header_hash = ? AND device = ?"
            row = self._run(query, (HEADER_BYTES, self._tenant, header.previous, header.device)).fetchone()
            before = head_of(row[0]) if row else None
        return Precedents(self.entry(header_hash), before, self.seqs(chains))

    def seqs(self, chains: Collection[str]) -> dict[str, int]:
        """As `Reading.seqs`."""
        query = (
            "SELECT chain, first_seq + count - 1 FROM frame WHERE tenant = ? "
            "AND chain IN (SELECT value FROM json_each(?))"
        )
        found = dict(self._run(query, (self._tenant, json.dumps(list(chains)))).fetchall())
        return found | ({chain.START: 0} if chain.START in chains else {})

    def way(self, place: str) -> list[Step]:
        """As `Reading.way`."""
        query = """
            WITH RECURSIVE way AS (
                SELECT 0 AS n, before, first_seq, count, header_hash FROM link WHERE tenant = ?1 AND after = ?2
                UNION ALL
                SELECT n + 1, l.before, l.first_seq, l.count, l.header_hash
                FROM way JOIN link AS l ON l.tenant = ?1 AND l.after = way.before
                WHERE NOT EXISTS (SELECT 1 FROM frame WHERE tenant = ?1 AND chain = way.before))
            SELECT before, first_seq, count, header_hash,
                EXISTS (SELECT 1 FROM frame WHERE tenant = ?1 AND header_hash = way.header_hash)
            FROM way ORDER BY n"""
        rows = self._run(query, (self._tenant, place))
        return [Step(before, first, size, name, bool(here)) for before, first, size, name, here in rows]

    def present(self, hashes: Collection[str]) -> set[str]:
        """As `Reading.present`."""
        query = "SELECT header_hash FROM frame WHERE tenant = ? AND header_hash IN (SELECT value FROM json_each(?))"
        return {name for (name,) in self._run(query, (self._tenant, json.dumps(list(hashes))))}

    def offered_among(self, hashes: Collection[str]) -> set[str]:
        """As `Reading.offered_among`."""
        query = (
            "SELECT header_hash FROM offered WHERE tenant = ? AND sealed IS NOT NULL "
            "AND header_hash IN (SELECT value FROM json_each(?))"
        )
        return {name for (name,) in self._run(query, (self._tenant, json.dumps(list(hashes))))}

    def offered(self, header_hash: str) -> bytes | None:
        """As `Reading.offered`."""
        query = "SELECT sealed FROM offered WHERE tenant = ? AND header_hash = ?"
        row = self._run(query, (self._tenant, header_hash)).fetchone()
        return row[0] if row else None

    def kin(self, header: Header, header_hash: str) -> Kin:
        """As `Tenancy.kin`."""
        query = """
            SELECT EXISTS (SELECT 1 FROM frame WHERE tenant = ?1 AND device = ?2 AND previous = ?3),
                EXISTS (SELECT 1 FROM twin WHERE tenant = ?1 AND device = ?2)"""
        siblings, forked = self._run(query, (self._tenant, header.device, header.previous)).fetchone()
        return Kin(self.entry(header_hash), bool(siblings), bool(forked))

    def refused_among(self, device: str, records: Collection[str]) -> dict[str, int]:
        """As `Tenancy.refused_among`."""
        any_at_all = "SELECT 1 FROM refused_record WHERE tenant = ? AND device = ? LIMIT 1"
        if not self._run(any_at_all, (self._tenant, device)).fetchone():
            return {}
        query = (
            "SELECT record, seq FROM refused_record WHERE tenant = ? AND device = ? "
            "AND record IN (SELECT value FROM json_each(?))"
        )
        return dict(self._run(query, (self._tenant, device, json.dumps(list(records)))).fetchall())

    def append(self, admitted: Admitted, *, refused: Mapping[str, int], cleared: Collection[str]) -> None:
        """As `Tenancy.append`."""
        header, entry, after, sealed = admitted
        last = entry.first_seq + entry.count - 1
        self._run(
            "INSERT INTO frame SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, epoch, ?9 FROM tenant WHERE tenant = ?1",
            (self._tenant, entry.first_seq, entry.count, header.device, entry.header_hash, header.previous,
             encode(entry.refused), after, sealed),
        )  # fmt: skip
        self._run("UPDATE tenant SET counter = ?, chain = ? WHERE tenant = ?", (last, after, self._tenant))
        if cleared:
            query = "DELETE FROM refused_record WHERE tenant = ? AND device = ? AND record = ?"
            self._many(query, [(self._tenant, header.device, record) for record in cleared])
        if refused:
            query = "INSERT OR REPLACE INTO refused_record VALUES (?, ?, ?, ?)"
            self._many(query, [(self._tenant, header.device, record, seq) for record, seq in refused.items()])

    def add_invite(self, invite: Invite) -> None:
        """As `Tenancy.add_invite`."""
        name, tenant, salt, secret, expires, tries, device = invite
        self._run(
            "INSERT INTO invite VALUES (?, ?, ?, ?, ?, ?, ?)", (tenant, name, salt, secret, expires, tries, device)
        )

    def invite(self, name: str) -> Invite | None:
        """As `Tenancy.invite`."""
        row = self._run(f"{INVITES} WHERE tenant = ? AND name = ?", (self._tenant, name)).fetchone()
        return Invite(*row) if row else None

    def count_try(self, name: str) -> None:
        """As `Tenancy.count_try`."""
        self._run("UPDATE invite SET tries = tries - 1 WHERE tenant = ? AND name = ?", (self._tenant, name))

    def enrol(self, invite: str, device: Device) -> None:
        """As `Tenancy.enrol`."""
        self._run("INSERT INTO device VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*device[:-1], int(device.revoked)))
        query = "UPDATE invite SET device = ? WHERE tenant = ? AND name = ?"
        self._run(query, (device.device, self._tenant, invite))

    def add_device(self, device: Device) -> None:
        """As `Tenancy.add_device`."""
        self._run("INSERT INTO device VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*device[:-1], int(device.revoked)))

    def add_links(self, epoch: int, fork: str, entries: Collection[Entry]) -> None:
        """As `Tenancy.add_links`."""
        rows: list[tuple[object, ...]] = []
        for entry in entries:
            after = chain.hub_chain(fork, entry)
            rows.append((self._tenant, after, fork, entry.first_seq, entry.count, entry.header_hash))
            fork = after
        self._many("INSERT OR IGNORE INTO link VALUES (?, ?, ?, ?, ?, ?)", rows)
        self._run("UPDATE tenant SET epoch = ? WHERE tenant = ?", (epoch, self._tenant))

    def frames_of(self, device: str) -> Iterator[tuple[int, bytes]]:
        """As `Reading.frames_of`."""
        query = "SELECT first_seq, sealed FROM frame WHERE tenant = ? AND device = ? ORDER BY first_seq"
        yield from self._run(query, (self._tenant, device))

    def note_identities(self, device: str, identities: Mapping[int, str]) -> None:
        """As `Tenancy.note_identities`."""
        rows = [(self._tenant, seq, device, identity) for seq, identity in identities.items()]
        self._many("INSERT INTO twin VALUES (?, ?, ?, ?)", rows)

    def identity_at(self, seq: int) -> str | None:
        """As `Tenancy.identity_at`."""
        row = self._run("SELECT identity FROM twin WHERE tenant = ? AND seq = ?", (self._tenant, seq)).fetchone()
        return row[0] if row else None

    def first_places(self, device: str, identities: Collection[str]) -> dict[str, int]:
        """As `Tenancy.first_places`."""
        query = (
            "SELECT identity, min(seq) FROM twin WHERE tenant = ? AND device = ? "
            "AND identity IN (SELECT value FROM json_each(?)) GROUP BY identity"
        )
        return dict(self._run(query, (self._tenant, device, json.dumps(list(identities)))).fetchall())

    def expect(self, hashes: Collection[str], day: str) -> None:
        """As `Tenancy.expect`."""
        query = "DELETE FROM offered WHERE tenant = ? AND day < date(?, ?)"
        self._run(query, (self._tenant, day, f"-{DAYS_OFFERED} days"))
        rows = [(self._tenant, name, day) for name in hashes]
        self._many("INSERT OR IGNORE INTO offered (tenant, header_hash, day) VALUES (?, ?, ?)", rows)

    def put_offered(self, header_hash: str, sealed: bytes) -> bool:
        """As `Tenancy.put_offered`."""
        query = "UPDATE offered SET sealed = ? WHERE tenant = ? AND header_hash = ?"
        return self._run(query, (sealed, self._tenant, header_hash)).rowcount == 1

    def forget_offered(self, hashes: Collection[str]) -> None:
        """As `Tenancy.forget_offered`."""
        query = "DELETE FROM offered WHERE tenant = ? AND header_hash = ?"
        self._many(query, [(self._tenant, name) for name in hashes])

    def devices(self) -> list[Device]:
        """As `Reading.devices`."""
        return [device_of(row) for row in self._run(f"{DEVICES} WHERE tenant = ? ORDER BY ordinal", (self._tenant,))]

    def put_key(self, for_device: str, blob: str) -> None:
        """As `Tenancy.put_key`."""
        self._run("INSERT OR REPLACE INTO key_box VALUES (?, ?, ?)", (self._tenant, for_device, blob))

    def leave_sheet(self, sheet: Sheet) -> None:
        """As `Tenancy.leave_sheet`."""
        self._run("INSERT OR REPLACE INTO sheet VALUES (?, ?, ?, ?)", (self._tenant, *sheet))

    def sheets(self) -> list[Sheet]:
        """As `Tenancy.sheets`."""
        query = "SELECT device, name, blob FROM sheet WHERE tenant = ? ORDER BY device"
        return [Sheet(*row) for row in self._run(query, (self._tenant,))]

    def wrong_sheets(self, device: str, day: str) -> int:
        """As `Tenancy.wrong_sheets`."""
        query = "SELECT tries FROM sheet_try WHERE tenant = ? AND device = ? AND day = ?"
        row = self._run(query, (self._tenant, device, day)).fetchone()
        return row[0] if row else 0

    def count_wrong_sheet(self, device: str, day: str) -> None:
        """As `Tenancy.count_wrong_sheet`."""
        query = (
            "INSERT INTO sheet_try VALUES (?, ?, ?, 1) ON CONFLICT (tenant, device) DO UPDATE "
            "SET tries = CASE WHEN day = excluded.day THEN tries + 1 ELSE 1 END, day = excluded.day"
        )
        self._run(query, (self._tenant, device, day))

    def revoke(self, device: str, *, revoked: bool) -> None:
        """As `Tenancy.revoke`."""
        query = "UPDATE device SET revoked = ? WHERE tenant = ? AND device = ?"
        self._run(query, (int(revoked), self._tenant, device))

    def roster(self) -> list[tuple[str, bool]]:
        """Whose frames may stand in the tenant's log, by id, and whether each is revoked: its devices and ALA's."""
        query = "SELECT device, revoked FROM device WHERE tenant = ? OR tenant = ?"
        return [(device, bool(revoked)) for device, revoked in self._run(query, (self._tenant, ALA))]

    def ambito(self) -> str:
        """Where the ambito's log ends, as a page's head tells it."""
        row = self._run("SELECT chain FROM tenant WHERE tenant = ? AND counter > 0", (AMBITO,)).fetchone()
        return place_of(row[0]) if row else ""

    def hold(self, held: Held) -> None:
        """As `Tenancy.hold`."""
        self._run("INSERT OR IGNORE INTO quarantine VALUES (?, ?, ?, ?, ?)", held)

    def release(self, header_hash: str) -> None:
        """As `Tenancy.release`."""
        query = "DELETE FROM quarantine WHERE tenant = ? AND header_hash = ?"
        self._run(query, (self._tenant, header_hash))

    def held(self) -> list[Held]:
        """As `Store.held`."""
        query = (
            "SELECT tenant, header_hash, device, received, sealed FROM quarantine WHERE tenant = ? "
            "ORDER BY received, header_hash"
        )
        return [Held(*row) for row in self._run(query, (self._tenant,))]

    def keep_picture(self, device: str, told: Told) -> None:
        """As `Tenancy.keep_picture`."""
        self._run("INSERT OR REPLACE INTO picture VALUES (?, ?, ?, ?, ?, ?)", (self._tenant, device, *told))

    def pictures(self) -> dict[str, Told]:
        """As `Store.pictures`."""
        query = (
            "SELECT device, version, epoch, seq, kinds FROM picture JOIN device USING (tenant, device) "
            "WHERE tenant = ? AND revoked = 0 ORDER BY device"
        )
        return {device: Told(*told) for device, *told in self._run(query, (self._tenant,))}
