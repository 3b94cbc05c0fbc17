"""What a replica tells of its state at a place of the log, so that others can be compared with it (SYNC 26, ADR 17)."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import blake2b

from ala_desktop.fields.spec import Catalog
from ala_desktop.sync.messages import Told
from ala_desktop.sync.protocol import encode
from ala_desktop.sync.state import Folded, State

_FORMAT = 1
"""Of what is hashed; another one is not compared."""
_WHOLE, _KIND = 8, 2
"""Bytes of what is told: the digest of all kinds, which shows that replicas differ, and of each, which shows where."""


def told_of(state: State, epoch: int, seq: int) -> Told:
    """What a device tells that stands at a place with this state."""
    catalog = state.catalog
    hashing = {kind: blake2b(digest_size=16) for kind in sorted(catalog)}
    for record in sorted(state.records):
        folded = state.records[record]
        hashing[folded.kind].update(encode((record, *_told_of(folded))) + b"\n")
    digests = [one.digest() for one in hashing.values()]
    whole = blake2b(b"".join(digests), digest_size=_WHOLE).digest()
    told = whole + b"".join(one[:_KIND] for one in digests)
    return Told(_version(catalog), epoch, seq, urlsafe_b64encode(told).decode().rstrip("="))


def _told_of(folded: Folded) -> tuple[object, ...]:
    claims = sorted(
        (c.field, c.incarnation, c.seq, encode(c.value), encode(c.base), c.rectification)
        for c in folded.claims.values()
    )
    return folded.values, folded.group, folded.created, sorted(folded.stamps.items()), claims


def _version(catalog: Catalog) -> str:
    """Only programs that know the same kinds, and hash the same of them, compare what they tell."""
    return f"{_FORMAT}-{blake2b(encode(sorted(catalog)), digest_size=3).hexdigest()}"


def unlike(catalog: Catalog, one: str, other: str) -> list[str]:
    """The kinds whose digests differ in what two replicas told of the same place; one in 65,536 is not noticed."""
    parts = [urlsafe_b64decode(text + "=" * (-len(text) % 4)) for text in (one, other)]
    places = ((_WHOLE + number * _KIND, kind) for number, kind in enumerate(sorted(catalog)))
    return [kind for at, kind in places if len({part[at : at + _KIND] for part in parts}) > 1]
