"""A file encrypted in segments opens only whole, in order and with its own key."""

import pytest

from ala_desktop.sync.sealed_file import SEGMENT, Damaged, new_key, open_sealed, seal, sealed_size

KEY = "5a" * 32


@pytest.mark.parametrize("size", [0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 3 * SEGMENT])
def test_a_file_comes_back_as_it_was(size: int):
    content = bytes(range(256)) * (size // 256) + bytes(size % 256)
    sealed = seal(content, KEY)

    assert open_sealed(sealed, KEY) == content
    assert len(sealed) == sealed_size(size)
    assert content[:64] not in sealed or size < 64


def test_every_file_has_a_key_of_its_own():
    assert new_key() != new_key()


SEALED = seal(bytes(2 * SEGMENT + 9), KEY)
PIECE = SEGMENT + 16
DAMAGES = {
    "cut_after_a_segment": SEALED[: 2 * PIECE],
    "cut_anywhere": SEALED[:-1],
    "a_bit_turned": bytes([SEALED[0] ^ 1]) + SEALED[1:],
    "segments_changed_about": SEALED[PIECE : 2 * PIECE] + SEALED[:PIECE] + SEALED[2 * PIECE :],
    "a_segment_repeated": SEALED[:PIECE] + SEALED,
    "something_after_it": SEALED + b"x",
    "nothing": b"",
}


@pytest.mark.parametrize("sealed", DAMAGES.values(), ids=DAMAGES)
def test_what_was_done_to_it_shows(sealed: bytes):
    with pytest.raises(Damaged):
        open_sealed(sealed, KEY)


@pytest.mark.parametrize("key", ["5b" * 32, "5a" * 16, "no key", ""])
def test_no_other_key_opens_it(key: str):
    with pytest.raises(Damaged):
        open_sealed(SEALED, key)
