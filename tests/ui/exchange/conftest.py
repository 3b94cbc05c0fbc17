"""Hubs in processes of their own, and the page "Scambio con ALA" in the window."""

from __future__ import annotations

import pytest

from tests.hubs import HubProcess
from tests.strict_hub import StrictHub
from tests.ui.exchange.ala import Ala, joining


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    running = StrictHub(tmp_path_factory.mktemp("hub")).start()
    yield running
    running.stop()


@pytest.fixture
def own_hub(tmp_path):
    """A hub that a test may stop."""
    running = HubProcess(tmp_path / "hub").start()
    yield running
    running.stop()


@pytest.fixture
def page(place):
    window = place.window()
    window.go_to("exchange")
    place.settle()
    return window.page


@pytest.fixture
def ala(tmp_path):
    return Ala(tmp_path / "chiavetta")


@pytest.fixture
def joined(place, page, ala):
    """The page of a PC that joined without a network."""
    joining(place, page, ala)
    return page
