"""An office that registers come into; whatever a test did with it, its rows are the fold of its log afterwards."""

from pathlib import Path

import pytest

from ala_desktop.sync import picture
from tests import factory


@pytest.fixture
def desk(tmp_path: Path):
    made = factory.desk(tmp_path / "dati")
    yield made
    with made.reading() as connection:
        assert picture.verify(connection, made.rows) == []
    made.close()
