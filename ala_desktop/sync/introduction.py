"""The file with which ALA introduces its hub to a comune that has no network: who the hub is, and for whom it is meant.

It is no secret and opens nothing: the one-time code does, which travels apart.
"""

from __future__ import annotations

import msgspec

from ala_desktop.sync import parcels
from ala_desktop.sync.protocol import Malformed, encode

_MAGIC = b"ALAI"
_MOST_BYTES = 4_096
FORMAT = 1


class Introduction(msgspec.Struct, frozen=True):
    """A hub to one comune.

    Attributes:
        format: version of this shape.
        hub_key: public key of the hub, hex; its id follows from it.
        tenant, comune: Belfiore code and name.
    """

    format: int
    hub_key: str
    tenant: str
    comune: str


def of(hub_key: bytes, tenant: str, comune: str) -> bytes:
    """The bytes of the file that introduces the hub with this public key to a comune."""
    return _MAGIC + encode(Introduction(FORMAT, hub_key.hex(), tenant, comune))


def read(data: bytes) -> Introduction:
    """The introduction in the bytes of a file.

    Raises:
        Malformed: something else.
    """
    if not data.startswith(_MAGIC) or len(data) > _MOST_BYTES:
        raise Malformed("non è una presentazione della centrale")
    try:
        introduction = msgspec.json.decode(data[len(_MAGIC) :], type=Introduction)
        key = bytes.fromhex(introduction.hub_key)
    except (ValueError, RecursionError) as problem:
        raise Malformed("non è una presentazione della centrale") from problem
    if introduction.format != FORMAT or len(key) != 32:
        raise Malformed("la presentazione è di una versione non conosciuta")
    parcels.refuse_no_reader(key)
    return introduction
