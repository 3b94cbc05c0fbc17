"""What can be an identifier: 32 hexadecimal digits, each text by itself."""

from __future__ import annotations

import pytest

from ala_desktop.core.ids import are_ids, new_id


def test_what_is_minted_can_be_one():
    assert are_ids([new_id() for _ in range(5)])
    assert are_ids([])


@pytest.mark.parametrize(
    "texts",
    [["x"], ["A" * 32], ["a" * 33], ["a" * 32 + "\n"], ["a" * 32 + "\n" + "b" * 32], ["a" * 31 + "\n", "b" * 32]],
)
def test_nothing_else_can(texts: list[str]):
    assert not are_ids(texts)
    assert not are_ids([new_id(), *texts, new_id()])
