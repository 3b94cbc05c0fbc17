"""Two stores of one device, since one was copied or restored: which transactions both hold (ADR 14, 4).

Nothing is kept of a device that never forked. At its first fork all its transactions are named once, and from there on
those of each frame.
"""

from __future__ import annotations

from collections.abc import Iterable

from ala_desktop.hub.store import Kin, Tenancy
from ala_desktop.sync import chain, envelope
from ala_desktop.sync.envelope import Frame


def repeated(tenancy: Tenancy, frame: Frame, first_seq: int, kin: Kin) -> dict[int, int]:
    """Which of the frame's transactions are in the log already, by index, and their first seqs.

    The frame is about to stand at `first_seq`; what it follows is in the log.
    """
    if not kin.forked and not kin.siblings:
        return {}
    if not kin.forked:
        _name_all(tenancy, frame.header.device)
    identities = chain.identities(_before(tenancy, frame), envelope.payload_of(frame).lines)
    known = tenancy.first_places(frame.header.device, identities)
    tenancy.note_identities(frame.header.device, _by_seq(first_seq, identities))
    return {index: known[identity] for index, identity in enumerate(identities) if identity in known}


def _by_seq(first_seq: int, identities: Iterable[str]) -> dict[int, str]:
    return dict(enumerate(identities, first_seq))


def _before(tenancy: Tenancy, frame: Frame) -> str:
    """The identity of the transaction that the frame follows."""
    previous = tenancy.entry(frame.header.previous) if frame.header.previous else None
    if previous is None:
        return chain.root(frame.header.device)
    found = tenancy.identity_at(previous.first_seq + previous.count - 1)
    if found is None:
        raise LookupError(previous.header_hash)
    return found


def _name_all(tenancy: Tenancy, device: str) -> None:
    ends = {"": chain.root(device)}
    for first_seq, sealed in tenancy.frames_of(device):
        frame = envelope.split(sealed)
        identities = chain.identities(ends[frame.header.previous], envelope.payload_of(frame).lines)
        ends[frame.hash] = identities[-1]
        tenancy.note_identities(device, _by_seq(first_seq, identities))
