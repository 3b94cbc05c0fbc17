"""What every step of the day works on: the screen, the hands, the office's folder, the hub, where papers go."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from ala_desktop.app import Program
from ala_desktop.demo.hands import Hands
from ala_desktop.demo.hub_child import HubChild
from ala_desktop.demo.pictures import Pictures
from ala_desktop.demo.second_pc import SecondPc
from ala_desktop.demo.trouble import DemoFailed
from ala_desktop.services.desk import Desk
from ala_desktop.services.sharing.exchange import Report
from ala_desktop.ui.main_window import MainWindow
from ala_desktop.ui.page import Page

P = TypeVar("P", bound=Page)


@dataclass
class Stage:
    """The stage.

    Attributes:
        app: Qt's application.
        folder: a folder for the day alone; the office's data are in `folder/ufficio`.
        out: where papers and pictures go.
        hub: ALA's end.
        hands, pictures: what plays and what watches.
        program: the program under the hands, once it was started.
        second: the second PC of the comune, once there is one.
        reports: of the exchanges of the clerk's PC, in order.
        conflicts_found, decided_value: discordant values that came up, and the value that the clerk chose.
    """

    app: QApplication
    folder: Path
    out: Path
    hub: HubChild
    hands: Hands
    pictures: Pictures
    program: Program | None = None
    second: SecondPc | None = None
    reports: list[Report] = field(default_factory=list)
    conflicts_found: int = 0
    decided_value: str = ""

    @property
    def office(self) -> Path:
        """The data folder of the office."""
        return self.folder / "ufficio"

    @property
    def running(self) -> Program:
        """The program, which was started."""
        if self.program is None:
            raise DemoFailed("il programma non è stato avviato")
        return self.program

    @property
    def the_second(self) -> SecondPc:
        """The second PC, which there is."""
        if self.second is None:
            raise DemoFailed("il secondo PC non è stato preparato")
        return self.second

    @property
    def window(self) -> MainWindow:
        """The window of the open office."""
        front = self.running.front
        if not isinstance(front, MainWindow):
            raise DemoFailed("la finestra dell'ufficio non è aperta")
        return front

    @property
    def desk(self) -> Desk:
        """The open office."""
        return self.window.page.around.desk

    def page(self, kind: type[P]) -> P:
        """The page in front, which must be of this kind."""
        front = self.window.page
        if not isinstance(front, kind):
            raise DemoFailed(f"davanti c'è la pagina «{front.title}», non «{kind.title}»")
        return front

    def go_to(self, kind: type[P]) -> P:
        """Choose a page in the navigation, with the mouse; returns it once it shows what there is."""
        navigation = self.window.navigation.list
        for row in range(navigation.count()):
            entry = navigation.item(row)
            if entry.data(Qt.ItemDataRole.UserRole) == kind.name:
                self.hands.click_at(navigation.viewport(), navigation.visualItemRect(entry).center())
        self.hands.settle()
        return self.page(kind)
