"""Requests over every log that an office works on: its own for a comune, those of all comuni for ALA."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from ala_desktop.core.errors import Mendable
from ala_desktop.core.tenants import ALA, is_comune
from ala_desktop.models.engine import OTHER_STORES
from ala_desktop.services.desk import Desk
from ala_desktop.services.sharing.requests import KIND, Request, Requests, in_order

_Stamp = tuple[tuple[int, int], ...]


class RequestBook:
    """The requests that this office sends, or receives. Any thread may call.

    Attributes:
        agency: whether this is ALA's office, which receives them.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.agency = desk.tenant == ALA
        self._read: dict[str, tuple[_Stamp, list[Request]]] = {}

    def tenants(self) -> list[str]:
        """Whose requests there are."""
        return [one for one in self._desk.others.tenants() if is_comune(one)] if self.agency else [self._desk.tenant]

    @contextmanager
    def at(self, tenant: str) -> Generator[Desk]:
        """The desk of a log with requests.

        Raises:
            Mendable: this office has no such log.
        """
        if tenant == self._desk.tenant:
            yield self._desk
            return
        with self._desk.others.open(tenant) as other:
            yield other

    def list(self) -> list[Request]:
        """Every request, in the order of `requests.in_order`. Not on the window's thread: it opens every log.

        A comune's store whose files are as they were when it was read is not opened again.
        """
        return in_order([one for tenant in self.tenants() for one in self._of(tenant)])

    def _of(self, tenant: str) -> list[Request]:
        stamp = self._stamp(tenant)
        known = self._read.get(tenant)
        if known and stamp and known[0] == stamp:
            return known[1]
        with self.at(tenant) as desk:
            found = Requests(desk).list()
        self._read[tenant] = (self._stamp(tenant), found)  # opening a store writes to it
        return found

    def _stamp(self, tenant: str) -> _Stamp:
        """How the files of another log's store stand; empty for the own log, which is open anyway."""
        if tenant == self._desk.tenant:
            return ()
        base = self._desk.store.path.parent / f"{OTHER_STORES}{tenant}.db"
        found = [file.stat() for file in (base, base.with_name(f"{base.name}-wal")) if file.exists()]
        return tuple((one.st_mtime_ns, one.st_size) for one in found)

    def waiting(self) -> list[Request]:
        """Those that somebody here should look at: for ALA what waits for it, for a comune what ALA did since."""
        return [one for one in self.list() if (one.state.waits if self.agency else one.news)]

    def tenant_of(self, request: str) -> str:
        """In whose log a request is.

        Raises:
            Mendable: there is none with this id.
        """
        for tenant in self.tenants():
            with self.at(tenant) as desk:
                if desk.many(KIND, [request]):
                    return tenant
        raise Mendable(
            "Richiesta non trovata",
            f"Nessuna richiesta ha il codice {request}.",
            "Vedere l'elenco con «ala-desktop requests list»; se manca, fare uno scambio.",
        )
