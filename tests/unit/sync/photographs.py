"""Snapshots of logs that tests made by hand, as the hub makes them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from ala_desktop.models.guards import FOLD
from ala_desktop.sync import bootstrap, envelope, snapshot, stored_snapshot
from ala_desktop.sync.folding import Folding
from ala_desktop.sync.ledger import Ledger
from ala_desktop.sync.notices import Photograph, seal_notice
from ala_desktop.sync.pieces import name_of
from ala_desktop.sync.protocol import Arrived
from ala_desktop.sync.snapshot import Opened, Packed
from ala_desktop.sync.state import State
from tests.property.pc import Pc
from tests.property.real_hub import IDENTITY
from tests.unit.sync.restored_hub import SIGN_KEY


def folded(pc: Pc, log: Sequence[Arrived]) -> Folding:
    sealed = {entry.first_seq: sealed for entry, sealed in log}
    folding = Folding(pc.catalog, "A995", sealed.get)
    for entry, whole in log:
        assert whole is not None
        folding.take(entry, envelope.split(whole), whole)
    return folding


def opened(folding: Folding) -> Opened:
    """What was folded, as the snapshot says it of a log whose series were moved."""
    return folding.opened._replace(holder="d" * 32)


def empty(folding: Folding) -> tuple[State, Ledger]:
    return State(folding.state.catalog), Ledger(lambda _: b"")


def notice_of(packed: Packed, folding: Folding, **changed: object) -> Photograph:
    place, parts = folding.reached, [(name_of(part), len(part)) for part in packed.parts]
    edition = folding.state.catalog.edition
    made = Photograph("2026-11-22T10:00:00Z", place.epoch, place.seq, place.chain, edition, packed.digest, parts)
    return msgspec.structs.replace(made, **changed)


def begun(three: Pc, log: Sequence[Arrived]) -> Pc:
    """A PC that begins with a snapshot of this log."""
    folding = folded(three, log)
    packed = snapshot.pack("A995", opened(folding))
    notice = notice_of(packed, folding)
    with three.desk.store.writing(FOLD) as connection:
        stored_snapshot.begin(connection, seal_notice(notice, "A995", IDENTITY.hub, SIGN_KEY))
        for at, part in enumerate(packed.parts):
            stored_snapshot.add(connection, at, 0, part)
        bootstrap.take_up(connection, three.desk.rows, notice)
    return three
