"""The panel «Allegati» under a form: added, opened, saved elsewhere, removed and brought back."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QDropEvent

from ala_desktop.ui.panels import attachments as panel_module
from ala_desktop.ui.panels.attachments import AttachmentsPanel
from tests import factory

PDF = b"%PDF-1.7 contratto " + bytes(250_000)


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    path = tmp_path / "contratto.pdf"
    path.write_bytes(PDF)
    return path


@pytest.fixture
def panel(place) -> AttachmentsPanel:
    unit = factory.unit(place.desk)
    window = place.window()
    window.open_record("housing_unit", unit)
    place.settle()
    (found,) = [one for one in window.findChildren(AttachmentsPanel) if one.isVisible()]
    return found


def names(panel: AttachmentsPanel) -> list[str]:
    model = panel.table.model()
    return [model.index(line, 0).data() for line in range(model.rowCount())]


def test_a_file_is_added_and_listed_with_who_and_when(place, panel, contract, monkeypatch):
    assert panel.empty.isVisible()
    monkeypatch.setattr(panel_module, "ask_open_several", lambda *_: [contract])
    panel.add.click()
    place.settle()

    model = panel.table.model()
    cells = [model.index(0, column).data() for column in range(6)]
    assert cells == ["contratto.pdf", "PDF", "250 KB", "22/11/2026", "Piera Invernizzi", "su questo PC"]
    assert not panel.empty.isVisible()
    assert "Allegato aggiunto" in place.said


def test_what_may_not_be_attached_is_told(place, panel, tmp_path):
    wrong = tmp_path / "foto.jpg"
    wrong.write_bytes(b"MZ" + bytes(100))
    panel.attach([wrong])
    place.settle()

    assert "tipo di file" in place.told[0].title
    assert names(panel) == []


def test_files_are_dropped_on_it(place, panel, contract):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(contract)), QUrl("https://esempio.it/a.pdf")])
    event = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    panel.dropEvent(event)
    place.settle()

    assert names(panel) == ["contratto.pdf"]


def test_enter_opens_a_copy_in_the_systems_viewer(place, panel, contract, monkeypatch):
    opened: list[Path] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(Path(url.toLocalFile())) or True)
    panel.attach([contract])
    place.settle()
    panel.table.chosen.emit(0)
    place.settle()

    assert [path.read_bytes() for path in opened] == [PDF]
    assert opened[0].name == "contratto.pdf"


def test_it_is_saved_where_the_clerk_says(place, panel, contract, tmp_path, monkeypatch):
    panel.attach([contract])
    place.settle()
    monkeypatch.setattr(panel_module, "ask_save", lambda *_: tmp_path / "copia.pdf")
    panel.save.click()
    place.settle()

    assert (tmp_path / "copia.pdf").read_bytes() == PDF


def test_what_is_removed_can_be_brought_back(place, panel, contract):
    panel.attach([contract])
    place.settle()
    panel.remove.click()
    place.settle()
    assert names(panel) == []

    place.shown.undo.press()
    place.settle()
    assert names(panel) == ["contratto.pdf"]


def test_what_is_not_here_says_so_and_tells_why_it_cannot_come(place, panel, contract):
    panel.attach([contract])
    place.settle()
    (file,) = (place.desk.store.path.parent / "allegati").iterdir()
    file.unlink()
    panel.show_row(panel._row)
    assert panel.table.model().index(0, 5).data() == "da richiedere"

    panel.open.click()
    place.settle()

    assert "non è ancora collegato" in place.told[0].title
