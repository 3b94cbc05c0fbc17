"""Files of attachments on their way: whatever hub and disk do, no wrong byte is kept and nothing starts anew."""

import errno
from pathlib import Path

import pytest

from ala_desktop.core.errors import Mendable
from ala_desktop.models.guards import FOLD
from ala_desktop.services.attachments.attachments import Attachments
from ala_desktop.services.desk import Desk
from ala_desktop.services.row import Row
from ala_desktop.services.sharing.exchange import Exchange
from ala_desktop.sync import blobs
from ala_desktop.sync.blob_folder import FOLDER, BlobFolder
from ala_desktop.sync.declined import Declined
from ala_desktop.sync.pieces import Advance, Stopped, name_of
from ala_desktop.sync.transport import BlobLine
from tests import factory
from tests.hubs import over_http

CONTENT = b"%PDF-1.7 " + bytes(range(256)) * 1_000
PIECE = 50_000


class Line(BlobLine):
    """A hub that keeps blobs; what it gives and takes can be changed."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.asked: list[int] = []
        self.refuse: list[str] = []
        self.uploads = 0

    def upload(self, content: bytes, advance: Advance | None = None, stop=None) -> str:
        self.uploads += 1
        self._waiting = content
        return name_of(content)

    def keep_blob(self, name: str) -> None:
        if self.refuse:
            raise Declined(self.refuse.pop(0))
        self.kept[name] = self._waiting

    def blob(self, name: str, at: int) -> bytes:
        self.asked.append(at)
        return self.kept[name][at : at + PIECE]


@pytest.fixture
def desk(tmp_path: Path):
    made = factory.desk(tmp_path / "ufficio")
    yield made
    made.close()


@pytest.fixture
def folder(desk: Desk) -> BlobFolder:
    return BlobFolder(desk.store.path.parent)


@pytest.fixture
def row(desk: Desk, tmp_path: Path) -> Row:
    path = tmp_path / "a.pdf"
    path.write_bytes(CONTENT)
    return Attachments(desk, Exchange(desk, over_http)).attach("housing_unit", factory.unit(desk), path)


def came_back(desk: Desk) -> None:
    """As if the log had returned the record."""
    with desk.store.writing(FOLD) as connection:
        connection.exec_driver_sql("DELETE FROM outbox")


def taken_away(desk: Desk, folder: BlobFolder, row: Row) -> Line:
    """A hub that keeps the file, which is not here any more."""
    line = Line()
    sealed = folder.read(row.text("blob"))
    assert sealed is not None
    line.kept[row.text("blob")] = sealed
    folder.drop(row.text("blob"))
    return line


def fetch(desk: Desk, folder: BlobFolder, line: Line, row: Row, **more) -> None:
    blobs.fetch(desk.store, folder, line, row.text("blob"), len(CONTENT), **more)


def test_a_file_goes_once_and_only_after_its_record(desk: Desk, folder: BlobFolder, row: Row):
    line = Line()
    assert blobs.send(desk.store, folder, line).files == 0
    came_back(desk)

    assert [blobs.send(desk.store, folder, line).files for _ in range(2)] == [1, 0]
    assert list(line.kept) == [row["blob"]]


def test_rubbish_that_the_hub_had_of_it_is_sent_anew_once(desk: Desk, folder: BlobFolder, row: Row):
    line = Line()
    came_back(desk)
    line.refuse = ["bad_upload"]

    assert blobs.send(desk.store, folder, line).files == 1
    assert line.uploads == 2


def test_a_hub_without_room_is_told_and_asked_again_the_next_time(desk: Desk, folder: BlobFolder, row: Row):
    line = Line()
    came_back(desk)
    line.refuse = ["no_room"]

    sent = blobs.send(desk.store, folder, line)
    assert sent.problem is not None
    assert "più spazio" in sent.problem.title
    assert blobs.send(desk.store, folder, line).files == 1


def test_a_file_is_fetched_from_where_it_stopped(desk: Desk, folder: BlobFolder, row: Row):
    line = taken_away(desk, folder, row)
    with pytest.raises(Stopped):
        fetch(desk, folder, line, row, stop=lambda: len(line.asked) == 2)
    fetch(desk, folder, line, row)

    assert line.asked == sorted(set(line.asked))
    assert folder.read(row.text("blob")) == line.kept[row.text("blob")]


@pytest.mark.parametrize("other", [b"x" * 400_000, b"", b"%PDF-"])
def test_a_hub_that_gives_other_bytes_leaves_none_of_them(desk: Desk, folder: BlobFolder, row: Row, other: bytes):
    line = taken_away(desk, folder, row)
    line.kept[row.text("blob")] = other

    with pytest.raises(Mendable, match="non tornano"):
        fetch(desk, folder, line, row)

    assert not folder.has(row.text("blob"))
    assert list((desk.store.path.parent / FOLDER).glob("*")) == []
    assert len(line.asked) <= 8


def test_wrong_bytes_from_before_are_fetched_anew(desk: Desk, folder: BlobFolder, row: Row):
    line = taken_away(desk, folder, row)
    folder.add(row.text("blob"), b"y" * 30_000)

    fetch(desk, folder, line, row)

    assert folder.read(row.text("blob")) == line.kept[row.text("blob")]


def test_a_full_disk_is_told_and_what_came_is_gone_on_with(desk: Desk, folder: BlobFolder, row: Row, monkeypatch):
    line = taken_away(desk, folder, row)
    with pytest.raises(Stopped):
        fetch(desk, folder, line, row, stop=lambda: len(line.asked) == 1)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("ala_desktop.sync.blob_folder.os.fsync", full)
        with pytest.raises(Mendable, match="disco è pieno"):
            fetch(desk, folder, line, row)
    fetch(desk, folder, line, row)

    assert folder.read(row.text("blob")) == line.kept[row.text("blob")]


def test_a_removed_file_goes_only_once_the_hub_has_it(desk: Desk, folder: BlobFolder, row: Row):
    Attachments(desk, Exchange(desk, over_http)).remove(row)
    blobs.tidy(desk.store, folder)
    assert folder.has(row.text("blob"))

    with desk.store.writing() as connection:
        blobs.note_kept(connection, row.text("blob"))
    blobs.tidy(desk.store, folder)
    assert not folder.has(row.text("blob"))


def test_a_file_that_a_living_record_needs_stays(desk: Desk, folder: BlobFolder, row: Row):
    with desk.store.writing() as connection:
        blobs.note_kept(connection, row.text("blob"))

    blobs.tidy(desk.store, folder)

    assert folder.has(row.text("blob"))
