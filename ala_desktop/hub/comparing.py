"""Comparing what the devices of a comune tell of the same place in its log (SYNC 26). The hub itself never folds.

What a device tells costs a read with each pull, and a write only when it is news.
"""

from __future__ import annotations

from contextlib import suppress

import msgspec

from ala_desktop.hub.store import Device, Store
from ala_desktop.sync.declined import Declined
from ala_desktop.sync.messages import PageHead, Told


def compared(store: Store, device: Device, told: Told, head: PageHead) -> PageHead:
    """`head` with those devices that told something else of the same place; what `device` told is kept.

    A store that takes nothing now still serves the log: what was told is told again.
    """
    known = store.pictures(device.tenant)
    if known.get(device.device) != told:
        with suppress(Declined), store.locked(device.tenant) as tenancy:
            tenancy.keep_picture(device.device, told)
    unlike = [(other, one.kinds) for other, one in known.items() if other != device.device and differ(told, one)]
    return msgspec.structs.replace(head, unlike=unlike, compared=told.text) if unlike else head


def differ(one: Told, other: Told) -> bool:
    """Whether two devices tell different things of the same place."""
    place, other_place = ((told.version, told.epoch, told.seq) for told in (one, other))
    return place == other_place and one.kinds != other.kinds
