"""The words of the log: operations, transactions, frame headers, replies; their limits and their one encoding.

Everything that is signed or hashed is encoded here, once. No store, no network. `docs/sync-protocol.md` explains;
the rules are numbered as in the design of the log ("SYNC n").
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, NamedTuple, cast

import msgspec
from msgspec import Meta

CODEC = 2
"""Version of this encoding; part of every frame's header. 1 did not say what a frame rests on (`Header.seen`)."""
MOST_OPS = 1_000
"""Operations in one transaction, and about as many in one frame (SYNC 2)."""
MOST_TRANSACTION_BYTES = 1_000_000
MOST_FRAME_BYTES = 8_000_000
"""A sealed frame as it travels."""
MOST_PAYLOAD_BYTES = 8_000_000
"""A frame's payload once decompressed; a device seals about half of that."""
MOST_MEMBERS = 250_000
"""Commas outside texts in a payload: what bounds the memory that its values take. A device seals half of that."""

# `(?!\n)`: a newline at the end is none of it, whatever `$` means to a reader of patterns.
Word = Annotated[str, Meta(pattern=r"^[0-9a-z]{1,64}(?!\n)$")]
"""An id: of a hub, device, incarnation or frame. This program mints 16 or 32 hexadecimal digits."""
TenantName = Annotated[str, Meta(pattern=r"^[0-9A-Za-z]{1,64}(?!\n)$")]
"""Whose log it is: the Belfiore code of a comune."""
Hash = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}(?!\n)$")]
"""A hash or a public key."""
Name = Annotated[str, Meta(max_length=200)]
Place = Annotated[int, Meta(ge=0, le=2**53 - 1)]
"""A place in the log, or 0 for its beginning; never more than every reader of JSON keeps exactly."""
Count = Annotated[int, Meta(ge=1, le=MOST_OPS)]
Epoch = Annotated[int, Meta(ge=1, le=2**13)]
"""A stretch of the log's life (ADR 14); a base holds epoch and seq in one number that every reader of JSON keeps."""
MOST_SEEN = 16
"""Epochs that the bases of one frame may name."""

Pair = tuple[str | int | None, str | int | None]
"""An edit of one field: the value that the author saw, and the new one."""


Put = dict[str, str | int | None | Pair]
"""What an op sets: plain values in a new record, pairs in an edit."""


class Op(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A put on one record (SYNC 1, 7).

    Attributes:
        kind: kind of record.
        id: its identifier.
        base: the log position at which the author read it; None creates it.
        put: a new record's `{name: value}`, or an edit's `{name: (old, new)}`.
        closes: parked claims that this put resolves, each (field, incarnation, seq).
    """

    kind: str
    id: str
    base: int | None
    put: Put
    closes: list[tuple[str, str, int]]


def plain_values(op: Op) -> dict[str, str | int | None]:
    """The values of a new record: its put, which holds no pairs, as a dictionary of the caller's own."""
    return cast("dict[str, str | int | None]", dict(op.put))


def pairs_of(op: Op) -> dict[str, Pair]:
    """What an op writes, as (old, new); a new record's old values are None."""
    return {name: value if isinstance(value, tuple) else (None, value) for name, value in op.put.items()}


class Transaction(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What the clerk saved at once: the unit of order and of fold.

    Attributes:
        at: wall time of the author, UTC; shown, never compared.
        author: who saved it, as the office calls them.
        group: the import that it belongs to, or None.
        ops: at least one, at most MOST_OPS.
    """

    at: str
    author: str
    group: str | None
    ops: list[Op]

    def only(self, ops: list[Op]) -> Transaction:
        """The same save with these ops alone."""
        return Transaction(self.at, self.author, self.group, ops)


class Header(msgspec.Struct, frozen=True, omit_defaults=True, rename={"first": "first_device_seq"}):
    """What is signed of a frame (SYNC 1). Hashes and keys are lowercase hex.

    The hub signs frames of its own too (`notices`): there `device` is the hub's id.

    Attributes:
        hub: id of the hub that it is meant for.
        tenant: Belfiore code of the comune whose log it extends.
        device: id of the signing device.
        device_name: how the office calls that PC.
        incarnation: the life of its store; a restored store starts a new one.
        batch: id of this frame.
        first: device_seq of the first transaction; they are consecutive.
        count: number of transactions.
        head: rolling hash of the device's chain after the last one.
        previous: hash of the previous frame's header in this incarnation; empty for the first.
        size: bytes of the payload before compression.
        codec: version of this encoding.
        seen: places of the log that the frame rests on, by hash (ADR 14): each (epoch, seq, the hub's chain there), by
            epoch. The author's position at sealing, and for each other epoch that a base or a closing in the frame
            names, the author's last position in it. None in a frame of the hub.
        edition: of the records (`fields.steps`), as the author's program knew them.
    """

    hub: Word
    tenant: TenantName
    device: Word
    device_name: Name
    incarnation: Word
    batch: Word
    first: Annotated[int, Meta(ge=1, le=2**53 - 1)]
    count: Count
    head: Hash
    previous: Annotated[str, Meta(pattern=r"^([0-9a-f]{64})?(?!\n)$")]
    size: Annotated[int, Meta(ge=1, le=MOST_PAYLOAD_BYTES)]
    codec: int
    seen: Annotated[list[tuple[Epoch, Place, Hash]], Meta(max_length=MOST_SEEN)] = []
    edition: Annotated[int, Meta(ge=1, le=2**31 - 1)] = 1

    @property
    def is_hubs(self) -> bool:
        """Whether the hub says it, not a device."""
        return self.device == self.hub


class Refused(msgspec.Struct, array_like=True, frozen=True):
    """A transaction that the hub admitted to the order but not to the state (SYNC 11, 12).

    Attributes:
        index: its place in the frame, from 0.
        code: one of `REASONS`.
        detail: what it was about, in Italian.
    """

    index: Place
    code: str
    detail: str


class Entry(msgspec.Struct, array_like=True, frozen=True):
    """One frame in a tenant's log.

    Attributes:
        first_seq: place of its first transaction; the others follow.
        count: how many.
        header_hash: hash of the frame's header.
        refused: transactions without effect.
    """

    first_seq: Place
    count: Count
    header_hash: Hash
    refused: list[Refused]


class Arrived(NamedTuple):
    """One entry of the log as the hub serves it: the frame's bytes, or None for a frame of the asking device."""

    entry: Entry
    sealed: bytes | None


class Position(msgspec.Struct, frozen=True):
    """A place in a tenant's log: epoch (restored hubs), seq and the hub's chain hash up to it."""

    epoch: Place
    seq: Place
    chain: Hash


REASONS = {
    "unknown_kind": "Tipo di scheda sconosciuto alla centrale",
    "bad_value": "Un valore non è ammesso",
    "too_large": "Il salvataggio supera la dimensione ammessa",
    "needs_refused": "Dipende da una scheda che la centrale non ha accettato",
    "not_allowed": "Questo PC non può modificare questo tipo di scheda",
    "not_holder": "Il numero definitivo dei verbali lo attribuisce un altro PC",
    "repeated": "È già arrivato da una copia dello stesso archivio",
}
"""Reasons of a refused transaction, by code. The detail of `repeated` is the seq of its first place."""

_VALUES, _PAIRS = {str, int}, {tuple}
_encoder = msgspec.json.Encoder(order="sorted")
_line_decoder = msgspec.json.Decoder(Transaction)
_parts_decoder = msgspec.json.Decoder(tuple[msgspec.Raw, msgspec.Raw, msgspec.Raw, list[msgspec.Raw]])
_value_decoder = msgspec.json.Decoder(str | int | None)
_header_decoder = msgspec.json.Decoder(Header)


class Malformed(ValueError):
    """Bytes that are not what this protocol writes."""


def encode(thing: object) -> bytes:
    """The one encoding of anything in the protocol: JSON, keys sorted, no spaces, nothing escaped needlessly."""
    return _encoder.encode(thing)


def decode_value(data: bytes) -> str | int | None:
    """One encoded value of a cell."""
    return _value_decoder.decode(data)


def line_of(at: str, author: str, group: str | None, ops: list[bytes]) -> bytes:
    """A transaction's line from its encoded ops."""
    return _encoder.encode((at, author, group))[:-1] + b",[" + b",".join(ops) + b"]]"


Hashed = tuple[bytes, "list[msgspec.Raw]"]
"""What the chain covers of a transaction: (time, author, group) and each op, as encoded."""


def split_line(line: bytes) -> Hashed:
    """What the chain covers of a line, which is one of ours or was compared with its one encoding."""
    return split_lines([line])[0]


def split_lines(lines: list[bytes]) -> list[Hashed]:
    """As `split_line`, of many at once."""
    parts = _parts_decoder.decode_lines(b"\n".join([*lines, b""]))
    return [_hashed(line, ops) for line, (_, _, _, ops) in zip(lines, parts, strict=True)]


def _hashed(line: bytes, ops: list[msgspec.Raw]) -> Hashed:
    # Before the ops stand a comma and a bracket, between them commas, behind them two brackets.
    length = len(ops[0]) if len(ops) == 1 else sum(map(len, ops))
    return line[: -(length + len(ops) + 3)] + b"]", ops


def decode_line(line: bytes) -> tuple[Transaction, list[msgspec.Raw]]:
    """The transaction in one line, and each of its ops as encoded.

    Raises:
        Malformed: the line is not exactly what `line_of` writes (SYNC 4: repeated keys, odd escapes, order).
    """
    transactions, hashed = decode_lines([line])
    return transactions[0], hashed[0][1]


def decode_lines(lines: list[bytes]) -> tuple[list[Transaction], list[Hashed]]:
    """The transactions in the lines of a frame, all at once, and what the chain covers of each.

    Raises:
        Malformed: as `decode_line`.
    """
    together = b"\n".join([*lines, b""])
    try:
        transactions = _line_decoder.decode_lines(together)
        # What is encoded has no newline but between lines, so that this compares one by one.
        if _encoder.encode_lines(transactions) != together:
            raise Malformed("riga non in forma normale")
        parts = [ops for _, _, _, ops in _parts_decoder.decode_lines(together)]
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as problem:
        raise Malformed("riga non leggibile") from problem
    ops = [op for transaction in transactions for op in transaction.ops]
    # Outside pairs, closings and texts there are two brackets a line and two an op: nearly always there are no others.
    plain = together.count(b"[") == 2 * (len(lines) + len(ops)) and b'":null' not in together
    if not all(parts) or not (_all_begin(ops) if plain else _well_shaped(ops)):
        raise Malformed("operazione di forma errata")
    return transactions, list(map(_hashed, lines, parts))


def _all_begin(ops: list[Op]) -> bool:
    """Whether ops without pairs and without a null for a value are sound: each begins a record, with values."""
    return all(op.base is None and op.put for op in ops)


def _well_shaped(ops: list[Op]) -> bool:
    """New records have values, edits have pairs; nothing else tells them apart. What a new record lacks is not put."""
    new = [op.put for op in ops if op.base is None]
    edits = [op.put for op in ops if op.base is not None]
    return all(new) and all(edits) and _types(new) <= _VALUES and _types(edits) <= _PAIRS


def _types(puts: list[Put]) -> set[type]:
    return {type(value) for put in puts for value in put.values()}


def encode_header(header: Header) -> bytes:
    """A header as it is signed and hashed."""
    return _encoder.encode(header)


def decode_header(data: bytes) -> Header:
    """The header in `data`.

    Raises:
        Malformed: not a header, or not in its one encoding.
    """
    try:
        header = _header_decoder.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as problem:
        raise Malformed("intestazione non leggibile") from problem
    if _encoder.encode(header) != data:
        raise Malformed("intestazione non in forma normale")
    if not _says_what_it_saw(header):
        raise Malformed("intestazione di forma errata")
    return header


def _says_what_it_saw(header: Header) -> bool:
    """Whether `seen` is as it has to be: in every frame of a device from codec 2 on, epochs ascending."""
    if header.is_hubs or header.codec < CODEC:
        return not header.seen
    epochs = [epoch for epoch, _, _ in header.seen]
    return bool(epochs) and all(one < next_one for one, next_one in pairwise(epochs))
