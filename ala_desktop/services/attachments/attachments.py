"""Attachments of records: added and removed like any other save, their files encrypted beside the store.

What is not on this PC is fetched from the hub when it is wanted. A file that is damaged here counts as not here.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from ala_desktop.core.errors import Mendable
from ala_desktop.core.files import write_whole
from ala_desktop.fields.spec import DELETED
from ala_desktop.services.attachments.taking import Taken, take
from ala_desktop.services.desk import Desk
from ala_desktop.services.row import Row
from ala_desktop.services.sharing.exchange import Exchange
from ala_desktop.sync import sealed_file
from ala_desktop.sync.blob_folder import BlobFolder
from ala_desktop.sync.blobs import Advance, Stop
from ala_desktop.sync.capture import Change
from ala_desktop.sync.pieces import name_of

KINDS = ("housing_unit", "household", "housing_application", "intervention", "sitting")
"""Kinds of record that may have attachments."""
_OPENED = "aperti"
"""Where files stand in clear while somebody looks at them; emptied when the office is opened and closed."""


@dataclass(frozen=True, slots=True)
class Attached:
    """An attachment: its record, and whether its file is on this PC."""

    row: Row
    here: bool


class NotHere(Mendable):
    """The file of an attachment is not on this PC, or damaged here."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "L'allegato non è su questo PC",
            f"«{name}» è stato aggiunto su un altro PC, oppure il file conservato qui si è danneggiato.",
            "Aprirlo con il collegamento attivo: il programma lo richiede alla centrale.",
        )


class Attachments:
    """Attachments of an open office. Any thread may call; what fetches waits for the network."""

    def __init__(self, desk: Desk, exchange: Exchange) -> None:
        self._desk = desk
        self._exchange = exchange
        self._data = desk.store.path.parent
        self._folder = BlobFolder(self._data)

    def of(self, kind: str, record: str) -> list[Attached]:
        """The living attachments of a record, in the order in which they were added."""
        rows = self._desk.find("attachment", record_kind=kind, of_record=record)
        return [Attached(row, self.is_here(row)) for row in rows]

    def attach(self, kind: str, record: str, path: Path, note: str = "") -> Row:
        """Add a file to a record; file and record are on the disk when this returns.

        Raises:
            Mendable: the file may not be attached, the record is none that has attachments or is deleted, the minutes
                are approved, the disk is full.
        """
        self._refuse_other(kind, record)
        taken = take(path)
        key = sealed_file.new_key()
        sealed = sealed_file.seal(taken.content, key)
        self._folder.put(name_of(sealed), sealed)  # first: a record without its file would be a promise broken
        try:
            return self._desk.save([self._creation(kind, record, taken, sealed, key, note)])[0]
        except BaseException:
            self._folder.drop(name_of(sealed))
            raise

    def _creation(self, kind: str, record: str, taken: Taken, sealed: bytes, key: str, note: str) -> Change:
        put = {
            "record_kind": kind, "of_record": record, "name": taken.name, "media_type": taken.medium,
            "size": len(taken.content), "blob": name_of(sealed), "content_hash": _hash(taken.content), "key": key,
            "added_on": self._desk.clock.today().isoformat(), "added_by": self._desk.author,
        }  # fmt: skip
        more = {"sitting_id": record if kind == "sitting" else None, "note": note.strip() or None}
        return Change("attachment", self._desk.new_id(), put | {name: value for name, value in more.items() if value})

    def _refuse_other(self, kind: str, record: str) -> None:
        if kind not in KINDS:
            labels = ", ".join(self._desk.catalog[one].plural.lower() for one in KINDS)
            raise Mendable(
                "A questa scheda non si possono aggiungere allegati",
                f"Hanno allegati: {labels}.",
                "Aggiungere il file alla scheda a cui si riferisce, per esempio alla domanda o al nucleo.",
            )
        if self._desk.get(kind, record).deleted:
            raise Mendable(
                "La scheda è eliminata",
                "A una scheda eliminata non si aggiungono allegati.",
                "Ripristinarla, poi riprovare.",
            )

    def content(self, attachment: str) -> tuple[str, bytes]:
        """Name and bytes of an attachment whose file is here.

        Raises:
            NotHere: it is not, or not as it was.
            Mendable: there is no such attachment, or this PC does not have the comune's key yet.
        """
        row = self._desk.get("attachment", attachment)
        name = row.text("name")
        if row["key"] is None or row["content_hash"] is None:
            raise Mendable(
                "L'allegato non si può ancora aprire su questo PC",
                "È riservato al Comune, e questo PC non ne ha ancora la chiave.",
                "Confermare questo PC da quello che c'era già, fare uno scambio e riprovare.",
            )
        sealed = self._folder.read(row.text("blob"))
        if sealed is None:
            raise NotHere(name)
        try:
            content = sealed_file.open_sealed(sealed, row.text("key"))
        except sealed_file.Damaged as problem:
            raise _altered(name) from problem
        if _hash(content) != row["content_hash"]:
            raise _altered(name)
        return name, content

    def fetch(self, attachment: str, advance: Advance | None = None, stop: Stop | None = None) -> None:
        """Fetch the file of an attachment from the hub, if it is not here as it was.

        Raises:
            Mendable: the hub is away, does not have it yet, or gives something else; or the disk is full.
            Stopped: `stop` said so; what came is gone on with the next time.
        """
        row = self._desk.get("attachment", attachment)
        blob, size = row.text("blob"), row["size"]
        if self._folder.read(blob) is None:
            self._exchange.fetch_blob(blob, size if isinstance(size, int) else 0, advance, stop)

    def missing(self) -> list[Row]:
        """Living attachments whose file is not here."""
        return [row for row in self._desk.find("attachment") if not self.is_here(row)]

    def save_as(self, attachment: str, target: Path) -> None:
        """Write an attachment in clear where somebody wants it.

        Raises:
            Mendable: as `content`; or the place does not take it.
        """
        write_whole(target, self.content(attachment)[1])

    def for_viewer(self, attachment: str) -> Path:
        """A copy in clear, for the program that shows such files; it goes when the office is closed.

        Raises:
            Mendable: as `content`; or the disk does not take it.
        """
        name, content = self.content(attachment)
        place = self._data / _OPENED
        place.mkdir(mode=0o700, exist_ok=True)
        path = Path(tempfile.mkdtemp(dir=place)) / name
        write_whole(path, content)
        return path

    def forget_opened(self) -> None:
        """Take away the copies in clear. One that a viewer still holds open goes the next time."""
        shutil.rmtree(self._data / _OPENED, ignore_errors=True)

    def remove(self, row: Row) -> list[Row]:
        """Delete an attachment; its file stays until the hub has it. Returns the rows, for `restore`.

        Raises:
            Mendable: the minutes that it belongs to are approved.
        """
        return self._desk.save([row.change({DELETED: 1})])

    def restore(self, rows: Sequence[Row]) -> list[Row]:
        """Take a deletion back."""
        return self._desk.save([row.change({DELETED: None}) for row in rows])

    def is_here(self, row: Row) -> bool:
        """Whether the file of an attachment is on this PC; its bytes are checked when they are read."""
        return self._folder.has(row.text("blob"))


def _hash(content: bytes) -> str:
    return blake2b(content, digest_size=32).hexdigest()


def _altered(name: str) -> Mendable:
    return Mendable(
        "L'allegato non è quello che è stato aggiunto",
        f"Il contenuto di «{name}» non corrisponde alla sua scheda.",
        "Non fidarsi di questo file: chiedere l'originale a chi lo ha aggiunto, e segnalarlo ad ALA.",
    )
