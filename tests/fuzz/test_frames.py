"""Frames that were tampered with never get into the log, and sound ones that say odd things fold everywhere alike."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from ala_desktop.hub.store_postgres import PostgresStore
from tests.fuzz import frames
from tests.hubs import ROOT

MOST_MEMORY = 200_000_000
REFUSED = {
    "bad_frame", "bad_signature", "broken_chain", "behind", "foreign_tenant", "foreign_hub", "revoked",
}  # fmt: skip


def in_a_process(what: str, seed: str, count: int) -> dict[str, int]:
    """The outcomes of so many cases, in a process that stays within its memory."""
    command = [sys.executable, "-m", "tests.fuzz", what, seed, str(count)]
    # Else the C library keeps more and more of what was freed for itself: 40 MB that say nothing of what is held.
    environment = {**os.environ, "MALLOC_MMAP_THRESHOLD_": "262144"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3_000:]
    told = json.loads(done.stdout)
    assert told["peak"] < MOST_MEMORY, f"{told['peak'] / 1e6:.0f} MB"
    return told["outcomes"]


def test_what_was_tampered_with_is_declined_within_bounds_of_memory():
    outcomes = in_a_process("frames", "days", 2_500)

    assert outcomes.keys() == {"admitted", "known", *REFUSED}
    assert sum(outcomes[code] for code in REFUSED) > 1_500


def test_postgresql_declines_the_same(database: str):
    outcomes = frames.world("postgres", 0, range(300), lambda: PostgresStore(database))

    assert outcomes["admitted"] > 30
    assert sum(outcomes[code] for code in REFUSED) > 150


@pytest.mark.soak
@pytest.mark.timeout(3_600)
def test_fifty_thousand_tampered_frames_leave_nothing_behind():
    outcomes = in_a_process("frames", "soak", 70_000)

    assert sum(outcomes[code] for code in REFUSED) > 50_000
