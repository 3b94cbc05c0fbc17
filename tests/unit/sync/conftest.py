"""Two PCs and their hub; whatever a test does with them, both stores must be sound in the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.sync.scene import Scene, sound


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    scene = Scene(tmp_path)
    yield scene
    for pc in (scene.one, scene.two):
        assert sound(pc)
        pc.desk.close()
