"""The one encoding: what is not exactly what we write is refused, whatever it would mean."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ala_desktop.sync.protocol import (
    CODEC,
    MOST_SEEN,
    Header,
    Malformed,
    Op,
    Pair,
    Transaction,
    decode_header,
    decode_line,
    decode_lines,
    encode,
    encode_header,
    line_of,
    pairs_of,
    plain_values,
    split_line,
)  # fmt: skip

SEEN = [(1, 0, "0" * 64)]
HEADER = Header("h" * 32, "A995", "d" * 32, "PC 1", "i" * 16, "b" * 32, 1, 1, "0" * 64, "", 120, CODEC, SEEN)
CREATION = b'["home","r",null,{"address":"Via Roma","floor":"1"},[]]'
EDIT = b'["home","r",4,{"address":["Via Roma","Via Po"]},[["address","b",3]]]'

values = st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
names = st.text("abc_", min_size=1, max_size=5)
pairs = st.tuples(st.none() | values, st.none() | values)


def line(*ops: bytes, meta: bytes = b'"2026-11-22T09:00:00Z","Piera",null') -> bytes:
    return b"[" + meta + b",[" + b",".join(ops) + b"]]"


@st.composite
def transactions(draw: st.DrawFn) -> Transaction:
    ops: list[Op] = []
    for _ in range(draw(st.integers(1, 4))):
        if draw(st.booleans()):
            put: dict[str, str | int | None | Pair] = draw(st.dictionaries(names, values, min_size=1))
            ops.append(Op("home", draw(names), None, put, []))
        else:
            edit: dict[str, str | int | None | Pair] = draw(st.dictionaries(names, pairs, min_size=1))
            closes = draw(st.lists(st.tuples(names, names, st.integers(0, 2**40)), max_size=2))
            ops.append(Op("home", draw(names), draw(st.integers(0, 2**40)), edit, closes))
    return Transaction("2026-11-22T09:00:00Z", draw(st.text("aàé ", max_size=5)), draw(st.none() | names), ops)


@given(st.lists(transactions(), min_size=1, max_size=3))
def test_what_is_encoded_comes_back(written: list[Transaction]):
    lines = [line_of(one.at, one.author, one.group, [encode(op) for op in one.ops]) for one in written]
    decoded, hashed = decode_lines(lines)
    assert decoded == written
    assert hashed == [split_line(one) for one in lines]
    assert [decode_line(one)[0] for one in lines] == written


def test_a_line_is_json_without_spaces_keys_in_order():
    op = Op("home", "r", None, {"floor": "1", "address": "Via Roma"}, [])
    assert line_of("2026-11-22T09:00:00Z", "Piera", None, [encode(op)]) == line(CREATION)


@pytest.mark.parametrize(
    "bad",
    [
        b'["home","r",null,{"floor":"1","address":"Via Roma"},[]]',  # order
        b'["home","r",null,{"address":"Via Po","address":"Via Roma","floor":"1"},[]]',  # a key twice
        b'["home","r",null,{"address":"Via \\u0052oma"},[]]',  # an escape that is not needed
        b'["home","r",null,{"address": "Via Roma"},[]]',  # a space
        b'["home","r",null,{"area":1.0},[]]',
        b'["home","r",null,{"area":1e2},[]]',
        b'["home","r",null,{"area":-0},[]]',
        b'["home","r",null,{"area":01},[]]',
        b'["home","r",null,{"area":NaN},[]]',
        b'["home","r",null,{"lift":true},[]]',
        b'["home","r",null,{"address":"\\ud800"},[]]',  # half a character
        b'["home","r",null,{"address":"\xff"},[]]',
        b'["home","r",null,{"address":{"deep":1}},[]]',
        b'["home","r",null,{"address":' + b"[" * 5_000 + b"]" * 5_000 + b"},[]]",
        b'["home","r",null,{"address":"Via Roma"},[],"more"]',
        b'["home","r",null,{"address":"Via Roma"}]',
        b'["home","r","4",{"address":["Via Roma","Via Po"]},[]]',
        b'["home","r",4,{"address":["Via Roma","Via Po","Via Adda"]},[]]',
        b'["home","r",4,{"address":["Via Roma"]},[]]',
        b"[]",
        b"null",
        b"",
    ],
)
def test_an_op_in_any_other_form_is_refused(bad: bytes):
    with pytest.raises(Malformed):
        decode_line(line(bad))
    with pytest.raises(Malformed):
        decode_lines([line(CREATION), line(EDIT, bad)])


@pytest.mark.parametrize(
    "bad",
    [
        b'["home","r",null,{},[]]',  # nothing put
        b'["home","r",4,{},[]]',
        b'["home","r",null,{"address":["Via Roma","Via Po"]},[]]',  # a creation that edits
        b'["home","r",null,{"address":["Via Roma","Via Po"],"floor":"1"},[]]',
        b'["home","r",null,{"address":null},[]]',  # a creation that empties: who wrote the cell would depend
        b'["home","r",null,{"_deleted":null,"floor":"1"},[]]',  # on where the page of the log ends
        b'["home","r",4,{"address":"Via Po"},[]]',  # an edit that creates
        b'["home","r",4,{"address":["Via Roma","Via Po"],"floor":"1"},[]]',
    ],
)
def test_a_creation_has_plain_values_and_an_edit_has_pairs(bad: bytes):
    with pytest.raises(Malformed, match="forma"):
        decode_line(line(bad))


@pytest.mark.parametrize(
    "bad",
    [
        line(),
        line(CREATION) + b" ",
        b" " + line(CREATION),
        line(CREATION)[:-1],
        line(CREATION).replace(b",[[", b", [["),
        line(CREATION + b" ", EDIT),
        line(CREATION, meta=b'"2026-11-22T09:00:00Z","Pi\\u0065ra",null'),
        line(CREATION, meta=b'"2026-11-22T09:00:00Z",null,null'),
        line(CREATION, meta=b'"2026-11-22T09:00:00Z","Piera"'),
        b"{}",
        b"",
    ],
)
def test_a_line_in_any_other_form_is_refused(bad: bytes):
    with pytest.raises(Malformed):
        decode_line(bad)


def test_one_bad_line_refuses_all_of_them():
    with pytest.raises(Malformed):
        decode_lines([line(CREATION), line(EDIT), line(CREATION) + b" "])


def test_a_header_comes_back_from_its_one_encoding():
    data = encode_header(HEADER)
    assert decode_header(data) == HEADER
    for other in (
        data.replace(b":", b": ", 1),
        data[:-1],
        data + b"\n",
        data.replace(b'"codec":2', b'"codec":2.0'),
        b"",
    ):
        with pytest.raises(Malformed):
            decode_header(other)


def test_a_header_with_more_in_it_is_not_ours():
    with pytest.raises(Malformed):
        decode_header(encode_header(HEADER)[:-1] + b',"zzz":1}')


def test_values_and_pairs_of_an_op():
    (creation, edit), _ = (decode_line(line(CREATION, EDIT))[0].ops, None)
    assert plain_values(creation) == {"address": "Via Roma", "floor": "1"}
    assert pairs_of(creation) == {"address": (None, "Via Roma"), "floor": (None, "1")}
    assert pairs_of(edit) == {"address": ("Via Roma", "Via Po")}


class TestWhatAFrameRestsOn:
    def test_each_epoch_comes_once_and_in_order(self):
        places = [(1, 4, "a" * 64), (3, 0, "b" * 64)]
        header = msgspec.structs.replace(HEADER, seen=places)
        assert decode_header(encode_header(header)).seen == places

    @pytest.mark.parametrize(
        "seen",
        [
            [], [(2, 1, "a" * 64), (1, 4, "a" * 64)], [(1, 4, "a" * 64), (1, 5, "a" * 64)], [(0, 1, "a" * 64)],
            [(1, -1, "a" * 64)], [(1, 1, "a")], [(epoch, 1, "a" * 64) for epoch in range(1, MOST_SEEN + 2)],
        ],
    )  # fmt: skip
    def test_anything_else_is_refused(self, seen: list[tuple[int, int, str]]):
        with pytest.raises(Malformed):
            decode_header(encode_header(msgspec.structs.replace(HEADER, seen=seen)))

    def test_the_first_codec_says_nothing_of_it(self):
        old = msgspec.structs.replace(HEADER, codec=1, seen=[])
        assert b"seen" not in encode_header(old)
        assert decode_header(encode_header(old)) == old
        with pytest.raises(Malformed):
            decode_header(encode_header(msgspec.structs.replace(old, seen=HEADER.seen)))
