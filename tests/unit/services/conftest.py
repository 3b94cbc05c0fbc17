"""A fresh office, and two PCs of one comune, enrolled with a hub in the same process."""

from pathlib import Path

import pytest

from tests import factory
from tests.hubs import Pc, pc
from tests.local_hub import URL, LocalHub


@pytest.fixture
def desk(tmp_path: Path):
    made = factory.desk(tmp_path / "dati")
    yield made
    made.close()


@pytest.fixture
def hub() -> LocalHub:
    return LocalHub()


@pytest.fixture
def first(tmp_path: Path, hub: LocalHub):
    made = pc(tmp_path / "one", hub.connect)
    made.exchange.enrol(URL, hub.invite())
    yield made
    made.desk.close()


@pytest.fixture
def second(tmp_path: Path, hub: LocalHub, first: Pc):
    made = pc(tmp_path / "two", hub.connect)
    made.exchange.enrol(URL, hub.invite())
    yield made
    made.desk.close()
