"""The logs of other tenants on one PC: the ambito's everywhere, the comuni's on ALA's. Each in a store of its own.

Their files lie beside the office's, under keys that follow from its data key: one passphrase opens all. Each store has
its own position, incarnation and chain; the device and its keys are the office's.
"""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ala_desktop.core.clock import Clock
from ala_desktop.core.errors import Mendable
from ala_desktop.core.tenants import AMBITO, name_of, title_of
from ala_desktop.models import migrate
from ala_desktop.models.engine import OTHER_STORES, Store
from ala_desktop.models.keyring import key_of
from ala_desktop.services import edition
from ala_desktop.services.desk import Desk
from ala_desktop.sync import chain, replica, rights
from ala_desktop.sync.replica import Me

_FILE = re.compile(rf"{OTHER_STORES}([0-9A-Z]+)\.db").fullmatch
_UNFINISHED = ".nuovo"
_SHARED = ("author", "device_name", "hub", "hub_url", "hub_key")
"""What may change in the office's own store, and is taken over from there."""


def make_store(path: Path, key: bytes, me: Me, clock: Clock) -> None:
    """A new store in the file `path`, whole in that file alone."""
    store = Store(path, key)
    try:
        migrate.upgrade(store, clock)
        with store.structuring() as connection:
            replica.create(connection, me)
        store.settle()  # its log would not follow it to another name
    finally:
        store.close()


class Shelf:
    """The other logs of one office. May be used from any thread; a desk is open while anybody has it."""

    def __init__(self, home: Desk, key: bytes) -> None:
        """`home`: the office's own desk; `key`: its data key."""
        self._home = home
        self._key = key
        self._folder = home.store.path.parent
        self._lock = threading.Lock()
        self._open: dict[str, Desk] = {}
        self._users: dict[str, int] = {}
        self._published: Desk | None = None

    def tenants(self) -> list[str]:
        """Those that have a store here, AMBITO first."""
        found = (match[1] for file in self._folder.glob(f"{OTHER_STORES}*.db") if (match := _FILE(file.name)))
        return sorted(found, key=lambda tenant: (tenant != AMBITO, tenant))

    @contextmanager
    def open(self, tenant: str) -> Generator[Desk]:
        """As `Others.open`."""
        with self._lock:
            desk = self._open.get(tenant) or self._opened(tenant)
            self._open[tenant] = desk
            self._users[tenant] = self._users.get(tenant, 0) + 1
        try:
            yield desk
        finally:
            with self._lock:
                self._users[tenant] -= 1
                if not self._users[tenant] and desk is not self._published:
                    self._open.pop(tenant).close()

    def published(self) -> Desk | None:
        """As `Others.published`; it stays open, since every screen asks for it."""
        if self._published is None and self._path(AMBITO).exists():
            with self.open(AMBITO) as desk, self._lock:
                self._published = desk
        return self._published

    def close(self) -> None:
        """As `Others.close`."""
        with self._lock:
            self._published = None
            while self._open:
                self._open.popitem()[1].close()

    def _path(self, tenant: str) -> Path:
        return self._folder / f"{OTHER_STORES}{tenant}.db"

    def _opened(self, tenant: str) -> Desk:
        home = self._home.me
        if tenant == home.tenant or not rights.may_read(home.office, tenant):
            raise Mendable(
                "Registro non disponibile su questo PC",
                f"«{tenant}» non è tra i registri che questo ufficio può avere.",
                "Indicare AMBITO o, sui PC di ALA, il codice catastale di un comune dell'Ambito.",
            )
        key, path = key_of(self._key, tenant), self._path(tenant)
        if not path.exists():
            self._make(tenant, path, key, home)
        store = Store(path, key)
        try:
            migrate.upgrade(store, self._home.clock)
            self._take_over(store, home)
            desk = Desk(store, self._home.catalog, clock=self._home.clock, ids=self._home.new_id)
            edition.take_up(desk)
            return desk
        except BaseException:
            store.close()
            raise

    def _take_over(self, store: Store, home: Me) -> None:
        """What changed in the office's own store since; nothing is written where nothing did, as nearly always."""
        with store.reading() as connection:
            here = replica.read(connection)
        changed = {name: value for name in _SHARED if (value := getattr(home, name)) != getattr(here, name)}
        if changed:
            with store.writing() as connection:
                replica.advance(connection, **changed)

    def _make(self, tenant: str, path: Path, key: bytes, home: Me) -> None:
        """Under a passing name first: a cut in between leaves no half store."""
        if home.hub is None:
            raise Mendable(
                f"Il registro di {title_of(tenant, name_of(tenant))} non è ancora su questo PC",
                "Arriva con lo scambio, e questo PC non è ancora collegato alla centrale.",
                "Collegare il PC alla centrale di ALA e fare uno scambio.",
            )
        unfinished = path.with_suffix(_UNFINISHED)
        for ending in ("", "-wal", "-shm"):
            unfinished.with_name(unfinished.name + ending).unlink(missing_ok=True)
        me = replace(
            home, tenant=tenant, comune=name_of(tenant), incarnation=secrets.token_hex(8), comune_key=None,
            comune_key_final=1, epoch=1, seq=0, chain=chain.START, signature="", next_device_seq=1, head=chain.START,
            previous="", last_exchange=None, copied=None,
        )  # fmt: skip
        make_store(unfinished, key, me, self._home.clock)
        unfinished.rename(path)
