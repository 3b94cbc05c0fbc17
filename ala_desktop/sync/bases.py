"""A place of somebody's log as one number: what an op was read at, and what a decision closes (ADR 14).

`(epoch - 1) * 2**40 + seq`: in the first epoch it is the seq. Numbers of different epochs say nothing of each other;
the header of a frame pins its epochs to places by hash (`protocol.Header.seen`).
"""

from __future__ import annotations

_EPOCH = 1 << 40


def pack(epoch: int, seq: int) -> int:
    """The number of a place in an epoch."""
    return (epoch - 1) * _EPOCH + seq


def unpack(base: int) -> tuple[int, int]:
    """Epoch and seq of a number."""
    return base // _EPOCH + 1, base % _EPOCH
