"""`.ala` files: bytes for one reader, encrypted (age), cut into parts that a stick or a certified mail carries.

What the bytes say is in `letters`. Nothing here knows of tenants, logs or stores; no file is opened here.

Layout of a part: `ALAF`, label length (4 bytes, big endian), label, a slice of the encrypted bytes. These hold what
the label says of the whole, with its length before it, and then the content.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from hashlib import blake2b
from importlib import import_module
from typing import Any, NamedTuple

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from ala_desktop.sync.protocol import Malformed, encode

_age: Any = import_module("pyrage")
"""It tells no types."""

MOST_PART_BYTES = 3_500_000
"""A part, label included: what a certified mailbox takes, encoded for mail."""
MOST_PARTS = 60
LEAST_PART_BYTES = 10_000
_MAGIC = b"ALAF"
_LENGTH = struct.Struct(">I")
_MOST_LABEL = 2_048
LABEL_ENDS = 8 + _MOST_LABEL
"""Bytes from a part's beginning within which its label ends."""
FORMAT = 1
LETTER, REPLY = "letter", "reply"
"""What a parcel may be: from a device to the hub, and back."""


class Label(msgspec.Struct, frozen=True):
    """What stands on the outside of a part, in clear.

    Attributes:
        format: version of this layout.
        parcel: id of the whole; its parts share it.
        kind: what is inside: LETTER or REPLY.
        sender, to: ids of device and hub.
        part, parts: which part of how many, from 1.
        size, digest: of all encrypted bytes together, hex.
    """

    format: int
    parcel: str
    kind: str
    sender: str
    to: str
    part: int
    parts: int
    size: int
    digest: str


class Address(NamedTuple):
    """What the label says of the whole: see `Label`."""

    parcel: str
    kind: str
    sender: str
    to: str


class Missing(ValueError):
    """Some parts of a parcel are not here.

    Attributes:
        parts: their numbers. of: how many there are.
    """

    def __init__(self, parts: list[int], of: int) -> None:
        super().__init__(f"{parts} of {of}")
        self.parts = parts
        self.of = of


def wrap(content: bytes, reader: Ed25519PublicKey, address: Address, most: int = MOST_PART_BYTES) -> list[bytes]:
    """The parts of a parcel, each of at most `most` bytes.

    Args:
        content: what the reader gets.
        reader: public key of the only one who can open it; age encrypts to signing keys as to those of SSH.

    Raises:
        ValueError: it would take more than MOST_PARTS parts.
        Malformed: nobody can hold the reader's key.
    """
    inside = encode(address)
    sealed = _age.encrypt(_LENGTH.pack(len(inside)) + inside + content, [_recipient(reader)])
    slice_bytes = max(most, LEAST_PART_BYTES) - _MOST_LABEL
    parts = -(-len(sealed) // slice_bytes)
    if parts > MOST_PARTS:
        raise ValueError(f"{len(sealed)} bytes are more than {MOST_PARTS} parts of {most}")
    digest = blake2b(sealed, digest_size=32).hexdigest()
    made: list[bytes] = []
    for number in range(1, parts + 1):
        label = encode(Label(FORMAT, *address, number, parts, len(sealed), digest))
        start = (number - 1) * slice_bytes
        made.append(_MAGIC + _LENGTH.pack(len(label)) + label + sealed[start : start + slice_bytes])
    return made


def refuse_no_reader(public_key: bytes) -> None:
    """Make sure that a parcel can be encrypted to this key (Ed25519, 32 bytes).

    Raises:
        Malformed: it cannot: not every 32 bytes are a key.
    """
    try:
        _recipient(Ed25519PublicKey.from_public_bytes(public_key))
    except ValueError as problem:
        raise Malformed("la chiave del destinatario non è una chiave") from problem


def _recipient(reader: Ed25519PublicKey) -> Any:
    try:
        return _age.ssh.Recipient.from_str(_spelt(reader))
    except _age.RecipientError as problem:
        raise Malformed("la chiave del destinatario non è una chiave") from problem


def label_of(part: bytes) -> Label:
    """The label of a part.

    Raises:
        Malformed: no part of a parcel, or of a version that is not known.
    """
    return _split(part)[0]


def unwrap(parts: Sequence[bytes], key: Ed25519PrivateKey) -> bytes:
    """The content of a parcel, whose parts may come in any order and more than once.

    Args:
        parts: parts of one parcel.
        key: the reader's private key.

    Raises:
        Missing: some are not among them.
        Malformed: damaged, of several parcels, or for another reader.
    """
    split = [_split(part) for part in parts]
    slices = {label.part: data for label, data in split}
    whole = split[0][0]
    if any(_whole(label) != _whole(whole) for label, _ in split):
        raise Malformed("le parti sono di file diversi")
    missing = sorted(set(range(1, whole.parts + 1)) - slices.keys())
    if missing:
        raise Missing(missing, whole.parts)
    sealed = b"".join(slices[number] for number in range(1, whole.parts + 1))
    if len(sealed) != whole.size or blake2b(sealed, digest_size=32).hexdigest() != whole.digest:
        raise Malformed("il file è danneggiato")
    spelt = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    identity = _age.ssh.Identity.from_buffer(spelt)
    try:
        opened: bytes = _age.decrypt(sealed, [identity])
    except _age.DecryptError as problem:
        raise Malformed("il file è per un altro destinatario, o è danneggiato") from problem
    inside = encode(Address(whole.parcel, whole.kind, whole.sender, whole.to))
    if not opened.startswith(_LENGTH.pack(len(inside)) + inside):
        raise Malformed("l'etichetta del file non è quella con cui è stato preparato")
    return opened[_LENGTH.size + len(inside) :]


def _split(part: bytes) -> tuple[Label, bytes]:
    start = len(_MAGIC) + _LENGTH.size
    if part[: len(_MAGIC)] != _MAGIC or len(part) < start:
        raise Malformed("non è un file di scambio di ALA")
    (length,) = _LENGTH.unpack_from(part, len(_MAGIC))
    if length > _MOST_LABEL or len(part) < start + length:
        raise Malformed("il file è troncato")
    try:
        label = msgspec.json.decode(part[start : start + length], type=Label)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        raise Malformed("l'etichetta del file non è leggibile") from problem
    if label.format != FORMAT:
        raise Malformed("il file è di una versione non conosciuta")
    if not 1 <= label.part <= label.parts <= MOST_PARTS:
        raise Malformed("l'etichetta del file non è leggibile")
    return label, part[start + length :]


def _whole(label: Label) -> Label:
    return msgspec.structs.replace(label, part=1)


def _spelt(key: Ed25519PublicKey) -> str:
    """A key as age reads it."""
    return key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
