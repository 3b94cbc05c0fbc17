"""A second decoder of frames, made from the specification with the standard library alone: the fuzzer's oracle.

It shares no parsing with `ala_desktop`. It says whether a frame is admissible; whether each of its transactions then
stands is asked of the record's own kinds of field.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b, shake_256
from typing import Any, NamedTuple

import zstandard
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ala_desktop.hub.store import Device

_START = "0" * 64
_MOST_FRAME = _MOST_PAYLOAD = 8_000_000
_MOST_OPS = _MOST_COUNT = 1_000
_MOST_MEMBERS = 250_000
_WORD = re.compile(r"[0-9a-z]{1,64}").fullmatch
_TENANT = re.compile(r"[0-9A-Za-z]{1,64}").fullmatch
_HASH = re.compile(r"[0-9a-f]{64}").fullmatch
_MEMBERS: dict[str, Callable[[Any], object]] = {
    "batch": lambda v: type(v) is str and _WORD(v),
    "codec": lambda v: type(v) is int and v in (1, 2),
    "count": lambda v: type(v) is int and 1 <= v <= _MOST_COUNT,
    "device": lambda v: type(v) is str and _WORD(v),
    "device_name": lambda v: type(v) is str and len(v) <= 200,
    "first_device_seq": lambda v: type(v) is int and 1 <= v < 2**53,
    "head": lambda v: type(v) is str and _HASH(v),
    "hub": lambda v: type(v) is str and _WORD(v),
    "incarnation": lambda v: type(v) is str and _WORD(v),
    "previous": lambda v: type(v) is str and (v == "" or _HASH(v)),
    "seen": lambda v: type(v) is list and 1 <= len(v) <= 16 and all(map(_is_place, v)) and _ascends(v),
    "size": lambda v: type(v) is int and 1 <= v <= _MOST_PAYLOAD,
    "tenant": lambda v: type(v) is str and _TENANT(v),
}


def _is_place(item: Any) -> object:
    if type(item) is not list or len(item) != 3:
        return False
    epoch, seq, chain = item
    numbers = type(epoch) is int and 1 <= epoch <= 2**13 and type(seq) is int and 0 <= seq < 2**53
    return numbers and type(chain) is str and _HASH(chain)


def _ascends(places: list[Any]) -> bool:
    epochs = [epoch for epoch, _, _ in places]
    return sorted(set(epochs)) == epochs


class NotSo(Exception):
    """The frame is not what the specification says. The argument is why."""


def _need(holds: object, why: str) -> None:
    if not holds:
        raise NotSo(why)


def _refused(*_: object) -> object:
    raise NotSo("a number that is no whole one")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    _need(len({name for name, _ in pairs}) == len(pairs), "a key twice")
    return dict(pairs)


def canonical(data: bytes) -> Any:
    """What JSON in its one encoding says."""
    try:
        thing = json.loads(
            data.decode(), object_pairs_hook=_once, parse_float=_refused, parse_constant=_refused
        )  # fmt: skip
        again = json.dumps(thing, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    except (ValueError, RecursionError) as problem:
        raise NotSo("no JSON") from problem
    _need(again == data, "not in its one encoding")
    return thing


class Opened(NamedTuple):
    """A frame, decoded: members of the header, its hash, lines with what they say."""

    header: dict[str, Any]
    name: str
    lines: list[bytes]
    transactions: list[list[Any]]


@dataclass
class Chain:
    """Where an incarnation stands."""

    device: str = ""
    next: int = 1
    head: str = _START
    previous: str = ""


def owned(sealed: bytes, device: Device, hub: str) -> tuple[dict[str, Any], str, bytes]:
    """Header, its hash, and what follows the signature, of a frame that this device may hand to this hub.

    Raises:
        NotSo: it may not.
    """
    header, head, rest = _apart(sealed)
    try:
        key = Ed25519PublicKey.from_public_bytes(device.sign_key)
        key.verify(rest[:64], b"ala frame 1\n" + head)
    except InvalidSignature as problem:
        raise NotSo("signature") from problem
    whose = (header["device"], header["device_name"], header["tenant"], header["hub"])
    _need(whose == (device.device, device.name, device.tenant, hub), "another's")
    _need(not device.revoked, "revoked")
    return header, blake2b(head, digest_size=32).hexdigest(), rest[64:]


def opened(
    sealed: bytes,
    device: Device,
    hub: str,
    followed: Callable[[dict[str, Any]], Chain],
    end: int,
    known: Mapping[int, str],
) -> Opened:
    """The frame that `device` sent, if the specification admits it. `known`: the hub's chain by seq, where frames end.

    Raises:
        NotSo: it does not.
    """
    header, name, payload = owned(sealed, device, hub)
    places = header.get("seen", [])
    _need(all(known.get(seq) == chain for _, seq, chain in places), "behind")
    stands = followed(header)
    _need(stands.device in ("", device.device), "another's chain")
    _need(header["first_device_seq"] == stands.next, "does not follow")
    salt, lines = _lines(header, payload)
    transactions = [_transaction(line) for line in lines]
    _need(_head_after(stands.head, salt, transactions) == header["head"], "head")
    bases = [op[2] or 0 for transaction in transactions for op in transaction[3]]
    _need(max(bases) <= (max(seq for _, seq, _ in places) if places else end), "behind")
    return Opened(header, name, lines, transactions)


def _apart(sealed: bytes) -> tuple[dict[str, Any], bytes, bytes]:
    _need(len(sealed) <= _MOST_FRAME and sealed[:4] == b"ALA1" and len(sealed) >= 8, "no frame")
    length = int.from_bytes(sealed[4:8], "big")
    _need(length <= 4_096 and len(sealed) >= 8 + length + 64, "cut")
    head = sealed[8 : 8 + length]
    header = canonical(head)
    without = {"seen"} if type(header) is dict and header.get("codec") == 1 else set[str]()
    _need(type(header) is dict and header.keys() == _MEMBERS.keys() - without, "members of the header")
    _need(all(_MEMBERS[name](value) for name, value in header.items()), "a member of the header")
    return header, head, sealed[8 + length :]


def _lines(header: dict[str, Any], payload: bytes) -> tuple[str, list[bytes]]:
    size = header["size"]
    try:
        _need(zstandard.get_frame_parameters(payload).content_size == size, "size")
        unpacking = zstandard.ZstdDecompressor(max_window_size=1 << 23).decompressobj()
        content = unpacking.decompress(payload)
    except zstandard.ZstdError as problem:
        raise NotSo("no zstd") from problem
    _need(unpacking.eof and not unpacking.unused_data and len(content) == size, "size")
    _need(content.count(b"\n") == header["count"], "count")
    salt, *lines = content.split(b"\n")
    _need(re.fullmatch(rb"[0-9a-f]{64}", salt), "salt")
    members = content.count(b",")
    if members > _MOST_MEMBERS:
        members = _outside(content.replace(rb"\\", b"").replace(rb"\"", b""))
    _need(members <= _MOST_MEMBERS, "members")
    return salt.decode(), lines


def _outside(bare: bytes) -> int:
    """Commas outside texts, as far as it matters, of JSON without escaped quotation marks."""
    members, at, outside = 0, 0, True
    while members <= _MOST_MEMBERS and at <= len(bare):
        mark = bare.find(b'"', at)
        end = len(bare) if mark < 0 else mark
        members += bare.count(b",", at, end) if outside else 0
        at, outside = end + 1, not outside
    return members


def _transaction(line: bytes) -> list[Any]:
    transaction = canonical(line)
    _need(type(transaction) is list and len(transaction) == 4, "a transaction")
    at, author, group, ops = transaction
    _need(type(at) is str and type(author) is str and (group is None or type(group) is str), "its words")
    _need(type(ops) is list and ops and all(map(_is_op, ops)), "an op")
    return transaction


def _is_op(op: Any) -> bool:
    if type(op) is not list or len(op) != 5:
        return False
    kind, record, base, put, closes = op
    words = type(kind) is str and type(record) is str and (base is None or _is_number(base))
    if not words or type(put) is not dict or not put or type(closes) is not list:
        return False
    if not all(type(one) is list and len(one) == 3 and _is_close(*one) for one in closes):
        return False
    if base is None:
        return all(type(value) is str or _is_number(value) for value in put.values())
    return all(type(value) is list and len(value) == 2 and all(map(_is_value, value)) for value in put.values())


def _is_close(name: Any, incarnation: Any, seq: Any) -> bool:
    return type(name) is str and type(incarnation) is str and _is_number(seq)


def _is_value(value: Any) -> bool:
    return value is None or type(value) is str or _is_number(value)


def _is_number(value: Any) -> bool:
    return type(value) is int


def _head_after(head: str, salt: str, transactions: list[list[Any]]) -> str:
    ops = [[_bytes(op) for op in transaction[3]] for transaction in transactions]
    count = sum(map(len, ops))
    stretch = shake_256(bytes.fromhex(salt)).digest(32 * count)
    salts = iter([stretch[at : at + 32] for at in range(0, 32 * count, 32)])
    current = bytes.fromhex(head)
    for transaction, own in zip(transactions, ops, strict=True):
        digests = b"".join(blake2b(op, key=next(salts), digest_size=32).digest() for op in own)
        current = blake2b(current + digests + _bytes(transaction[:3]), digest_size=32).digest()
    return current.hex()


def _bytes(thing: Any) -> bytes:
    return json.dumps(thing, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


@dataclass
class Register:
    """What the oracle remembers of what was admitted.

    Attributes:
        chains: by (tenant, frame). names: of admitted frames, by tenant. ends: last seq, by tenant.
        places: the hub's chain by seq, by tenant.
    """

    hub: str
    chains: dict[tuple[str, str], Chain] = field(default_factory=dict)
    names: set[tuple[str, str]] = field(default_factory=set)
    ends: dict[str, int] = field(default_factory=dict)
    places: dict[str, dict[int, str]] = field(default_factory=dict)

    def opened(self, sealed: bytes, device: Device) -> Opened | None:
        """As `opened`, with what was admitted so far; None for a frame that was admitted already."""
        tenant = device.tenant
        if (tenant, owned(sealed, device, self.hub)[1]) in self.names:
            return None
        known = self.places.get(tenant, {0: _START})
        end = self.ends.get(tenant, 0)
        return opened(sealed, device, self.hub, lambda one: self._before(tenant, one), end, known)

    def _before(self, tenant: str, header: dict[str, Any]) -> Chain:
        previous = header["previous"]
        _need(not previous or (tenant, previous) in self.chains, "does not follow")
        return self.chains[tenant, previous] if previous else Chain()

    def admit(self, frame: Opened, entry: bytes) -> None:
        """Remember a frame, and the hub's chain after its entry, which comes encoded."""
        header = frame.header
        tenant = header["tenant"]
        after = header["first_device_seq"] + header["count"]
        self.chains[tenant, frame.name] = Chain(header["device"], after, header["head"], frame.name)
        self.names.add((tenant, frame.name))
        end = self.ends.get(tenant, 0)
        self.ends[tenant] = end + header["count"]
        places = self.places.setdefault(tenant, {0: _START})
        places[self.ends[tenant]] = blake2b(bytes.fromhex(places[end]) + entry, digest_size=32).hexdigest()
