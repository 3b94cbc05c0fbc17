"""Step 6 of the day: a commission is made, sits, decides; its minutes are read, approved and printed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QMenu

from ala_desktop.demo import forms, interlude
from ala_desktop.demo.agenda_words import CALL, CLOSED, COURSE, FIRST_CASES, REMARKS, Treatment, treatments
from ala_desktop.demo.clerk_work import NEW_UNIT, days_ago
from ala_desktop.demo.hands import CTRL, button
from ala_desktop.demo.people import COMMISSION, FAMILY, SITTERS, TENANT, Sitter
from ala_desktop.demo.stage import Stage
from ala_desktop.demo.trouble import DemoFailed
from ala_desktop.fields.values import show_date
from ala_desktop.services.sittings.sitting_file import SittingFile
from ala_desktop.ui.pages.sittings.dialogs import AskText, ChooseCases, ConfirmApproval, NewMember, NewSitting
from ala_desktop.ui.pages.sittings.page import SittingsPage
from ala_desktop.ui.pages.sittings.screen import SittingScreen

DRAFT, MINUTES = "verbale-bozza.pdf", "verbale.pdf"
_CONFLICT_ITEM = 5


def sit(stage: Stage) -> str:
    """The whole sitting; returns its id."""
    stage.go_to(SittingsPage)
    _make_commission(stage)
    screen = _open_sitting(stage)
    _call_the_roll(stage, screen)
    _build_agenda(stage, screen)
    for number, treatment in enumerate(treatments(NEW_UNIT), start=1):
        _treat(stage, screen, number, treatment)
    _mend_what_is_missing(stage, screen)
    stage.hands.click(screen.reading)
    _until(stage, screen, lambda file: file.sitting["state"] == "in_lettura", "la seduta in lettura")
    _print(stage, screen, stage.out / DRAFT)
    screen = _be_interrupted(stage)
    _approve(stage, screen)
    _print(stage, screen, stage.out / MINUTES)
    sitting = screen.session.sitting_id
    forms.leave(stage, stage.page(SittingsPage))
    stage.pictures.take("commissioni")
    return sitting


def _until(stage: Stage, screen: SittingScreen, holds: Callable[[SittingFile], object], what: str) -> None:
    stage.hands.settle()
    stage.hands.until(lambda: holds(screen.session.known), what)
    stage.hands.settle()


# --- the body ----------------------------------------------------------------------------------------------------


def _make_commission(stage: Stage) -> None:
    page = stage.page(SittingsPage)
    view = forms.begin(stage, page, 1)
    texts = {
        "name": COMMISSION, "body": "Commissione Casa", "quorum": "3", "place": "Sala consiliare, Piazza Dante 1",
        "established_by": "Delibera di Giunta comunale n. 12", "active": "Sì",
    }  # fmt: skip
    forms.fill(stage, view, texts)
    row = forms.save(stage, view)
    for sitter in SITTERS:
        stage.hands.attendant.expect(NewMember, lambda dialog, one=sitter: _add_member(stage, dialog, one))
        stage.hands.click(button(stage.window, "Aggiungi componente"))
        stage.hands.settle()
    found = len(stage.desk.find("commission_member", commission_id=row.id))
    if found != len(SITTERS):
        raise DemoFailed(f"la commissione ha {found} componenti invece di {len(SITTERS)}")
    stage.pictures.take("commissione")
    forms.leave(stage, page)


def _add_member(stage: Stage, dialog: NewMember, sitter: Sitter) -> None:
    hands = stage.hands
    hands.type(dialog.name, sitter.name)
    hands.pick(dialog.role, sitter.role)
    hands.type(dialog.position, sitter.position)
    hands.click(dialog.yes)


# --- opening -----------------------------------------------------------------------------------------------------


def _open_sitting(stage: Stage) -> SittingScreen:
    page, hands = stage.page(SittingsPage), stage.hands
    forms.to_tab(stage, page, 0)
    hands.attendant.expect(NewSitting, lambda dialog: hands.click(dialog.yes))
    hands.key(stage.window, Qt.Key.Key_N, CTRL)
    hands.until(lambda: page.sitting is not None and page.sitting.session.file is not None, "la seduta aperta")
    hands.settle()
    if page.sitting is None:
        raise DemoFailed("la seduta non si è aperta")
    for name, text in {**COURSE, "convocation": f"Prot. 5120 del {show_date(days_ago(stage, 10))}"}.items():
        hands.fill(page.sitting.course.fields[name], text)
    hands.fill(page.sitting.course.fields["remarks"], REMARKS)
    hands.settle()
    return page.sitting


def _call_the_roll(stage: Stage, screen: SittingScreen) -> None:
    hands, table = stage.hands, screen.roll.table
    hands.go_to(table)
    hands.key(table, Qt.Key.Key_Home, CTRL)
    for letter in CALL:
        hands.write(table, letter.lower())
    _until(
        stage, screen, lambda file: all(row["presence"] for row in file.attendance) and file.meeting.quorum.met,
        "l'appello e il numero legale",
    )  # fmt: skip
    stage.pictures.take("seduta-appello")


def _build_agenda(stage: Stage, screen: SittingScreen) -> None:
    hands = stage.hands
    hands.attendant.expect(ChooseCases, lambda dialog: _choose_cases(stage, dialog))
    hands.click(screen.agenda.cases)
    hands.settle()
    hands.attendant.expect(QMenu, lambda menu: _last_of(stage, menu))
    hands.attendant.expect(AskText, lambda dialog: hands.click(dialog.yes))
    hands.click(screen.agenda.more)
    wanted = len(treatments(NEW_UNIT))
    _until(stage, screen, lambda file: len(file.items) == wanted, f"{wanted} punti all'ordine del giorno")
    hands.go_to(screen.agenda.table)
    hands.key(screen.agenda.table, Qt.Key.Key_Home, CTRL)
    hands.settle()


def _choose_cases(stage: Stage, dialog: ChooseCases) -> None:
    """None, then the oldest ones with Space, then two by name."""
    hands, cases = stage.hands, dialog.list
    hands.click(button(dialog, "Nessuna"))
    hands.go_to(cases)
    hands.key(cases, Qt.Key.Key_Home)
    for _ in range(FIRST_CASES):
        hands.key(cases, Qt.Key.Key_Space)
        hands.key(cases, Qt.Key.Key_Down)
    for who in (FAMILY[0], TENANT):
        hands.type(dialog.search, who.full_name)
        _check_only(stage, cases, who.full_name)
    hands.clear(dialog.search)
    if len(dialog.chosen) != FIRST_CASES + 2:
        raise DemoFailed(f"risultano scelte {len(dialog.chosen)} pratiche")
    stage.pictures.take("seduta-pratiche")
    hands.click(dialog.yes)


def _check_only(stage: Stage, cases: QListWidget, name: str) -> None:
    seen = [cases.item(row) for row in range(cases.count()) if not cases.item(row).isHidden()]
    if len(seen) != 1:
        raise DemoFailed(f"tra le pratiche in attesa «{name}» compare {len(seen)} volte")
    stage.hands.click_at(cases.viewport(), cases.visualItemRect(seen[0]).center())
    stage.hands.key(cases, Qt.Key.Key_Space)


def _last_of(stage: Stage, menu: QMenu) -> None:
    """Take the last entry of a menu: varie ed eventuali."""
    for _ in menu.actions():
        stage.hands.key(menu, Qt.Key.Key_Down)
    stage.hands.key(menu, Qt.Key.Key_Return)


# --- the items ---------------------------------------------------------------------------------------------------


def _treat(stage: Stage, screen: SittingScreen, number: int, done: Treatment) -> None:
    hands, item = stage.hands, screen.item
    hands.key(screen, Qt.Key.Key_PageDown, CTRL)
    hands.settle()
    row = screen.session.known.items[number - 1]
    if screen.stack.currentWidget() is not item or item.item_id != row.id:
        raise DemoFailed(f"il punto {number} non si è aperto")
    for name, text in {"treated_at": done.hour, **done.texts}.items():
        hands.fill(item.fields[name], text)
    hands.settle()
    _vote(stage, screen, done)
    for name, text in done.after.items():
        forms.fill_box(stage, item.fields[name], text)
    hands.settle()
    if number == _CONFLICT_ITEM:
        stage.pictures.take("seduta")


def _vote(stage: Stage, screen: SittingScreen, done: Treatment) -> None:
    hands, votes = stage.hands, screen.item.votes
    if done.conflict:
        _press_on(stage, screen, done.conflict, "X")
    if done.favour == "F8":
        hands.key(screen, Qt.Key.Key_F8)
    elif done.favour:
        hands.click(button(votes, done.favour))
    hands.settle()
    for name, letter in done.letters.items():
        names = [line.cells[0] for line in votes.table.grid.lines if line.live] if name == "*" else [name]
        for one in names:
            _press_on(stage, screen, one, letter)


def _press_on(stage: Stage, screen: SittingScreen, name: str, letter: str) -> None:
    """Type a letter on a voter's line."""
    hands, table = stage.hands, screen.item.votes.table
    place = [line.cells[0] for line in table.grid.lines].index(name)
    hands.go_to(table)
    hands.key(table, Qt.Key.Key_Home, CTRL)
    for _ in range(place):
        hands.key(table, Qt.Key.Key_Down)
    hands.write(table, letter.lower())
    hands.settle()


# --- the end -----------------------------------------------------------------------------------------------------


def _mend_what_is_missing(stage: Stage, screen: SittingScreen) -> None:
    """Ask what is missing, go there with Enter, mend it: the hour of the end."""
    hands = stage.hands
    hands.click(screen.missing)
    hands.until(lambda: screen.stack.currentWidget() is screen.obstacles, "l'elenco di ciò che manca")
    hands.settle()
    stage.pictures.take("seduta-cosa-manca")
    listed = [screen.obstacles.list.item(row).text() for row in range(screen.obstacles.list.count())]
    if len(listed) != 1:
        raise DemoFailed("prima di approvare manca ancora: " + " ".join(listed))
    hands.key(screen.obstacles.list, Qt.Key.Key_Return)
    hands.settle()
    hands.fill(screen.course.fields["closed_at"], CLOSED)
    hands.settle()


def _be_interrupted(stage: Stage) -> SittingScreen:
    """The telephone, then back to the minutes: their screen, opened anew."""
    page = stage.page(SittingsPage)
    interlude.telephone(stage)
    interlude.back_to_the_sitting(stage)
    if page.sitting is None or page.sitting.session.file is None:
        raise DemoFailed("dalla pagina Oggi non si torna alla seduta")
    return page.sitting


def _print(stage: Stage, screen: SittingScreen, target: Path) -> None:
    stage.hands.attendant.expect_file(target)
    stage.hands.click(screen.print)
    stage.hands.until(target.exists, f"la stampa di {target.name}")
    stage.hands.settle()


def _approve(stage: Stage, screen: SittingScreen) -> None:
    hands = stage.hands
    hands.attendant.expect(ConfirmApproval, lambda dialog: _confirm(stage, dialog))
    hands.click(screen.approve)
    _until(stage, screen, lambda file: file.approved, "il verbale approvato")
    hands.attendant.finished()
    stage.pictures.take("seduta-approvata")


def _confirm(stage: Stage, dialog: ConfirmApproval) -> None:
    stage.pictures.take("seduta-approvazione")
    stage.hands.click(dialog.yes)
