"""A long run that was stopped goes on; what failed, or what other code did, is played again."""

import pytest

from tests import soaking


def test_seeds_that_are_done_are_not_played_again(tmp_path):
    played: list[int] = []
    soaking.portion("days", range(3), played.append, tmp_path / "soak.txt")

    with pytest.raises(pytest.skip.Exception):
        soaking.portion("days", range(3), played.append, tmp_path / "soak.txt")
    soaking.portion("days", range(3, 5), played.append, tmp_path / "soak.txt")

    assert played == [0, 1, 2, 3, 4]


def test_seeds_that_failed_are_played_again(tmp_path):
    def fail(seed: int) -> None:
        raise AssertionError(f"seed {seed}")

    for _ in range(2):
        with pytest.raises(AssertionError, match="seed 7"):
            soaking.portion("days", range(7, 9), fail, tmp_path / "soak.txt")


def test_other_code_begins_anew(tmp_path, monkeypatch):
    played: list[int] = []
    soaking.portion("days", range(1), played.append, tmp_path / "soak.txt")
    monkeypatch.setattr(soaking, "code_state", lambda: "other")
    soaking.portion("days", range(1), played.append, tmp_path / "soak.txt")

    assert played == [0, 0]
