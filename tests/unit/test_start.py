"""What `ala-desktop` opens: the window, the demonstration, or a command."""

import sys
from pathlib import Path

import pytest

from ala_desktop import __main__ as start
from ala_desktop.core.screen import screen_is_missing


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What was opened, and with what."""
    seen: list[object] = []
    for module, name in (("app", "run"), ("demo.run", "main"), ("cli.main", "run")):
        what = module.partition(".")[0]
        monkeypatch.setattr(f"ala_desktop.{module}.{name}", lambda given, what=what: seen.append((what, given)) or 0)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    return seen


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ([], ("app", None)),
        (["--data", "x"], ("app", Path("x"))),
        (["--data=x"], ("app", Path("x"))),
        (["demo"], ("demo", [])),
        (["--data", "x", "demo", "--headless"], ("demo", ["--data", "x", "--headless"])),
        (["demo", "--json"], ("demo", ["--json"])),
        (["--json", "demo"], ("demo", ["--json"])),
        (["list", "demo"], ("cli", ["list", "demo"])),
        (["--data", "demo", "list", "building"], ("cli", ["--data", "demo", "list", "building"])),
        (["--data"], ("cli", ["--data"])),
        (["--data", ""], ("cli", ["--data", ""])),
        (["--data="], ("cli", ["--data="])),
        (["--json"], ("cli", ["--json"])),
        (["--help"], ("cli", ["--help"])),
    ],
)
def test_words_choose_what_opens(opened: list[object], monkeypatch: pytest.MonkeyPatch, typed: list[str], wanted):
    monkeypatch.setattr(sys, "argv", ["ala-desktop", *typed])
    assert start.main() == 0
    assert opened == [wanted]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a screen")
def test_without_a_screen_the_window_says_so(opened: list[object], monkeypatch: pytest.MonkeyPatch, capsys):
    for sign in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(sign, raising=False)
    monkeypatch.setattr(sys, "argv", ["ala-desktop"])
    assert screen_is_missing()
    assert start.main() == 1
    assert "Qui non c'è uno schermo" in capsys.readouterr().err
    assert opened == []
