"""Step 2 of the day: the office's four registers come in, each through the import dialog."""

from __future__ import annotations

from ala_desktop.core.resources import resource
from ala_desktop.demo.hands import button
from ala_desktop.demo.stage import Stage
from ala_desktop.demo.trouble import DemoFailed
from ala_desktop.ui.importing.dialog import ImportDialog
from ala_desktop.ui.pages.records import ApplicationsPage, GrantsPage, PeoplePage, UnitsPage
from ala_desktop.ui.records_page import RecordsPage

REGISTERS: tuple[tuple[type[RecordsPage], str], ...] = (
    (UnitsPage, "alloggi.csv"),
    (PeoplePage, "nuclei.csv"),
    (ApplicationsPage, "domande.xlsx"),
    (GrantsPage, "contributi.csv"),
)
"""Page on which the register is brought in, and its file; people before what is linked to them."""
_PICTURED = "alloggi.csv"


def import_all(stage: Stage) -> None:
    """Every register, from the button on its page to the account of what was taken."""
    for kind, file in REGISTERS:
        stage.go_to(kind)
        stage.hands.attendant.expect(ImportDialog, lambda dialog, file=file: _bring_in(stage, dialog, file))
        stage.hands.click(button(stage.window, "Importa un registro"))
        stage.hands.settle()


def _bring_in(stage: Stage, dialog: ImportDialog, file: str) -> None:
    hands = stage.hands
    path = resource(f"demo/{file}")
    hands.attendant.expect_file(path)
    hands.click(button(dialog, "Scegli il file…"))
    if dialog.choose.path != path:
        raise DemoFailed(f"scelto il file {dialog.choose.path}")
    hands.click(dialog.onward)
    hands.until(lambda: dialog.stack.currentWidget() is dialog.preview, f"l'anteprima di {file}")
    hands.settle()
    if file == _PICTURED:
        stage.pictures.take("importazione-anteprima")
    hands.click(dialog.onward)
    hands.until(lambda: dialog.stack.currentWidget() is dialog.report, f"il rendiconto di {file}")
    hands.settle()
    if file == _PICTURED:
        stage.pictures.take("importazione-rendiconto")
    hands.click(dialog.leave)
