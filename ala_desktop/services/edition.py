"""A program of another edition of the records takes up a store: the log is folded anew, as this program reads it.

What older editions wrote takes its steps (`fields.steps`), values of fields that were unknown go into their columns.
The log itself, and what waits to be sent, stay as they are.
"""

from __future__ import annotations

from hashlib import blake2b

from ala_desktop.fields.spec import Catalog
from ala_desktop.models.guards import FOLD
from ala_desktop.services.desk import Desk
from ala_desktop.sync import checkup, healing, replica
from ala_desktop.sync.protocol import encode


def mark(catalog: Catalog) -> str:
    """What rows that were folded by a program with this catalog are marked with."""
    told = (catalog.edition, sorted((kind, sorted(spec.fields)) for kind, spec in catalog.items()))
    return blake2b(encode(told), digest_size=8).hexdigest()


def take_up(desk: Desk) -> None:
    """Fold the log anew if another program folded it last; nothing to do as nearly always.

    A log that is damaged stays as it is, and one that begins with a snapshot of an older edition: the next exchange
    fetches it from its beginning.
    """
    wanted = mark(desk.catalog)
    with desk.reading() as connection:
        if replica.read(connection).folded_by == wanted:
            return
    with desk.store.writing(FOLD) as connection:
        if healing.refold(connection, desk.rows):
            replica.advance(connection, folded_by=wanted)
        else:
            checkup.note_verified(connection, 1, None, desk.clock.now())
