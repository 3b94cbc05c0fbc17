"""JSON taken apart into a tree whose every leaf is bytes, so that it can be put together wrongly on purpose."""

from __future__ import annotations

import json
from dataclasses import dataclass
from random import Random
from typing import Any

STRANGE: tuple[bytes, ...] = (
    b"NaN", b"Infinity", b"-Infinity", b"1e999", b"-1e999", b"1.0", b"1e2", b"-0", b"0123", b"+1", b".5", b"1.",
    b"9007199254740993", b"9223372036854775808", b"18446744073709551615", b"18446744073709551616",
    b"-9223372036854775809", b"1" * 400, b"7" * 5_000,
    b'"\\ud800"', b'"\\udc00\\ud800"', b'"\\ud83d\\ude00"', b'"\xed\xa0\x80"', b'"\xff"', b'"\xc0\x80"', b'"\\u0000"',
    b'"\\u0041"', b'"\\/"', b'"\x01"', b'"\\x41"', b'"\\u00zz"', b'"unclosed', b"'x'", b'""', b"null", b"true",
    b"false", b"[]", b"{}", b"[null,null]", b'["a",1]', b"[1,2,3]", b'{"a":1}', b'"\xe2\x80\xae"',
    "\"e\u0301\"".encode(), b'"\\n"', b'"' + b"x" * 30_000 + b'"', b"[" * 200 + b"]" * 200, b"[" * 60_000,
    b'{"a":' * 3_000 + b"1" + b"}" * 3_000, b'"2026-W01-1"', b"-1", b"0", b"1", b"9007199254740992", b"undefined",
    b"/**/1", b"", b"\n", b"\xef\xbb\xbf1", b'"0123456789abcdef0123456789abcdef"',
)  # fmt: skip
"""Tokens that are no JSON, no value of this protocol, not in their one encoding, or merely odd."""
SPACES = (b" ", b"\t", b"\r", b"\n", b"\x0c", b"\xc2\xa0")


@dataclass
class Node:
    """A value: a token, or members with their keys (none in an array) and what stands between and around them."""

    token: bytes = b""
    members: list[tuple[bytes | None, Node]] | None = None
    opening: bytes = b""
    closing: bytes = b""
    comma: bytes = b","
    colon: bytes = b":"

    def render(self) -> bytes:
        """As bytes."""
        if self.members is None:
            return self.token
        parts = [
            child.render() if key is None else key + self.colon + child.render() for key, child in self.members
        ]  # fmt: skip
        return self.opening + self.comma.join(parts) + self.closing

    def walk(self) -> list[Node]:
        """This node and all below it."""
        found: list[Node] = [self]
        for _, child in self.members or ():
            found += child.walk()
        return found


def tree(data: bytes) -> Node:
    """The tree of well-formed JSON."""
    return _node(json.loads(data))


def _node(thing: Any) -> Node:
    if isinstance(thing, list):
        return Node(members=[(None, _node(one)) for one in thing], opening=b"[", closing=b"]")
    if isinstance(thing, dict):
        members: list[tuple[bytes | None, Node]] = [(_token(name), _node(one)) for name, one in thing.items()]
        return Node(members=members, opening=b"{", closing=b"}")
    return Node(_token(thing))


def _token(thing: Any) -> bytes:
    return json.dumps(thing, ensure_ascii=False, separators=(",", ":")).encode()


def spoil(chance: Random, data: bytes) -> bytes:
    """Well-formed JSON with one or two things wrong with it."""
    root = tree(data)
    for _ in range(chance.choice((1, 1, 1, 2))):
        nodes = root.walk()
        inner = [node for node in nodes if node.members]
        fault = chance.choice(_FAULTS) if inner else _replace
        fault(chance, chance.choice(nodes), chance.choice(inner or nodes))
    return root.render()


def _replace(chance: Random, node: Node, inner: Node) -> None:
    node.token, node.members = chance.choice(STRANGE), None


def _repeat(chance: Random, node: Node, inner: Node) -> None:
    members = inner.members or []
    members.insert(chance.randint(0, len(members)), chance.choice(members))


def _drop(chance: Random, node: Node, inner: Node) -> None:
    members = inner.members or []
    del members[chance.randrange(len(members))]


def _shuffle(chance: Random, node: Node, inner: Node) -> None:
    chance.shuffle(inner.members or [])


def _add(chance: Random, node: Node, inner: Node) -> None:
    members = inner.members or []
    key = None if members and members[0][0] is None else chance.choice((b'"zzz"', b'""', b'"\\u0000"', b'"A"', b"zz"))
    members.insert(chance.randint(0, len(members)), (key, Node(chance.choice(STRANGE))))


def _space(chance: Random, node: Node, inner: Node) -> None:
    space = chance.choice(SPACES)
    where = chance.choice(("opening", "closing", "comma", "colon"))
    setattr(inner, where, chance.choice((getattr(inner, where) + space, space + getattr(inner, where))))


def _rename(chance: Random, node: Node, inner: Node) -> None:
    members = inner.members or []
    at = chance.randrange(len(members))
    key = members[at][0]
    if key is not None:
        escaped = b'"\\u%04x' % key[1] + key[2:] if len(key) > 2 else key
        odd = (escaped, key.upper(), b'"_deleted"', b'"id"', b'"extra"', b'"' + b"k" * 70 + b'"', b'"created_seq"')
        members[at] = (chance.choice(odd), members[at][1])


def _nest(chance: Random, node: Node, inner: Node) -> None:
    depth = chance.choice((1, 2, 30, 1_000))
    node.token, node.members = b"[" * depth + node.render() + b"]" * depth, None


def _swap(chance: Random, node: Node, inner: Node) -> None:
    members = inner.members or []
    one, other = chance.randrange(len(members)), chance.randrange(len(members))
    first, second = members[one], members[other]
    members[one], members[other] = (first[0], second[1]), (second[0], first[1])


def _bracket(chance: Random, node: Node, inner: Node) -> None:
    inner.opening = chance.choice((b"[", b"{", b"", b"[["))
    inner.closing = chance.choice((b"]", b"}", b"", b"]]", b",]"))


_FAULTS = (_replace, _replace, _repeat, _drop, _shuffle, _add, _space, _rename, _nest, _swap, _bracket)
