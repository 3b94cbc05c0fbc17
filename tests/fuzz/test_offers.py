"""Whatever a restored hub is told, its log holds nothing that it never logged, and an honest PC makes it whole."""

from __future__ import annotations

import pytest

from ala_desktop.sync import envelope
from tests.fuzz import offers


def test_a_restored_hub_takes_back_only_what_it_once_logged():
    outcomes = offers.play("days", range(60))

    assert {"awaited", "whole", "kept", "recalled", "compared"} <= outcomes.keys()
    assert {"bad_request", "bad_frame", "bad_signature", "unknown_position", "unknown_device"} <= outcomes.keys()


@pytest.mark.parametrize("guard", ["verify", "open_lines"])
def test_it_shows_where_a_frame_is_not_looked_at(guard: str, monkeypatch: pytest.MonkeyPatch):
    lost = offers.Lost()
    monkeypatch.setattr(envelope, guard, lambda *told: None)

    with pytest.raises(AssertionError, match="replay"):
        offers.play("days", range(60), lost)


@pytest.mark.soak
@pytest.mark.timeout(3_600)
def test_many_times_over():
    assert offers.play("soak", range(4_000))["whole"] > 1_000
