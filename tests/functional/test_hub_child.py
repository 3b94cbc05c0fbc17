"""The hub of the demonstration goes with the demonstration, however that ends."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ala_desktop.core.errors import Mendable
from ala_desktop.core.instance import Instance
from ala_desktop.demo.hub_child import HubChild
from tests.hubs import ROOT, ala_hub

STARTS = """
import sys, time
from pathlib import Path
from ala_desktop.demo.hub_child import HubChild
hub = HubChild(Path(sys.argv[1]))
print(hub.url, flush=True)
time.sleep(300)
"""
PATIENCE = 20


def answers(url: str) -> bool:
    host, _, port = url.removeprefix("http://").rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=5).close()
    except OSError:
        return False
    return True


def is_free(folder: Path) -> bool:
    """Whether no hub serves the folder."""
    try:
        Instance(folder).release()
    except Mendable:
        return False
    return True


def comes_true(holds: Callable[[], bool]) -> bool:
    until = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def test_a_hub_ends_when_the_demonstration_is_killed(tmp_path: Path):
    command = [sys.executable, "-c", STARTS, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as demonstration:
        assert demonstration.stdout is not None
        url = demonstration.stdout.readline().strip()
        served = answers(url) and not is_free(tmp_path)
        demonstration.kill()
        demonstration.wait(PATIENCE)

    assert served
    assert demonstration.returncode not in (0, None)
    assert comes_true(lambda: not answers(url))
    assert comes_true(lambda: is_free(tmp_path))


def test_a_hub_is_stopped_in_good_order(tmp_path: Path):
    with HubChild(tmp_path) as hub:
        assert answers(hub.url)

    assert hub._process.returncode == 0
    assert not answers(hub.url)


@pytest.mark.parametrize("attached", [True, False])
def test_only_an_attached_hub_ends_with_its_input(tmp_path: Path, attached: bool):
    command = ala_hub("serve", "--data", str(tmp_path), "--port", "0", *(["--attached"] if attached else []))
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as hub:
        assert hub.stdout is not None
        hub.stdout.readline()
        try:
            hub.wait(PATIENCE if attached else 1)
        except subprocess.TimeoutExpired:
            hub.terminate()
            hub.wait(PATIENCE)
        assert hub.stderr is not None
        assert hub.stderr.read() == ""

    assert (hub.returncode == 0) is attached
