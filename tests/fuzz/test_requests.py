"""No request, however it is made, is answered with a fault; every answer is signed and as the description says."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ala_desktop.hub.app import Hub
from ala_desktop.hub.devices import Enrolment
from tests import hub_frames
from tests.factory import FixedClock
from tests.fuzz.__main__ import peak_of
from tests.fuzz.asking import Asker
from tests.hub_frames import CATALOG, HUB
from tests.hubs import HubProcess
from tools import openapi


@pytest.fixture
def asker(tmp_path: Path) -> Iterator[Asker]:
    hub = HubProcess(tmp_path / "centrale").start()
    made = Asker(hub.url, hub.folder)
    yield made
    made.close()
    hub.stop()


def test_the_description_is_the_one_that_the_messages_make():
    assert openapi.FILE.read_text(encoding="utf-8") == openapi.text(), "write it with: python -m tools.openapi"


def test_the_description_has_every_path_of_the_hub():
    store = hub_frames.store()
    hub = Hub(store, CATALOG, HUB, Enrolment(store, HUB, FixedClock()))
    store.close()

    described = {(way.upper(), path) for path, ways in openapi.document()["paths"].items() for way in ways}
    named = {(way, f"{path}/{{hash}}") for way, path in hub._named}  # pyright: ignore[reportPrivateUsage]
    assert described == hub._paths.keys() | named  # pyright: ignore[reportPrivateUsage]


def test_requests_made_at_random_meet_no_fault(asker: Asker):
    asker.ask_many(250, 1)

    assert asker.counts["200"] > 20
    assert {"bad_request", "bad_frame", "unknown_device"} <= asker.counts.keys()


@pytest.mark.skipif(sys.platform != "linux", reason="the system tells no peak of memory")
def test_what_is_declined_is_let_go_at_once(tmp_path: Path):
    """An exception holds the frames that it passed, and those the body: were they a circle, it would stay for long."""
    hub = HubProcess(tmp_path / "centrale").start()
    asker = Asker(hub.url, hub.folder)
    try:
        asker.push(b"ALA1" + bytes(7_999_996))
        after_one = peak_of(hub.running.pid)
        for _ in range(12):
            asker.push(b"ALA1" + bytes(7_999_996))

        assert asker.counts == {"bad_frame": 13}
        assert peak_of(hub.running.pid) - after_one < 24_000_000
    finally:
        asker.close()
        hub.stop()


@pytest.mark.soak
@pytest.mark.timeout(3_600)
def test_twenty_thousand_requests_made_at_random_meet_no_fault(asker: Asker):
    for number in range(40):
        asker.ask_many(500, number)

    assert sum(asker.counts.values()) >= 20_000
