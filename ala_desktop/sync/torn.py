"""A page of the log that breaks off on its way: what came is not fetched again. No network here.

The entries of a page are the beginning of a stream that only ever grows, so the device asks for the same page less the
bytes that it has after the head. What it is given then is signed as the whole page: what came before the break counts
only if the hub signs it after all.
"""

from __future__ import annotations

from ala_desktop.sync.messages import MOST_ANSWER_BYTES, end_of_head

LEAST_BYTES = 4_096
"""What has to have come for the line to count as one that gets on."""


class TornPage:
    """The bytes that came of a page's entries."""

    def __init__(self) -> None:
        self._held = bytearray()

    @property
    def skip(self) -> int:
        """How many bytes of the entries need not come again."""
        return len(self._held)

    def keep(self, came: bytes) -> bool:
        """Keep what came of an answer that broke off; whether that brought the page further."""
        start = end_of_head(came)
        further = came[start:] if start else b""
        if len(further) < LEAST_BYTES or len(self._held) + len(further) > MOST_ANSWER_BYTES:
            return False
        self._held += further
        return True

    def whole(self, came: bytes) -> bytes:
        """An answer as it would have come at once."""
        start = end_of_head(came)
        return came[:start] + bytes(self._held) + came[start:] if self._held else came

    def forget(self) -> None:
        """What came is not what the hub signs."""
        self._held.clear()
