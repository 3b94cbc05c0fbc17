"""Resources are found in the source tree, in a wheel and in a frozen build."""

import sys

import pytest

from ala_desktop.core import resources
from ala_desktop.core.resources import resource


def test_a_font_is_found_in_the_source_tree():
    assert resource("fonts/NotoSans-Regular.ttf").read_bytes()[:4] == b"\0\1\0\0"


def test_a_frozen_build_has_its_own_resources(tmp_path, monkeypatch):
    bundled = tmp_path / "resources" / "fonts" / "NotoSans-Regular.ttf"
    bundled.parent.mkdir(parents=True)
    bundled.write_bytes(b"frozen")
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert resource("fonts/NotoSans-Regular.ttf") == bundled


def test_a_wheel_has_them_inside_the_package(tmp_path, monkeypatch):
    module = tmp_path / "ala_desktop" / "core" / "resources.py"
    inside = tmp_path / "ala_desktop" / "_resources" / "mark.txt"
    inside.parent.mkdir(parents=True)
    inside.write_text("wheel")
    monkeypatch.setattr(resources, "__file__", str(module))
    assert resource("mark.txt") == inside


def test_a_missing_resource_is_named():
    with pytest.raises(FileNotFoundError, match=r"fonts/none\.ttf"):
        resource("fonts/none.ttf")
