"""A file that leaves the program is there whole or not at all, and what went wrong is told."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ala_desktop.core.errors import Mendable
from ala_desktop.core.files import write_whole

OLD, NEW = b"vecchio", b"nuovo" * 1000


class Fault:
    """Raises one error in place of a system call, and counts how often it did."""

    def __init__(self, error):
        self.error = error
        self.fired = 0

    def __call__(self, *_arguments, **_options):
        self.fired += 1
        raise self.error


def test_a_new_file_is_written(tmp_path):
    write_whole(tmp_path / "verbale.pdf", NEW)
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("verbale.pdf", NEW)]


def test_an_old_file_is_replaced(tmp_path):
    target = tmp_path / "verbale.pdf"
    target.write_bytes(OLD)
    write_whole(target, NEW)
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("verbale.pdf", NEW)]


@pytest.mark.parametrize(
    ("where", "error", "title"),
    [
        ("fsync", OSError(errno.ENOSPC, "No space left on device"), "Il disco è pieno"),
        ("fsync", OSError(errno.EIO, "Input/output error"), "Il file non è stato salvato"),
        ("replace", PermissionError(errno.EACCES, "Access is denied"), "Il file è aperto o protetto"),
    ],
)
def test_a_fault_leaves_the_old_file_and_no_half_file(tmp_path, monkeypatch, where, error, title):
    target = tmp_path / "verbale.pdf"
    target.write_bytes(OLD)
    fault = Fault(error)
    monkeypatch.setattr(*((os, "fsync") if where == "fsync" else (Path, "replace")), fault)
    with pytest.raises(Mendable) as told:
        write_whole(target, NEW)
    assert fault.fired == 1
    assert told.value.title == title
    assert "verbale.pdf" in told.value.cause
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("verbale.pdf", OLD)]


WRITE_WITHOUT_ROOM = """
import resource, sys
from pathlib import Path
from ala_desktop.core.errors import Mendable
from ala_desktop.core.files import write_whole
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    write_whole(Path(sys.argv[1]), b"x" * 5000)
except Mendable as told:
    print(told.title)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the system's limit on a file's size is Unix's")
def test_a_file_that_outgrows_its_room_is_told_by_the_system_itself(tmp_path):
    target = tmp_path / "verbale.pdf"
    target.write_bytes(OLD)
    run = subprocess.run(
        [sys.executable, "-c", WRITE_WITHOUT_ROOM, str(target)], capture_output=True, encoding="utf-8", check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONPATH": os.getcwd()},
    )  # fmt: skip
    assert (run.stdout.strip(), run.stderr) == ("Il disco è pieno", "")
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("verbale.pdf", OLD)]


def test_a_missing_folder_is_told(tmp_path):
    with pytest.raises(Mendable) as told:
        write_whole(tmp_path / "non c'è" / "verbale.pdf", NEW)
    assert told.value.title == "La cartella non esiste"


def test_a_file_in_place_of_the_folder_is_told(tmp_path):
    (tmp_path / "cartella").write_bytes(OLD)
    with pytest.raises(Mendable) as told:
        write_whole(tmp_path / "cartella" / "verbale.pdf", NEW)
    assert told.value.title == "La cartella non esiste"


def test_the_name_of_a_folder_is_told(tmp_path):
    (tmp_path / "verbale.pdf").mkdir()
    with pytest.raises(Mendable) as told:
        write_whole(tmp_path / "verbale.pdf", NEW)
    assert told.value.title == "Il nome indicato è quello di una cartella"
    assert [file.name for file in tmp_path.iterdir()] == ["verbale.pdf"]
