"""Attachments on one PC: kept encrypted, checked when they are read, told when they may not be, frozen with minutes."""

from pathlib import Path

import pytest

from ala_desktop.core.errors import Mendable
from ala_desktop.services.attachments.attachments import Attachments, NotHere
from ala_desktop.services.attachments.taking import MOST_BYTES
from ala_desktop.services.desk import Desk
from ala_desktop.services.sharing.exchange import Exchange
from ala_desktop.sync.blob_folder import FOLDER
from ala_desktop.sync.capture import Change
from tests import factory
from tests.hubs import over_http
from tests.unit.services import sitting_factory

PDF = b"%PDF-1.7 contratto di locazione " + bytes(200_000)


@pytest.fixture
def desk(tmp_path: Path):
    made = factory.desk(tmp_path / "ufficio")
    yield made
    made.close()


@pytest.fixture
def attachments(desk: Desk) -> Attachments:
    return Attachments(desk, Exchange(desk, over_http))


def written(folder: Path, content: bytes = PDF, name: str = "contratto.pdf") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def files(desk: Desk) -> list[Path]:
    return sorted((desk.store.path.parent / FOLDER).glob("*"))


def test_an_attachment_is_listed_and_comes_back_as_it_was(desk: Desk, attachments: Attachments, tmp_path: Path):
    unit = factory.unit(desk)
    row = attachments.attach("housing_unit", unit, written(tmp_path), " firmato ")

    (item,) = attachments.of("housing_unit", unit)
    assert (item.row.id, item.here, item.row["name"], item.row["note"]) == (row.id, True, "contratto.pdf", "firmato")
    assert (row["size"], row["media_type"], row["added_by"]) == (len(PDF), "pdf", "Piera Invernizzi")
    assert attachments.content(row.id) == ("contratto.pdf", PDF)
    attachments.save_as(row.id, tmp_path / "copia.pdf")
    assert (tmp_path / "copia.pdf").read_bytes() == PDF


def test_on_the_disk_it_is_encrypted_under_its_hash(desk: Desk, attachments: Attachments, tmp_path: Path):
    row = attachments.attach("housing_unit", factory.unit(desk), written(tmp_path))

    (file,) = files(desk)
    assert file.name == row["blob"]
    assert b"contratto" not in file.read_bytes()


@pytest.mark.parametrize("damage", [b"", b"x" * 100, None])
def test_a_file_that_is_damaged_or_gone_counts_as_not_here(
    desk: Desk, attachments: Attachments, tmp_path: Path, damage: bytes | None
):
    row = attachments.attach("housing_unit", factory.unit(desk), written(tmp_path))
    (file,) = files(desk)
    file.unlink() if damage is None else file.write_bytes(damage)

    with pytest.raises(NotHere):
        attachments.content(row.id)


REFUSED = {
    "program": ("foto.jpg", b"MZ\x90" + bytes(50), "tipo di file"),
    "empty": ("vuoto.pdf", b"", "vuoto"),
    "large": ("grande.pdf", b"%PDF-" + bytes(MOST_BYTES), "troppo grande"),
}


@pytest.mark.parametrize(("name", "content", "words"), REFUSED.values(), ids=REFUSED)
def test_what_may_not_be_attached_is_told_and_leaves_nothing(
    desk: Desk, attachments: Attachments, tmp_path: Path, name: str, content: bytes, words: str
):
    unit = factory.unit(desk)
    with pytest.raises(Mendable, match=words):
        attachments.attach("housing_unit", unit, written(tmp_path, content, name))

    assert attachments.of("housing_unit", unit) == []
    assert files(desk) == []


def test_a_file_that_is_not_there_or_a_folder_is_told(desk: Desk, attachments: Attachments, tmp_path: Path):
    unit = factory.unit(desk)
    for path, words in ((tmp_path / "manca.pdf", "non si apre"), (tmp_path, "cartella")):
        with pytest.raises(Mendable, match=words):
            attachments.attach("housing_unit", unit, path)


def test_a_kind_without_attachments_is_told(desk: Desk, attachments: Attachments, tmp_path: Path):
    with pytest.raises(Mendable, match="non si possono aggiungere"):
        attachments.attach("measure", "0" * 32, written(tmp_path))


def test_what_was_removed_comes_back_when_it_is_undone(desk: Desk, attachments: Attachments, tmp_path: Path):
    unit = factory.unit(desk)
    row = attachments.attach("housing_unit", unit, written(tmp_path))

    removed = attachments.remove(row)
    assert attachments.of("housing_unit", unit) == []
    attachments.restore(removed)

    assert attachments.content(row.id)[1] == PDF


def test_a_full_disk_leaves_no_record_without_its_file(
    desk: Desk, attachments: Attachments, tmp_path: Path, monkeypatch
):
    unit, path = factory.unit(desk), written(tmp_path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        with pytest.raises(Mendable, match="disco è pieno"):
            attachments.attach("housing_unit", unit, path)

    assert attachments.of("housing_unit", unit) == []
    assert files(desk) == []


def test_a_save_that_fails_leaves_no_file_without_its_record(
    desk: Desk, attachments: Attachments, tmp_path: Path, monkeypatch
):
    unit, path = factory.unit(desk), written(tmp_path)

    def fails(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(desk, "save", fails)
    with pytest.raises(ZeroDivisionError):
        attachments.attach("housing_unit", unit, path)

    assert files(desk) == []


def test_what_a_device_writes_in_place_of_a_hash_opens_no_other_file(desk: Desk, attachments: Attachments):
    unit = factory.unit(desk)
    put = {"record_kind": "housing_unit", "of_record": unit, "name": "a.pdf", "media_type": "pdf", "size": 5,
           "blob": "../../" + desk.store.path.name, "content_hash": "0" * 64, "key": "0" * 64}  # fmt: skip
    row = desk.save([Change("attachment", desk.new_id(), put)])[0]

    assert [item.here for item in attachments.of("housing_unit", unit)] == [False]
    with pytest.raises(NotHere):
        attachments.content(row.id)


def test_another_key_or_content_than_the_record_says_is_told(desk: Desk, attachments: Attachments, tmp_path: Path):
    row = attachments.attach("housing_unit", factory.unit(desk), written(tmp_path))
    for name in ("content_hash", "key"):
        kept = row[name]
        row = desk.save([row.change({name: "1" * 64})])[0]
        with pytest.raises(Mendable, match="non è quello che è stato aggiunto"):
            attachments.content(row.id)
        row = desk.save([row.change({name: kept})])[0]


def test_the_copies_for_the_viewer_go(desk: Desk, attachments: Attachments, tmp_path: Path):
    row = attachments.attach("housing_unit", factory.unit(desk), written(tmp_path))

    copy = attachments.for_viewer(row.id)
    assert copy.name == "contratto.pdf"
    assert copy.read_bytes() == PDF
    attachments.forget_opened()

    assert not copy.exists()


def test_the_annexes_of_minutes_freeze_with_them(tmp_path: Path):
    body = sitting_factory.body(tmp_path / "ufficio")
    attachments = Attachments(body.desk, Exchange(body.desk, over_http))
    body.application()
    sitting = body.decided().sitting
    row = attachments.attach("sitting", sitting.id, written(tmp_path))

    body.sittings.close(sitting.id)

    with pytest.raises(Mendable, match="approvato"):
        attachments.attach("sitting", sitting.id, written(tmp_path, PDF + b"x"))
    with pytest.raises(Mendable, match="approvato"):
        attachments.remove(body.desk.get("attachment", row.id))
    assert attachments.content(row.id)[1] == PDF
    assert len(attachments.of("sitting", sitting.id)) == 1
    body.desk.close()
