"""A hub as a process of its own, as ALA runs it."""

from pathlib import Path

import pytest

from tests.hubs import HubProcess


@pytest.fixture
def hub(tmp_path: Path):
    made = HubProcess(tmp_path / "centrale").start()
    yield made
    made.stop()
