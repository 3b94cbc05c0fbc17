"""A snapshot: everything that the fold knows at a place of the log, as bytes. One encoding, whoever makes it (SYNC 25).

Records with their last writers and parked values, values kept to the comune sealed as in the log; and how the frames
stand, without their bytes. Cut into parts, each compressed by itself. No store, no network.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import Annotated, NamedTuple

import msgspec
import zstandard
from msgspec import Meta

from ala_desktop.fields.values import Value
from ala_desktop.sync import chain
from ala_desktop.sync.ledger import Ledger, Line, Link, Spot
from ala_desktop.sync.notices import MOST_PART_BYTES, Photograph
from ala_desktop.sync.protocol import (
    Arrived,
    Entry,
    Malformed,
    Op,
    Place,
    Position,
    Refused,
    TenantName,
    Transaction,
    encode,
)
from ala_desktop.sync.state import Claim, Folded, Stamp, State
from ala_desktop.sync.storable import refuse_unstorable

FORMAT = 1
_FULL_BYTES = 2_000_000
"""A part is closed once it has so many, before compression."""
_BATCH = 2_000
"""Records whose values are checked together."""


class _Head(msgspec.Struct, array_like=True, frozen=True, tag="snapshot"):
    """The first line: of which log, and up to which place of it."""

    format: Annotated[int, Meta(ge=1)]
    tenant: TenantName
    epoch: Place
    seq: Place
    chain: str
    holder: str | None


class _Frame(msgspec.Struct, array_like=True, frozen=True, tag="frame", gc=False):
    """A frame of the log, in order: as `ledger.Spot`, its first seq being the one after the frame before."""

    count: int
    name: str
    refused: list[Refused]
    device: str
    incarnation: str
    next: int
    head: str
    line: str
    last: int


class _Line(msgspec.Struct, array_like=True, frozen=True, tag="line"):
    """A line, by name: as `ledger.Line`."""

    name: str
    incarnation: str
    last: int
    parent: str
    parent_seq: int


class _Link(msgspec.Struct, array_like=True, frozen=True, tag="link"):
    """A step of a side branch, by the chain after it: as `ledger.Link`."""

    after: str
    before: str
    entry: Entry


class _Record(msgspec.Struct, array_like=True, frozen=True, tag="record", gc=False):
    """A record, by id: as `state.Folded`.

    Attributes:
        created: seq and line. stamps: (field, seq, line), by field.
        claims: (field, line, seq, value, base, author, device, at, rectification), by field and line.
    """

    kind: str
    id: str
    values: dict[str, Value]
    group: str | None
    created: tuple[int, str]
    stamps: list[tuple[str, int, str]]
    claims: list[tuple[str, str, int, Value, Value, str, str, str, int]]


class Packed(NamedTuple):
    """A snapshot as it is kept and carried: the digest of its content, the parts, and how many records it has."""

    digest: str
    parts: list[bytes]
    records: int


class Opened(NamedTuple):
    """What a snapshot says.

    Attributes:
        state, ledger: of the log up to `place`. holder: the device that the series were moved to last, if they were.
    """

    place: Position
    state: State
    ledger: Ledger
    holder: str | None


def pack(tenant: str, snapshot: Opened) -> Packed:
    """The snapshot of a tenant's log."""
    hashing, parts = blake2b(digest_size=32), list[bytes]()
    compressor = zstandard.ZstdCompressor(level=3)
    for content in _parts(_lines(tenant, snapshot)):
        hashing.update(content)
        parts.append(compressor.compress(content))
    return Packed(hashing.hexdigest(), parts, len(snapshot.state.records))


def _parts(lines: Iterable[bytes]) -> Iterator[bytes]:
    gathered, size = list[bytes](), 0
    for line in lines:
        if size + len(line) >= MOST_PART_BYTES or size >= _FULL_BYTES:
            yield b"\n".join((*gathered, b""))
            gathered, size = [], 0
        gathered.append(line)
        size += len(line) + 1
    yield b"\n".join((*gathered, b""))


def _lines(tenant: str, snapshot: Opened) -> Iterator[bytes]:
    place, state, ledger, holder = snapshot
    yield encode(_Head(FORMAT, tenant, place.epoch, place.seq, place.chain, holder))
    for entry, device, life, following, head, line, last in ledger.spots.values():
        yield encode(_Frame(entry.count, entry.header_hash, entry.refused, device, life, following, head, line, last))
    for name in sorted(ledger.lines):
        yield encode(_Line(*ledger.lines[name]))
    for after in sorted(ledger.links):
        yield encode(_Link(after, *ledger.links[after]))
    for record in sorted(state.records):
        yield encode(_record(record, state.records[record]))


def _record(record: str, folded: Folded) -> _Record:
    stamps = sorted((field, stamp.seq, stamp.incarnation) for field, stamp in folded.stamps.items())
    claims = [
        (c.field, c.incarnation, c.seq, c.value, c.base, c.author, c.device, c.at, int(c.rectification))
        for _, c in sorted(folded.claims.items())
    ]
    return _Record(folded.kind, record, folded.values, folded.group, folded.created, stamps, claims)


# --- reading ----------------------------------------------------------------------------------------------------------

_decode = msgspec.json.Decoder(_Head | _Frame | _Line | _Link | _Record).decode


def unpack(notice: Photograph, tenant: str, parts: Iterable[bytes], state: State, ledger: Ledger) -> Opened:
    """The snapshot that a notice of the hub names, from its parts; read into `state` and `ledger`, which are empty.

    Raises:
        Malformed: the parts are others, or not what the notice says.
    """
    hashing, reading = blake2b(digest_size=32), _Reading(state, ledger)
    for part in parts:
        content = _content(part)
        hashing.update(content)
        for line in content[:-1].split(b"\n"):
            reading.take(line)
    reading.check()
    if hashing.hexdigest() != notice.digest or reading.tenant != tenant or reading.place != notice.place:
        raise Malformed("la fotografia del registro non è quella che la centrale ha firmato")
    _refuse_odd_lines(ledger)
    return Opened(notice.place, state, ledger, reading.holder)


def _refuse_odd_lines(ledger: Ledger) -> None:
    """Every line that a frame is on is here, and grew out of others that are, none of them out of itself."""
    sound = {""}
    for end in {spot.line for spot in ledger.spots.values()}:
        name, way = end, list[str]()
        while name not in sound:
            line = ledger.lines.get(name)
            if line is None or name in way:
                raise Malformed("la fotografia del registro non dice da dove viene un lotto")
            way.append(name)
            name = line.parent
        sound.update(way)


def _content(part: bytes) -> bytes:
    try:
        # The library allocates what the part announces.
        if not 0 < zstandard.frame_content_size(part) <= MOST_PART_BYTES:
            raise Malformed("fotografia del registro troppo grande")
        return zstandard.ZstdDecompressor().decompress(part, allow_extra_data=False)
    except zstandard.ZstdError as problem:
        raise Malformed("fotografia del registro danneggiata") from problem


class _Reading:
    """A snapshot, line by line."""

    def __init__(self, state: State, ledger: Ledger) -> None:
        self.state, self.ledger = state, ledger
        self.tenant, self.holder = "", None
        self.place = Position(1, 0, chain.START)
        self._end = self.place
        self._unchecked: list[Op] = []

    def take(self, line: bytes) -> None:
        """Read the next line."""
        try:
            told = _decode(line)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as problem:
            raise Malformed("fotografia del registro non leggibile") from problem
        if isinstance(told, _Record):
            self._record(told)
        elif isinstance(told, _Frame):
            entry = Entry(self._end.seq + 1, told.count, told.name, told.refused)
            self._end = chain.position_after(self._end, [Arrived(entry, None)])
            spot = Spot(entry, told.device, told.incarnation, told.next, told.head, told.line, told.last)
            self.ledger.put(spot, self._end.chain)
        elif isinstance(told, _Line):
            self.ledger.lines[told.name] = Line(told.name, told.incarnation, told.last, told.parent, told.parent_seq)
        elif isinstance(told, _Link):
            self.ledger.links[told.after] = Link(told.before, told.entry)
        elif told.format == FORMAT:
            self.tenant, self.holder = told.tenant, told.holder
            self.place = Position(told.epoch, told.seq, told.chain)
        else:
            raise Malformed("fotografia del registro di un'altra versione")

    def _record(self, told: _Record) -> None:
        if told.kind not in self.state.catalog:
            raise Malformed("fotografia del registro con un tipo di scheda sconosciuto")
        folded = Folded(told.kind, told.values, told.group, Stamp(*told.created))
        folded.stamps = {field: Stamp(seq, line) for field, seq, line in told.stamps}
        for field, line, seq, value, base, author, device, at, late in told.claims:
            folded.claims[field, line] = Claim(
                told.kind, told.id, field, line, seq, value, base, author, device, at, bool(late)
            )
        self.state.add(told.id, folded)
        self._unchecked.append(Op(told.kind, told.id, None, dict(told.values), []))
        if len(self._unchecked) >= _BATCH:
            self.check()

    def check(self) -> None:
        """What was read can be kept, and the frames lead to the place."""
        refuse_unstorable(self.state.catalog, [Transaction("", "", None, self._unchecked)])
        self._unchecked = []
        if (self._end.seq, self._end.chain) != (self.place.seq, self.place.chain):
            raise Malformed("la fotografia del registro non arriva dove dice")
