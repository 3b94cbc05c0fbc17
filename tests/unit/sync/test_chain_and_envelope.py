"""A frame and the chain behind it: one changed bit, one moved op, one skipped frame, and it does not open."""

from __future__ import annotations

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ala_desktop.sync import chain, envelope
from ala_desktop.sync.protocol import CODEC, Entry, Header, Malformed, Op, Refused, encode, line_of, split_line

DEVICE = Ed25519PrivateKey.from_private_bytes(b"d" * 32)
PUBLIC = DEVICE.public_key().public_bytes_raw()
SALT = "5a" * 32


def saved(number: int, author: str = "Piera", ops: int = 2) -> bytes:
    encoded = [encode(Op("home", f"{number}.{place}", None, {"address": f"Via {number}"}, [])) for place in range(ops)]
    return line_of("2026-11-22T09:00:00Z", author, None, encoded)


def head_of(*lines: bytes, salt: str = SALT, start: str = chain.START) -> str:
    return chain.device_head(start, salt, [split_line(line) for line in lines])


def frame(*lines: bytes, head: str | None = None, count: int | None = None, size: int | None = None) -> bytes:
    payload = envelope.Payload(SALT, list(lines)).joined()
    header = Header(
        "h", "A995", "d", "PC 1", "i", "b", 1, len(lines) if count is None else count,
        head_of(*lines) if head is None else head, "", len(payload) if size is None else size, CODEC,
        [(1, 0, chain.START)],
    )  # fmt: skip
    return envelope.seal(header, payload, DEVICE)


def open_all(sealed: bytes, public: bytes = PUBLIC, start: str = chain.START) -> list[str]:
    taken = envelope.split(sealed)
    envelope.verify(sealed, taken, public)
    return [transaction.author for transaction in envelope.open_lines(taken, start)]


class TestChain:
    def test_it_depends_on_order_text_author_and_salt(self):
        heads = [
            head_of(saved(1), saved(2)), head_of(saved(2), saved(1)), head_of(saved(1)), head_of(saved(1, "Altra")),
            head_of(saved(1), saved(3)), head_of(saved(1), saved(2), salt="5b" * 32), head_of(),
        ]  # fmt: skip
        assert len(set(heads)) == len(heads)

    def test_it_goes_on_from_frame_to_frame(self):
        first = head_of(saved(1))
        assert head_of(saved(2), start=first) != head_of(saved(2))

    def test_where_a_transaction_ends_matters(self):
        """The same ops in one transaction or in two are not the same."""
        a, b = msgspec.Raw(b"a"), msgspec.Raw(b"b")
        one = chain.device_head(chain.START, SALT, [(b"m", [a, b])])
        two = chain.device_head(chain.START, SALT, [(b"m", [a]), (b"m", [b])])
        assert one != two

    def test_every_op_of_a_frame_has_a_salt_of_its_own(self):
        salts = chain.salts(SALT, 1_000)
        assert len(set(salts)) == 1_000
        assert {len(salt) for salt in salts} == {32}
        assert set(salts).isdisjoint(chain.salts("5b" * 32, 1_000))

    def test_a_salt_does_not_depend_on_how_many_follow(self):
        assert chain.salts(SALT, 12)[:5] == chain.salts(SALT, 5)

    def test_the_hubs_chain_covers_order_count_and_refusals(self):
        entries = [
            Entry(1, 2, "a" * 64, []), Entry(2, 2, "a" * 64, []), Entry(1, 3, "a" * 64, []),
            Entry(1, 2, "b" * 64, []), Entry(1, 2, "a" * 64, [Refused(0, "bad_value", "")]),
            Entry(1, 2, "a" * 64, [Refused(1, "bad_value", "")]), Entry(1, 2, "a" * 64, [Refused(0, "too_large", "")]),
        ]  # fmt: skip
        assert len({chain.hub_chain(chain.START, entry) for entry in entries}) == len(entries)


class TestEnvelope:
    def test_what_was_sealed_opens(self):
        assert open_all(frame(saved(1), saved(2, "Altra"))) == ["Piera", "Altra"]

    def test_one_flipped_bit_anywhere_does_not_open(self):
        """But for bits of the compression that stand for nothing: then the content is as it was."""
        sealed, idle = frame(saved(1), saved(2)), 0
        content = envelope.payload_of(envelope.split(sealed))
        for place in range(len(sealed) * 8):
            changed = bytearray(sealed)
            changed[place // 8] ^= 1 << place % 8
            try:
                open_all(bytes(changed))
            except Malformed:
                continue
            idle += 1
            assert envelope.payload_of(envelope.split(bytes(changed))) == content
        assert idle <= 8

    def test_a_cut_or_lengthened_frame_does_not_open(self):
        sealed = frame(saved(1), saved(2))
        for length in range(len(sealed)):
            with pytest.raises(Malformed):
                open_all(sealed[:length])
        for more in (b"\0", sealed, b"x" * 100):
            with pytest.raises(Malformed):
                open_all(sealed + more)

    def test_another_devices_key_does_not_do(self):
        for public in (Ed25519PrivateKey.generate().public_key().public_bytes_raw(), b"", b"short"):
            with pytest.raises(Malformed, match="firma"):
                open_all(frame(saved(1)), public)

    def test_a_frame_opens_only_where_its_chain_goes_on(self):
        with pytest.raises(Malformed, match="catena"):
            open_all(frame(saved(2)), start=head_of(saved(1)))

    @pytest.mark.parametrize("wrong", [{"count": 1}, {"count": 3}, {"size": 10}, {"head": "0" * 64}])
    def test_a_header_that_does_not_tell_the_truth(self, wrong: dict[str, object]):
        with pytest.raises(Malformed):
            open_all(frame(saved(1), saved(2), **wrong))  # type: ignore[arg-type]

    def test_a_line_out_of_normal_form_is_refused_even_if_signed(self):
        odd = saved(1).replace(b'"Via 1"', b'"Via \\u0031"')
        with pytest.raises(Malformed, match="normale"):
            open_all(frame(odd, head=head_of(saved(1))))

    def test_a_frame_is_named_by_its_header(self):
        sealed = frame(saved(1))
        taken = envelope.split(sealed)
        assert taken.hash == chain.header_hash(taken.header_bytes)
        assert taken.hash != envelope.split(frame(saved(2))).hash
