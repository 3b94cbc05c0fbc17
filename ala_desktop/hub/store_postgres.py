"""The hub's store in PostgreSQL, for several hub processes: a tenant has one writer at a time, readers never wait.

Roles, tables and who may see which rows are in `postgres_schema`.
"""

from __future__ import annotations

from collections.abc import Collection, Generator
from contextlib import contextmanager

from ala_desktop.core.errors import Mendable
from ala_desktop.hub import postgres_schema
from ala_desktop.hub.postgres_pool import Database, Pool
from ala_desktop.hub.shelf import Shelf
from ala_desktop.hub.store import Device, Held, Invite, Precedents, Store, TenantStatus
from ala_desktop.hub.tenancy_postgres import (
    DEVICES,
    ENTRY,
    HELD,
    INVITES,
    KEY,
    PICTURES,
    PRECEDENTS,
    TENANT_DEVICES,
    PostgresTenancy,
    entry_of,
    precedents_asked,
    precedents_of,
)
from ala_desktop.sync.messages import Page, PageHead, Told, roster_of
from ala_desktop.sync.protocol import Entry, Header, Position

_CONNECTIONS = 4
"""At most, for each role and process."""
_STATUS = """
    SELECT tenant, epoch, counter,
        (SELECT count(*) FROM device WHERE device.tenant = t.tenant),
        (SELECT count(*) FROM frame WHERE frame.tenant = t.tenant),
        (SELECT coalesce(sum(size), 0)::bigint FROM frame WHERE frame.tenant = t.tenant)
    FROM tenant AS t ORDER BY tenant"""

_HEADS = "SELECT tenant, epoch, counter, chain FROM tenant ORDER BY tenant"
_HUB = "SELECT hub FROM house"


class PostgresStore(Store):
    """`hub.store.Store` in PostgreSQL."""

    def __init__(self, url: str) -> None:
        """Open the store in the database at `url`; its tables are made when they are missing.

        Raises:
            Mendable: the address is none, the server does not let us in, or the store is newer or not ours.
        """
        self._database = Database(url)
        postgres_schema.prepare(self._database)
        self._intake = Pool(self._database, postgres_schema.INTAKE, _CONNECTIONS)
        self._readers = Pool(self._database, postgres_schema.READER, _CONNECTIONS)
        self._registry = Pool(self._database, postgres_schema.REGISTRY, _CONNECTIONS)

    @contextmanager
    def locked(self, tenant: str) -> Generator[PostgresTenancy]:
        """As `Store.locked`."""
        with self._intake.transaction(tenant) as link:
            tenancy = PostgresTenancy(link, tenant)
            tenancy.lock()
            yield tenancy

    @contextmanager
    def reading(self, tenant: str) -> Generator[PostgresTenancy]:
        """As `Store.reading`."""
        with self._readers.transaction(tenant, "REPEATABLE READ READ ONLY") as link:
            yield PostgresTenancy(link, tenant)

    def device(self, device: str) -> Device | None:
        """As `Store.device`."""
        rows = self._registry.look(f"{DEVICES} WHERE device = %s", (device,))
        return Device(*rows[0]) if rows else None

    def invited(self, name: str) -> Invite | None:
        """As `Store.invited`."""
        rows = self._registry.look(f"{INVITES} WHERE name = %s", (name,))
        return Invite(*rows[0]) if rows else None

    def devices(self, tenant: str) -> list[Device]:
        """As `Store.devices`."""
        return [Device(*row) for row in self._readers.look(TENANT_DEVICES, (tenant,), tenant)]

    def precedents(self, header: Header, header_hash: str, chains: Collection[str]) -> Precedents:
        """As `Store.precedents`."""
        (row,) = self._readers.look(PRECEDENTS, precedents_asked(header, header_hash, chains), header.tenant)
        return precedents_of(header, header_hash, chains, row)

    def entry(self, tenant: str, header_hash: str) -> Entry | None:
        """As `Store.entry`."""
        rows = self._readers.look(ENTRY, (tenant, header_hash), tenant)
        return entry_of(header_hash, rows[0] if rows else None)

    def page(self, tenant: str, after: Position, device: str) -> Page | None:
        """As `Store.page`."""
        with self.reading(tenant) as here:
            end = here.position()
            start = here.place_at(after.seq)
            if start is None or start.chain != after.chain:
                return None
            roster, arrived = here.roster(), here.entries_after(after.seq, device)
            last = arrived[-1].entry if arrived else None
            place = here.place_at(last.first_seq + last.count - 1) if last else None
            head = PageHead(end, len(roster), roster_of(roster), ambito=here.ambito(), place=place)
            return Page(head, arrived)

    def key_for(self, tenant: str, device: str) -> str | None:
        """As `Store.key_for`."""
        rows = self._readers.look(KEY, (tenant, device), tenant)
        return rows[0][0] if rows else None

    @contextmanager
    def shelf(self, tenant: str) -> Generator[Shelf]:
        """As `Store.shelf`."""
        with self.reading(tenant) as here:
            yield here.shelf

    def pictures(self, tenant: str) -> dict[str, Told]:
        """As `Store.pictures`."""
        return {device: Told(*told) for device, *told in self._readers.look(PICTURES, (tenant,), tenant)}

    def held(self, tenant: str) -> list[Held]:
        """As `Store.held`."""
        return [Held(*row) for row in self._readers.look(HELD, (tenant,), tenant)]

    def heads(self) -> dict[str, Position]:
        """As `Store.heads`."""
        return {tenant: Position(*place) for tenant, *place in self._registry.look(_HEADS, ())}

    def status(self) -> list[TenantStatus]:
        """As `Store.status`."""
        return [TenantStatus(*row) for row in self._registry.look(_STATUS, ())]

    def hub(self) -> str:
        """The id of the hub whose store this is; empty as long as none has served from it."""
        rows = self._registry.look(_HUB, ())
        return rows[0][0] if rows else ""

    def belong_to(self, hub: str) -> None:
        """Make this the store of the hub with this id, for ever.

        Raises:
            Mendable: it is another hub's: PCs would not recognise this one.
        """
        with self._intake.transaction("") as link:
            link.execute("UPDATE house SET hub = %s WHERE hub = ''", (hub,))
            (owner,) = link.execute(_HUB).fetchone() or ("",)
        if owner != hub:
            raise Mendable(
                "L'archivio è di un'altra centrale",
                f"{self._database.name} appartiene alla centrale {owner}, la chiave in questa cartella alla {hub}.",
                "Copiare nella cartella dei dati il file centrale.key di quella centrale, oppure indicarla con --data.",
            )

    def close(self) -> None:
        """As `Store.close`."""
        for pool in (self._intake, self._readers, self._registry):
            pool.close()
