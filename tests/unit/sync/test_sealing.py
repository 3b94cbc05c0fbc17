"""Values kept to the comune: equal seals for equal values of one cell, nothing to be learned or moved otherwise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ala_desktop.fields.values import Value
from ala_desktop.sync.sealing import CannotOpen, ComuneKey

KEY, OTHER = ComuneKey(b"k" * 64), ComuneKey(b"o" * 64)
CELL = ("person", "r" * 32, "notes")


@given(st.none() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=("Cs",))))
def test_a_value_comes_back_with_its_type(value: Value):
    back = KEY.open(*CELL, KEY.seal(*CELL, value))
    assert (back, type(back)) == (value, type(value))


def test_equal_values_of_a_cell_have_equal_seals():
    assert KEY.seal(*CELL, "riservata") == ComuneKey(b"k" * 64).seal(*CELL, "riservata")


@pytest.mark.parametrize(
    "cell", [("household", "r" * 32, "notes"), ("person", "s" * 32, "notes"), ("person", "r" * 32, "x")]
)
def test_the_same_value_looks_different_in_every_other_cell_and_does_not_open_there(cell: tuple[str, str, str]):
    sealed = KEY.seal(*CELL, "riservata")
    assert KEY.seal(*cell, "riservata") != sealed
    with pytest.raises(CannotOpen):
        KEY.open(*cell, sealed)


def test_a_number_and_its_text_are_two_values():
    assert KEY.seal(*CELL, 74) != KEY.seal(*CELL, "74")


def test_that_a_field_is_empty_is_no_secret():
    assert KEY.seal(*CELL, None) is None
    assert KEY.open(*CELL, None) is None


@pytest.mark.parametrize("text", ["", "riservata", "%%%%", "AAAA", 74])
def test_what_was_never_sealed_does_not_open(text: Value):
    with pytest.raises(CannotOpen):
        KEY.open(*CELL, text)


def test_another_comune_opens_nothing():
    with pytest.raises(CannotOpen):
        OTHER.open(*CELL, KEY.seal(*CELL, "riservata"))


def test_one_changed_character_does_not_open():
    sealed = str(KEY.seal(*CELL, "riservata"))
    for place in range(len(sealed) - 2):
        changed = sealed[:place] + ("A" if sealed[place] != "A" else "B") + sealed[place + 1 :]
        with pytest.raises(CannotOpen):
            KEY.open(*CELL, changed)


def test_the_fingerprint_tells_keys_apart():
    assert KEY.fingerprint == ComuneKey(b"k" * 64).fingerprint != OTHER.fingerprint
    assert len(KEY.fingerprint) == 16
