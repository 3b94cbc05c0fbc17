"""What can be done to a frame: to its bytes, its header, its payload, its lines, its place and its owner.

Each is a function of (chance, draft, house) that changes the draft. `KINDS` has them all by name.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from random import Random

import zstandard

from tests.fuzz.drafting import Draft, Writer, hexed, key_of, squeezed
from tests.fuzz.house import House
from tests.fuzz.saves import Office
from tests.fuzz.trees import STRANGE, spoil

_ODD_MEMBERS: tuple[object, ...] = (
    None, 0, 1, -1, 2**53, 2**63 - 1, 2**63, 2**64 - 1, "", "x", "a\x00b", "\u202e", "A" * 32, "0" * 64, "f" * 63,
    "k" * 5_000, 1.5, True, [], {}, [1], ...,
)  # fmt: skip


# --- bytes ------------------------------------------------------------------------------------------------------------


def bytes_changed(chance: Random, draft: Draft, house: House) -> None:
    """A few bits or bytes of the sealed frame."""

    def change(data: bytes) -> bytes:
        changed = bytearray(data)
        for _ in range(chance.choice((1, 1, 2, 8))):
            at = chance.randrange(len(changed))
            match chance.randrange(5):
                case 0:
                    changed[at] ^= 1 << chance.randrange(8)
                case 1:
                    changed[at] = chance.randrange(256)
                case 2:
                    del changed[at : at + chance.choice((1, 2, 9))]
                    changed = changed or bytearray(1)
                case 3:
                    changed[at:at] = chance.randbytes(chance.choice((1, 4, 40)))
                case _:
                    changed[at : at + 8] = bytes(8)
        return bytes(changed)

    draft.sealed = change


def cut(chance: Random, draft: Draft, house: House) -> None:
    """Truncated at either end, or followed by something."""

    def change(data: bytes) -> bytes:
        at = chance.choice((0, 3, 4, 7, 8, chance.randrange(len(data)), len(data) - 1))
        return chance.choice(
            (lambda: data[:at], lambda: data[at + 1 :], lambda: data + data, lambda: data + b"\0", lambda: b"")
        )()  # fmt: skip

    draft.sealed = change


def spliced(chance: Random, draft: Draft, house: House) -> None:
    """The beginning of one frame and the end of another."""

    def change(data: bytes) -> bytes:
        other = chance.choice(house.sent)[1] if house.sent else bytes(200)
        header = int.from_bytes(data[4:8], "big") + 8
        its = int.from_bytes(other[4:8], "big") + 8
        at = chance.choice((header, header + 64))
        return data[:at] + other[its + at - header :]

    draft.sealed = change


def length_changed(chance: Random, draft: Draft, house: House) -> None:
    """Another length of the header."""
    lengths = (0, 1, 4_096, 4_097, 2**31, 2**32 - 1, chance.randrange(1_000))
    draft.sealed = lambda data: data[:4] + chance.choice(lengths).to_bytes(4, "big") + data[8:]


def noise(chance: Random, draft: Draft, house: House) -> None:
    """No frame at all."""
    start = chance.choice((b"", b"ALA1", b"ALA2", b"ALAF", b"\x28\xb5\x2f\xfd", b"PK\x03\x04", b"<html>"))
    draft.sealed = lambda data: start + chance.randbytes(chance.choice((0, 1, 5, 80, 3_000)))


# --- header -----------------------------------------------------------------------------------------------------------


def member_changed(chance: Random, draft: Draft, house: House) -> None:
    """One or two members of the header, which is signed all the same."""
    names = ("hub", "tenant", "device", "device_name", "incarnation", "batch", "first_device_seq", "count", "head",
             "previous", "size", "codec", "seen", "zzz")  # fmt: skip
    for _ in range(chance.choice((1, 1, 2))):
        draft.changed[chance.choice(names)] = chance.choice(_ODD_MEMBERS)


def header_spoilt(chance: Random, draft: Draft, house: House) -> None:
    """A header that is no JSON, or not in its one encoding, signed all the same."""
    draft.head_bytes = lambda data: spoil(chance, data)


def stolen(chance: Random, draft: Draft, house: House) -> None:
    """Signed by another key, or handed over by another device."""
    others = [writer for writer in house.writers if writer is not draft.writer]
    other = chance.choice(others)
    match chance.randrange(4):
        case 0:
            draft.signer = key_of("a thief")
        case 1:
            draft.signer = other.key
        case 2:
            draft.sender = other.row
        case _:
            draft.signer, draft.changed["device"] = other.key, other.device


def foreign(chance: Random, draft: Draft, house: House) -> None:
    """For another hub or comune, in another's name or life."""
    other = chance.choice([writer for writer in house.writers if writer is not draft.writer])
    choices: tuple[tuple[str, object], ...] = (
        ("hub", "6" * 32), ("tenant", other.tenant if other.tenant != draft.writer.tenant else "C816"),
        ("device", other.device), ("device_name", "PC 9"), ("incarnation", other.incarnation),
        ("incarnation", hexed(chance, 16)), ("codec", 2), ("seen", [[1, 0, "0" * 64]]),
    )  # fmt: skip
    name, value = chance.choice(choices)
    draft.changed[name] = value


def misplaced(chance: Random, draft: Draft, house: House) -> None:
    """Skips, repeats or contradicts what came before."""
    writer = draft.writer
    choices: tuple[tuple[str, object], ...] = (
        ("first_device_seq", writer.next + chance.choice((1, 2, 1_000))), ("first_device_seq", max(1, writer.next - 1)),
        ("previous", hexed(chance, 64)), ("previous", ""), ("head", hexed(chance, 64)), ("head", writer.head),
        ("count", len(draft.lines) + 1), ("count", max(0, len(draft.lines) - 1)), ("batch", hexed(chance, 32)),
    )  # fmt: skip
    name, value = chance.choice(choices)
    draft.changed[name] = value


def pinned(chance: Random, draft: Draft, house: House) -> None:
    """Resting on places by hash, as a program of today says it: known ones, and others."""
    start = [1, 0, "0" * 64]
    unknown = [[1, 1, hexed(chance, 64)], [1, 1, "0" * 64], [1, 0, hexed(chance, 64)]]
    choices = ([start], [start], [chance.choice(unknown)], [start, [2, 1, hexed(chance, 64)]], [start] * 2, [[1, 0]])
    draft.changed["codec"], draft.changed["seen"] = 2, chance.choice(choices)


def revoked(chance: Random, draft: Draft, house: House) -> None:
    """By a device that was revoked."""
    draft.writer = house.revoked


# --- payload ----------------------------------------------------------------------------------------------------------


def payload_changed(chance: Random, draft: Draft, house: House) -> None:
    """Decompressed, changed, compressed again; the signature still holds, the chain may not."""

    def change(data: bytes) -> bytes:
        changed = bytearray(data)
        at = chance.randrange(len(changed))
        match chance.randrange(6):
            case 0:
                changed[at] ^= 1 << chance.randrange(8)
            case 1:
                del changed[at]
            case 2:
                changed[at:at] = b"\n"
            case 3:
                changed = changed.replace(b'"', b"'", 1)
            case 4:
                changed += chance.choice((b"\n", b" ", b"\n[]", b"\0"))
            case _:
                changed = changed.swapcase()
        return bytes(changed)

    if chance.random() < 0.5:
        draft.joined = change
    else:
        draft.pack = lambda data: squeezed(change(data))


def salt_changed(chance: Random, draft: Draft, house: House) -> None:
    """A salt that is none."""
    draft.salt = chance.choice(
        (draft.salt.upper() + "A", draft.salt[:-1], draft.salt + "00", "", "zz" * 32, " " + draft.salt[1:])
    )  # fmt: skip


def packed_oddly(chance: Random, draft: Draft, house: House) -> None:
    """Compressed in another way, of which some are just as good."""
    ways: tuple[Callable[[bytes], bytes], ...] = (
        lambda data: zstandard.ZstdCompressor(write_content_size=False).compress(data),
        lambda data: zstandard.ZstdCompressor(level=19, write_checksum=True).compress(data),
        lambda data: squeezed(data[:40]) + squeezed(data[40:]),
        lambda data: _SKIPPED + squeezed(data),
        lambda data: squeezed(data) + _SKIPPED,
        lambda data: _streamed(data, 27),
        lambda data: zstandard.ZstdCompressor(dict_data=zstandard.ZstdCompressionDict(b"ala" * 100)).compress(data),
        lambda data: data,
        lambda data: squeezed(squeezed(data)),
    )
    draft.pack = chance.choice(ways)


_SKIPPED = b"\x50\x2a\x4d\x18\x04\x00\x00\x00abcd"
"""A piece that readers of zstd pass over."""


def _streamed(data: bytes, window: int) -> bytes:
    """Compressed as a stream that wants a window of 2**`window` bytes."""
    parameters = zstandard.ZstdCompressionParameters.from_level(1, window_log=window, write_content_size=False)
    making = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    return making.compress(data) + making.flush()


@cache
def bomb_of(megabytes: int, honest: bool) -> bytes:
    """Compressed zeros that unpack to so many megabytes, and say so or not."""
    size = megabytes * 1_000_000
    parameters = zstandard.ZstdCompressionParameters.from_level(1, window_log=20, write_content_size=honest)
    making = zstandard.ZstdCompressor(compression_params=parameters).compressobj(size=size if honest else -1)
    return b"".join([*(making.compress(bytes(1_000_000)) for _ in range(megabytes)), making.flush()])


def bomb(chance: Random, draft: Draft, house: House) -> None:
    """A small payload that unpacks to a vast one."""
    content = bomb_of(chance.choice((9, 400)), chance.random() < 0.5)
    draft.pack = lambda data: content
    draft.changed["size"] = chance.choice((1_000, 8_000_000, 9_000_000, 400_000_000, 2**40))


def many_members(chance: Random, draft: Draft, house: House) -> None:
    """Within every size, in its one encoding, and of so many members that they would fill the memory."""
    base = b'["2026-11-22T09:00:00Z","",null,['
    few = chance.random() < 0.5  # just as many as a frame may have
    count = 245_000 if few else 1_300_000
    record = b'["housing_unit","' + b"a" * 32 + b'",'
    match chance.randrange(5):
        case 0:
            ops = b",".join([b'["","",0,{"":[0,0]},[]]'] * (count // 6))
            draft.lines = [base + ops + b"]]"]
        case 1:
            put = b",".join(b'"%06d":0' % number for number in range(min(count, 300_000)))
            draft.lines = [base + record + b"null,{" + put + b"},[]]]]"]
        case 2:
            closes = b",".join([b'["","",0]'] * (count // 3))
            draft.lines = [base + record + b'0,{"x":[0,0]},[' + closes + b"]]]]"]
        case 3:
            draft.joined = lambda data: data[:65] + b"\n" * 7_900_000
        case _:
            draft.lines = [base + record + b'0,{"x":[0,"' + b"," * 7_000_000 + b'"]},[]]]]']
    if not few:
        draft.changed["head"] = "0" * 64  # it is declined before anybody computes it


# --- lines ------------------------------------------------------------------------------------------------------------


def line_spoilt(chance: Random, draft: Draft, house: House) -> None:
    """A line that is no JSON, or not in its one encoding, under a signature and, if it has one, a chain that hold."""
    at = chance.randrange(len(draft.lines))
    draft.lines[at] = spoil(chance, draft.lines[at])


def line_replaced(chance: Random, draft: Draft, house: House) -> None:
    """Something in the place of a line."""
    at = chance.randrange(len(draft.lines))
    draft.lines[at] = chance.choice((b"", b"[]", b"null", b'["a","b",null,[]]', b"\xff\xfe", *STRANGE))


def no_lines(chance: Random, draft: Draft, house: House) -> None:
    """Nothing, or more than fits."""
    draft.lines = draft.lines[:1] * chance.choice((0, 1_001, 1_000))


def odd(chance: Random, draft: Draft, house: House) -> None:
    """Well-formed in every way, and saying what no honest program says: refused one by one, or taken."""
    draft.lines = Office(chance, house.office.end, house.office.records).odd()


def restored(chance: Random, draft: Draft, house: House) -> None:
    """A new life of the device, from the start of its own chain: as good as any."""
    draft.writer = Writer(**{**vars(draft.writer), "incarnation": hexed(chance, 16), "next": 1, "head": "0" * 64,
                             "previous": ""})  # fmt: skip


def nothing(chance: Random, draft: Draft, house: House) -> None:
    """Untampered."""


Tampering = Callable[[Random, Draft, House], None]
KINDS: dict[Tampering, int] = {
    bytes_changed: 14, cut: 8, pinned: 6, spliced: 4, length_changed: 2, noise: 3, member_changed: 8, header_spoilt: 10,
    stolen: 5, foreign: 6, misplaced: 8, revoked: 1, payload_changed: 8, salt_changed: 2, packed_oddly: 8, bomb: 2,
    line_spoilt: 20, line_replaced: 5, no_lines: 2, odd: 14, restored: 1, nothing: 3,
}  # fmt: skip
"""Every way, and how often it is taken. `many_members` is apart: it takes a second each."""
