"""Setting an office up, opening it, and getting back in with the recovery code. The only makers of a `Desk`."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from ala_desktop.core.clock import Clock
from ala_desktop.core.errors import Mendable
from ala_desktop.core.ids import NewId, new_id
from ala_desktop.core.instance import Instance, unusable_folder
from ala_desktop.core.names import KEYS_FILE
from ala_desktop.core.paths import refuse_network_drive
from ala_desktop.core.text import clean
from ala_desktop.fields.spec import Catalog
from ala_desktop.models import migrate
from ala_desktop.models.engine import STORE_FILE, Store
from ala_desktop.models.keyring import Cost, Keyring
from ala_desktop.services import edition
from ala_desktop.services.desk import Desk
from ala_desktop.services.shelf import Shelf, make_store
from ala_desktop.sync import chain, replica, sheet_book
from ala_desktop.sync.replica import Me

_UNFINISHED = "archivio.nuovo.db"
_MOST_NAME = 120
"""Letters of a clerk's name; it stands in every save, and the hub takes no endless or odd ones."""


@dataclass(frozen=True, slots=True)
class NewOffice:
    """What setting up asks for: the comune (Belfiore code and name; for ALA twice `ALA`) and the clerk."""

    belfiore: str
    comune: str
    clerk: str


class Office:
    """The data folder of one office."""

    def __init__(
        self,
        folder: Path,
        catalog: Catalog,
        *,
        clock: Clock | None = None,
        ids: NewId = new_id,
        cost: Cost | None = None,
    ) -> None:
        self.folder = folder
        self._catalog = catalog
        self._clock = clock or Clock()
        self._ids = ids
        self._keyring = Keyring(folder, cost)

    @property
    def is_set_up(self) -> bool:
        """Whether this folder holds an office."""
        return self._keyring.exists and not (self.folder / _UNFINISHED).exists()

    def set_up(self, office: NewOffice, passphrase: str) -> tuple[Desk, str]:
        """Make the store of a new office; returns it open, and the recovery code for the sheet. Writes no record.

        Raises:
            Mendable: an office is here already, a network drive, a short passphrase, a full disk.
        """
        with self._entered(self._make_folder) as instance:
            self._discard_unfinished()
            if self._keyring.exists or (self.folder / STORE_FILE).exists():
                raise Mendable(
                    "Questa cartella contiene già un archivio",
                    f"In {self.folder} c'è l'archivio di un ufficio.",
                    "Aprirlo con la sua frase d'accesso, oppure indicare un'altra cartella con --data.",
                )
            key, code = self._keyring.new(office.clerk, passphrase)
            self._make_store(key, office)
            return self._open(key, instance), code

    def _make_store(self, key: bytes, office: NewOffice) -> None:
        """The store under a passing name, then the keys, then its own name: a cut in between leaves no half office."""
        unfinished = self.folder / _UNFINISHED
        make_store(unfinished, key, self._newborn(office), self._clock)
        self._keyring.keep()
        unfinished.rename(self.folder / STORE_FILE)

    def _discard_unfinished(self) -> None:
        """Clear what a setting up that was cut off left behind; nobody had saved anything in it yet."""
        if not (self.folder / _UNFINISHED).exists():
            return
        for ending in ("", "-wal", "-shm"):
            (self.folder / f"{_UNFINISHED}{ending}").unlink(missing_ok=True)
        if not (self.folder / STORE_FILE).exists():
            (self.folder / KEYS_FILE).unlink(missing_ok=True)

    def _newborn(self, office: NewOffice) -> Me:
        return Me(
            tenant=office.belfiore, comune=office.comune, office=office.belfiore,
            author=clean(office.clerk)[:_MOST_NAME], device=self._ids(), device_name="PC 1",
            ordinal=None, incarnation=secrets.token_hex(8),
            sign_key=Ed25519PrivateKey.generate().private_bytes_raw(),
            box_key=X25519PrivateKey.generate().private_bytes_raw(),
            comune_key=secrets.token_bytes(64), comune_key_final=0, hub=None, hub_url=None, hub_key=None,
            epoch=1, seq=0, chain=chain.START, signature="", certificate=b"", next_device_seq=1, head=chain.START,
            previous="", last_exchange=None, copied=None, folded_by=edition.mark(self._catalog),
        )  # fmt: skip

    def open(self, passphrase: str) -> Desk:
        """Open the office with a clerk's passphrase.

        Raises:
            Mendable: no office here, a wrong passphrase, a damaged store, a second instance, a newer store.
        """
        with self._entered(self._refuse_missing) as instance:
            return self._open(self._keyring.unlock(passphrase), instance)

    def recover(self, code: str, clerk: str, passphrase: str) -> tuple[Desk, str]:
        """Redeem the recovery code for a new passphrase; returns the open office and the new recovery code.

        Whoever redeems it signs what is saved from now on; an empty `clerk` leaves the name as it was.

        Raises:
            Mendable: as `open`, or a wrong code, or a short passphrase.
        """
        with self._entered(self._refuse_missing) as instance:
            key, fresh = self._keyring.recover(code, clerk, passphrase)
            desk = self._open(key, instance)
            try:
                if name := clean(clerk)[:_MOST_NAME]:
                    with desk.store.writing() as connection:
                        replica.advance(connection, author=name)
                self._keyring.keep()  # only now: while the store does not open, the sheet in the drawer stays good
                self._keep_sheet(desk.store, key)
            except BaseException:
                desk.store.close()
                raise
            return desk, fresh

    @contextmanager
    def _entered(self, before: Callable[[], object]) -> Generator[Instance]:
        """The folder, this program's alone; given back on any error. What the system refuses there is told in words.

        `before` looks at the folder, or makes it.
        """
        refuse_network_drive(self.folder)
        instance: Instance | None = None
        try:
            before()
            instance = Instance(self.folder)
            yield instance
        except BaseException as problem:
            if instance is not None:
                instance.release()
            if not isinstance(problem, OSError):
                raise
            raise unusable_folder(self.folder, problem) from problem

    def _make_folder(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _refuse_missing(self) -> None:
        if not self._keyring.exists and (self.folder / STORE_FILE).exists():
            raise Mendable(
                "Mancano le chiavi dell'archivio",
                f"In {self.folder} c'è {STORE_FILE} ma non {KEYS_FILE}, senza il quale non si apre.",
                "Rimetterlo al suo posto da una copia della cartella dei dati, oppure chiedere assistenza ad ALA.",
            )
        if not self.is_set_up:
            raise Mendable(
                "Nessun archivio in questa cartella",
                f"In {self.folder} non è stato ancora preparato alcun ufficio.",
                "Prepararlo con la prima apertura del programma o con «ala-desktop init --comune CODICE».",
            )
        if not (self.folder / STORE_FILE).exists():
            raise Mendable(
                "Manca il file dell'archivio",
                f"In {self.folder} ci sono le chiavi ma non {STORE_FILE}.",
                "Rimetterlo al suo posto da una copia della cartella dei dati, oppure chiedere assistenza ad ALA.",
            )

    def _open(self, key: bytes, instance: Instance) -> Desk:
        store = Store(self.folder / STORE_FILE, key)
        try:
            if migrate.is_empty(store):
                raise Mendable(
                    "L'archivio è danneggiato",
                    f"Il file {STORE_FILE} in {self.folder} è vuoto: quanto conteneva non c'è più.",
                    "Non cancellare nulla: rimettere il file da una copia, oppure chiedere assistenza ad ALA.",
                )
            migrate.upgrade(store, self._clock)
            self._keep_sheet(store, key)
            desk = Desk(store, self._catalog, clock=self._clock, ids=self._ids, instance=instance)
            edition.take_up(desk)
            desk.others = Shelf(desk, key)
            return desk
        except BaseException:
            store.close()
            raise

    def _keep_sheet(self, store: Store, key: bytes) -> None:
        """Tell the store which sheet is good, so that the next exchange leaves the comune's key under it.

        The file of the keys decides: it changed in one step with the sheet. What cannot be told now is told at the next
        opening; a full disk keeps nobody out.
        """
        secret = self._keyring.sheet(key)
        with store.reading() as connection:
            known = sheet_book.own(connection)
        if secret is None or secret == known:
            return
        with suppress(Mendable), store.writing() as connection:
            sheet_book.keep_own(connection, secret)
