"""Running the hub as a process: the folder, the socket, the server."""

from __future__ import annotations

import gc
import logging
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import uvicorn

from ala_desktop.core.clock import Clock
from ala_desktop.core.errors import Mendable
from ala_desktop.core.instance import Instance, unusable_folder
from ala_desktop.core.os_words import why
from ala_desktop.core.paths import refuse_network_drive
from ala_desktop.fields.spec import Catalog
from ala_desktop.hub.app import Hub
from ala_desktop.hub.devices import Enrolment
from ala_desktop.hub.identity import KEY_FILE, Identity, load_or_make
from ala_desktop.hub.store import Store
from ala_desktop.hub.store_postgres import PostgresStore
from ala_desktop.hub.store_sqlite import SqliteStore

STORE_FILE = "centrale.db"
_CONNECTIONS = 256
_IDLE_SECONDS = 30


def open_store(folder: Path, database: str | None = None) -> Store:
    """The hub's store, made when it is missing: in `folder`, or in the PostgreSQL database with this URL.

    Raises:
        Mendable: the folder or the store cannot be used.
    """
    if database is not None:
        return PostgresStore(database)
    _make_folder(folder)
    return SqliteStore(folder / STORE_FILE)


def identity_for(folder: Path, store: Store) -> Identity:
    """The hub's identity, kept in `folder`; made on first use, but never beside a database that is a hub's already.

    Raises:
        Mendable: the key is missing, damaged, or of another hub than the store's.
    """
    if not isinstance(store, PostgresStore):
        return load_or_make(folder)
    owner = store.hub()
    _make_folder(folder)
    if owner and not (folder / KEY_FILE).exists():
        raise Mendable(
            "Manca la chiave della centrale",
            f"L'archivio è della centrale {owner}, e in {folder} non c'è il file {KEY_FILE}.",
            "Copiarlo dalla macchina che lo ha, oppure indicare con --data la cartella che lo contiene.",
        )
    identity = load_or_make(folder)
    store.belong_to(identity.hub)
    return identity


def _make_folder(folder: Path) -> None:
    refuse_network_drive(folder)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as problem:
        raise unusable_folder(folder, problem) from problem


def serve(
    folder: Path,
    catalog: Catalog,
    host: str,
    port: int,
    ready: Callable[[str], None],
    over: Callable[[], object] | None = None,
    *,
    database: str | None = None,
) -> None:
    """Serve until told to stop by a signal, or until `over` returns, which then waits on a thread of its own.

    Args:
        folder: the hub's: its key, and its store unless that is in a database.
        catalog: the kinds of record that are taken.
        host, port: where it listens; port 0 takes a free one.
        ready: given the URL once requests are answered.
        over: returns when the hub shall end.
        database: URL of a PostgreSQL database, which several processes may serve; None: the store is in `folder`.

    Raises:
        Mendable: another process serves this folder, or the port is taken.
    """
    store = open_store(folder, database)
    try:
        instance = Instance(folder) if database is None else None
    except BaseException:
        store.close()
        raise
    try:
        identity = identity_for(folder, store)
        hub = Hub(store, catalog, identity, Enrolment(store, identity, Clock()))
        _hurry_less_over_garbage()
        with _listening(host, port) as listening:
            server = _Server(hub, _url(host, listening), ready)
            if over is not None:
                threading.Thread(target=server.end_after, args=(over,), daemon=True).start()
            server.run(sockets=[listening])
    finally:
        store.close()
        if instance is not None:
            instance.release()


def _hurry_less_over_garbage() -> None:
    """Frames are trees without circles: searching them for garbage takes a quarter of the time and finds none."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # told, or asyncio leaves Nagle on
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
    except OSError as problem:
        bound.close()
        raise Mendable(
            "La centrale non può usare questo indirizzo",
            f"{host}, porta {port}: {why(problem)}.",
            "Scegliere un'altra porta con --port (0 ne prende una libera) o un altro indirizzo con --host.",
        ) from problem
    return bound


def _url(host: str, listening: socket.socket) -> str:
    port: int = listening.getsockname()[1]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class _Server(uvicorn.Server):
    """uvicorn, which tells when it answers."""

    def __init__(self, hub: Hub, url: str, ready: Callable[[str], None]) -> None:
        logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
        super().__init__(
            uvicorn.Config(
                hub.asgi,
                http="h11",
                ws="none",
                lifespan="off",
                loop="asyncio",
                interface="asgi3",
                log_config=None,
                access_log=False,
                server_header=False,
                date_header=False,
                proxy_headers=False,
                limit_concurrency=_CONNECTIONS,
                timeout_keep_alive=_IDLE_SECONDS,
                timeout_graceful_shutdown=5,
            )  # fmt: skip
        )
        self._url = url
        self._ready = ready

    def end_after(self, over: Callable[[], object]) -> None:
        """Stop serving, in good order, once `over` returns."""
        over()
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start answering, then say so."""
        await super().startup(sockets)
        if self.started:
            self._ready(self._url)
