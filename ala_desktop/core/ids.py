"""Identifiers minted by this device: UUIDv7, so that neighbours in time are neighbours in the store.

The time inside is used for locality only and never compared (SYNC 6).
"""

from __future__ import annotations

from collections.abc import Callable

from uuid_utils import uuid7

NewId = Callable[[], str]


def new_id() -> str:
    """A fresh UUIDv7 as 32 lowercase hexadecimal digits; never reused."""
    return uuid7().hex
