"""Records written on their forms by a clerk's hands: a new one, a search, a change, and the proof that it is saved."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt

from ala_desktop.demo.hands import CTRL
from ala_desktop.demo.stage import Stage
from ala_desktop.demo.trouble import DemoFailed
from ala_desktop.services.row import Row
from ala_desktop.ui.editors.choice import ComboEditor
from ala_desktop.ui.editors.reference import ReferenceEditor
from ala_desktop.ui.field_box import FieldBox
from ala_desktop.ui.form_view import FormView
from ala_desktop.ui.records_page import RecordsPage


def begin(stage: Stage, page: RecordsPage, tab: int = 0) -> FormView:
    """Ctrl+N on one of the lists of a page: an empty form."""
    to_tab(stage, page, tab)
    stage.hands.key(stage.window, Qt.Key.Key_N, CTRL)
    return open_view(page)


def to_tab(stage: Stage, page: RecordsPage, tab: int) -> None:
    """Choose a list of a page with the mouse."""
    if len(page.lists) > 1 and page.tabs.currentIndex() != tab:
        bar = page.tabs.tabBar()
        stage.hands.click_at(bar, bar.tabRect(tab).center())
        stage.hands.settle()


def open_view(page: RecordsPage) -> FormView:
    """The form that is open on a page."""
    if page.view is None:
        raise DemoFailed(f"nella pagina «{page.title}» non si è aperta la scheda")
    return page.view


def fill(stage: Stage, view: FormView, texts: Mapping[str, str]) -> None:
    """Type into fields by name, each in the way that its editor asks for."""
    for name, text in texts.items():
        fill_box(stage, view.form.boxes[name], text)


def fill_box(stage: Stage, box: FieldBox, text: str) -> None:
    """Type into one field and leave it."""
    if isinstance(box.editor, ReferenceEditor):
        stage.hands.refer(box, text)
    elif isinstance(box.editor, ComboEditor):
        stage.hands.choose(box, text)
    else:
        stage.hands.fill(box, text)


def save(stage: Stage, view: FormView) -> Row:
    """Ctrl+S; returns the row as the store has it.

    Raises:
        DemoFailed: the form was not saved, and says why.
    """
    form, hands = view.form, stage.hands
    written = form.changes()
    hands.key(stage.window, Qt.Key.Key_S, CTRL)
    hands.until(lambda: not form.saving, "il salvataggio della scheda")
    hands.settle()
    if form.is_new or form.dirty:
        said = form.strip.accessibleName() if form.strip.isVisible() else "il programma non dice perché"
        raise DemoFailed(f"{form.spec.label} non salvata: {said}")
    row = stage.desk.get(form.row.kind, form.row.id)
    differing = [name for name, value in written.items() if row[name] != value]
    if differing:
        raise DemoFailed(f"{form.spec.label}: nell'archivio non risulta {', '.join(differing)}")
    return row


def search(stage: Stage, page: RecordsPage, words: str) -> FormView:
    """Ctrl+F, the words, Enter to the rows, Enter on the first: its form."""
    hands, panel = stage.hands, page.list
    hands.key(stage.window, Qt.Key.Key_F, CTRL)
    hands.write(panel.search_field, words)
    hands.settle()
    if not panel.model.numbers:
        raise DemoFailed(f"la ricerca di «{words}» non trova nulla")
    hands.key(panel.search_field, Qt.Key.Key_Return)
    hands.key(panel.table, Qt.Key.Key_Return)
    hands.settle()
    return open_view(page)


def leave(stage: Stage, page: RecordsPage) -> None:
    """Esc: back to the list, which then shows everything again."""
    stage.hands.key(stage.window, Qt.Key.Key_Escape)
    stage.hands.settle()
    if page.view is not None:
        raise DemoFailed("Esc non torna all'elenco")
    if page.list.search_field.text():
        stage.hands.key(stage.window, Qt.Key.Key_F, CTRL)
        stage.hands.key(page.list.search_field, Qt.Key.Key_Escape)
        stage.hands.settle()
