"""Identifiers minted by this device: UUIDv7, so that neighbours in time are neighbours in the store.

The time inside is used for locality only and never compared (SYNC 6).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from uuid_utils import uuid7

NewId = Callable[[], str]
ID_LENGTH = 32
_LINES = re.compile(rf"(?:[0-9a-f]{{{ID_LENGTH}}}\n)*").fullmatch


def new_id() -> str:
    """A fresh UUIDv7 as 32 lowercase hexadecimal digits; never reused."""
    return uuid7().hex


def are_ids(texts: Sequence[str]) -> bool:
    """Whether all of these can be identifiers."""
    # Each of their length, so that the pattern, which sees only all of them together, meets them one by one.
    return set(map(len, texts)) <= {ID_LENGTH} and _LINES("\n".join([*texts, ""])) is not None
