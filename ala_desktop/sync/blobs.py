"""Sending the encrypted files of attachments to the hub and fetching them, after the records and apart from them.

Sent is what this PC has, once its record came back in the log; fetched, what is asked for. Both go on after any break,
and after the end of the program: the hub says how much it has, the folder how much is here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import Connection

from ala_desktop.core.errors import Mendable
from ala_desktop.models.engine import Store
from ala_desktop.sync import complaints, replica, sealed_file
from ala_desktop.sync.blob_folder import BlobFolder, named
from ala_desktop.sync.declined import Declined
from ala_desktop.sync.pieces import Stopped
from ala_desktop.sync.transport import BlobLine

Advance = Callable[[int, int], None]
"""Told how many bytes of how many went over the line."""
Stop = Callable[[], bool]

_AT_HUB = "EXISTS (SELECT 1 FROM blob_at_hub AS b WHERE b.blob = a.blob AND b.epoch = ?)"


class Sent(NamedTuple):
    """What became of the files that waited: how many the hub keeps now, and what stood in the way of the others."""

    files: int
    problem: Mendable | None


def waiting(connection: Connection) -> list[str]:
    """Hashes of files whose record is in the log, and that the hub is not known to keep; oldest first."""
    query = (
        "SELECT a.blob FROM attachment AS a WHERE a._deleted IS NULL "
        "AND (a.created_seq > 0 OR (a.created_seq < 0 AND -a.created_seq NOT IN (SELECT device_seq FROM outbox))) "
        f"AND a.blob IS NOT NULL AND NOT {_AT_HUB} GROUP BY a.blob ORDER BY min(a.id)"
    )
    return list(connection.exec_driver_sql(query, (replica.read(connection).epoch,)).scalars())


def spare(connection: Connection) -> list[str]:
    """Hashes of files that no living record needs and the hub keeps: a deletion that is taken back fetches them."""
    query = (
        "SELECT a.blob FROM attachment AS a WHERE a.blob IS NOT NULL GROUP BY a.blob "
        f"HAVING count(*) = count(a._deleted) AND max({_AT_HUB})"
    )
    return list(connection.exec_driver_sql(query, (replica.read(connection).epoch,)).scalars())


def note_kept(connection: Connection, blob: str) -> None:
    """The hub keeps this file."""
    epoch = replica.read(connection).epoch
    connection.exec_driver_sql("INSERT OR REPLACE INTO blob_at_hub VALUES (?, ?)", (blob, epoch))


def send(
    store: Store, folder: BlobFolder, line: BlobLine, advance: Advance | None = None, stop: Stop | None = None
) -> Sent:
    """Send every file that waits and is here; one that the hub does not take holds up no other.

    Raises:
        Mendable: the line broke for good.
        Stopped: `stop` said so.
    """
    with store.reading() as connection:
        blobs = waiting(connection)
    count, problem = 0, None
    for blob in blobs:
        sealed = folder.read(blob) if folder.has(blob) else None
        if sealed is None:
            continue
        try:
            _send_one(line, sealed, advance, stop)
        except Declined as refusal:
            problem = problem or complaints.declined(refusal)
            continue
        with store.writing() as connection:
            note_kept(connection, blob)
        count += 1
    return Sent(count, problem)


def _send_one(line: BlobLine, sealed: bytes, advance: Advance | None, stop: Stop | None) -> None:
    try:
        line.keep_blob(line.upload(sealed, advance, stop))
    except Declined as refusal:
        if refusal.code != "bad_upload":
            raise
        line.keep_blob(line.upload(sealed, advance, stop))  # what the hub had of it was not ours; now it begins anew


def tidy(store: Store, folder: BlobFolder) -> None:
    """Take away the files that no living record needs and the hub keeps."""
    with store.reading() as connection:
        blobs = spare(connection)
    for blob in blobs:
        folder.drop(blob)


def fetch(
    store: Store, folder: BlobFolder, line: BlobLine, blob: str, size: int, advance: Advance | None = None,
    stop: Stop | None = None,
) -> None:  # fmt: skip
    """Fetch a file whose content has `size` bytes; goes on with what came before.

    Raises:
        Mendable: the line broke, the disk is full, or the hub gives other bytes: nothing of these is kept.
        Declined: `unknown_blob`, with `revoked` and the like.
        Stopped: `stop` said so.
    """
    if not named(blob):
        raise complaints.inconsistent("la scheda dell'allegato non dice qual è il suo file")
    begun = folder.half(blob) > 0
    if _fetched(folder, line, blob, size, advance, stop) or (
        begun and _fetched(folder, line, blob, size, advance, stop)  # what was here before was not it
    ):
        with store.writing() as connection:
            note_kept(connection, blob)
        return
    raise complaints.inconsistent("l'allegato ricevuto non è quello che il collega ha aggiunto")


def _fetched(
    folder: BlobFolder, line: BlobLine, blob: str, size: int, advance: Advance | None, stop: Stop | None
) -> bool:
    whole = sealed_file.sealed_size(size)
    while (at := folder.half(blob)) < whole:
        if stop is not None and stop():
            raise Stopped
        piece = line.blob(blob, at)[: whole - at]
        if not piece:
            break
        folder.add(blob, piece)
        if advance is not None:
            advance(at + len(piece), whole)
    return folder.finish(blob)
