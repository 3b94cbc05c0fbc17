"""Steps 4, 5 and 7 of the day: the PC is linked, exchanges, confirms the second one, decides a discordant value."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from ala_desktop.demo import forms
from ala_desktop.demo.clerk_work import CHANGED_UNIT
from ala_desktop.demo.hands import button
from ala_desktop.demo.people import BELFIORE, FAMILY
from ala_desktop.demo.second_pc import SecondPc
from ala_desktop.demo.stage import Stage
from ala_desktop.demo.trouble import DemoFailed
from ala_desktop.services.sharing.conflicts import Conflicts
from ala_desktop.services.sharing.exchange import Report
from ala_desktop.services.sittings.course import Sittings
from ala_desktop.services.soundness import Soundness
from ala_desktop.ui.pages.exchange.confirm_device import ConfirmDevice
from ala_desktop.ui.pages.exchange.page import ExchangePage
from ala_desktop.ui.pages.records import UnitsPage

HERE, THERE = "Via Roma, cortile interno", "Via Roma angolo Via Verdi"
"""What the clerk and the colleague write into the same address, without having seen each other's."""


def link(stage: Stage) -> None:
    """Join the hub with its one-time code, then exchange for the first time."""
    hands = stage.hands
    page = stage.go_to(ExchangePage)
    hands.type(page.link.address, stage.hub.url)
    hands.type(page.link.code, stage.hub.invite(BELFIORE))
    hands.type(page.link.name, "Ufficio")
    stage.pictures.take("scambio-collegamento")
    hands.key(page.link.name, Qt.Key.Key_Return)
    hands.until(page.band.isVisible, "il collegamento ad ALA")
    hands.settle()
    report = exchange(stage)
    if not report.sent or report.acknowledged != report.sent:
        raise DemoFailed(f"inviate {report.sent} modifiche, ne risultano registrate {report.acknowledged}")


def exchange(stage: Stage) -> Report:
    """Press the big button and wait for the account."""
    hands = stage.hands
    front = stage.window.page
    page = front if isinstance(front, ExchangePage) else stage.go_to(ExchangePage)
    hands.click(page.band.go)
    hands.until(lambda: not page.band.running, "la fine dello scambio")
    hands.settle()
    if page.band.report is None:
        raise DemoFailed(f"lo scambio non è riuscito: {page.band.strip.accessibleName()}")
    if page.band.report.rejected:
        raise DemoFailed(f"lo scambio ha rifiutato {page.band.report.rejected}")
    stage.reports.append(page.band.report)
    return page.band.report


def second_pc(stage: Stage) -> SecondPc:
    """Another PC of the comune receives everything, and is confirmed after its digits were compared."""
    second = stage.second = SecondPc(stage.folder / "secondo-pc", stage.hub)
    received = second.exchange().received
    if received != stage.reports[0].acknowledged:
        raise DemoFailed(f"il secondo PC ha ricevuto {received} modifiche invece di {stage.reports[0].acknowledged}")
    exchange(stage)
    _confirm(stage, second)
    second.exchange()
    _reads_reserved_notes(second)
    return second


def _confirm(stage: Stage, second: SecondPc) -> None:
    hands, page = stage.hands, stage.page(ExchangePage)
    _turn_to(stage, page, page.devices)
    stage.pictures.take("scambio-pc")
    hands.attendant.expect(ConfirmDevice, lambda dialog: _compare(stage, dialog, second))
    hands.click(button(page.devices, "Confronta e conferma…"))
    hands.settle()
    hands.attendant.finished()


def _turn_to(stage: Stage, page: ExchangePage, panel: QWidget) -> None:
    tabs = page.tabs.tabBar()
    stage.hands.click_at(tabs, tabs.tabRect(page.tabs.indexOf(panel)).center())
    stage.hands.settle()


def _compare(stage: Stage, dialog: ConfirmDevice, second: SecondPc) -> None:
    if second.digits not in {label.text() for label in dialog.findChildren(QLabel)}:
        raise DemoFailed("le cifre sui due schermi sono diverse")
    stage.pictures.take("scambio-conferma")
    stage.hands.click(button(dialog, "Sono uguali: conferma"))
    second.confirm(stage.desk.me.device)


def _reads_reserved_notes(second: SecondPc) -> None:
    found = second.desk.find("housing_application", applicant=FAMILY[0].full_name)
    if not found or not found[0]["notes"]:
        raise DemoFailed("il secondo PC, confermato, non legge le note riservate")


def disagree(stage: Stage) -> None:
    """Both PCs write the same address; the clerk finds the discordant value and decides."""
    second = stage.the_second
    second.write(second.the_unit(CHANGED_UNIT), address=THERE)
    second.exchange()
    units = stage.go_to(UnitsPage)
    view = forms.search(stage, units, CHANGED_UNIT)
    forms.fill(stage, view, {"address": HERE})
    forms.save(stage, view)
    forms.leave(stage, units)
    exchange(stage)
    stage.conflicts_found = Conflicts(stage.desk).count()
    _decide(stage)
    for one in (lambda: exchange(stage), second.exchange):
        one()
    left = Conflicts(stage.desk).count() + Conflicts(second.desk).count()
    if left:
        raise DemoFailed(f"restano {left} dati discordanti")
    agree(stage)


def _decide(stage: Stage) -> None:
    """Arrow to the value of the other PC, Enter."""
    hands, page = stage.hands, stage.page(ExchangePage)
    stage.go_to(UnitsPage)
    stage.go_to(ExchangePage)
    hands.until(lambda: page.conflicts.detail.cards, "il dato discordante")
    hands.settle()
    card = page.conflicts.detail.cards[0]
    texts = {str(card.conflict.in_force.value), str(card.conflict.parked.value)}
    if texts != {HERE, THERE} or stage.conflicts_found != 1:
        raise DemoFailed(f"{stage.conflicts_found} dati discordanti, con i valori {sorted(texts)}")
    stage.pictures.take("dati-discordanti")
    hands.go_to(card.buttons[0])
    if card.conflict.in_force.value != THERE:
        hands.key(card.buttons[0], Qt.Key.Key_Right)
        hands.key(card.buttons[1], Qt.Key.Key_Return)
    else:
        hands.key(card.buttons[0], Qt.Key.Key_Return)
    hands.until(lambda: not Conflicts(stage.desk).count(), "la scelta del valore")
    hands.settle()
    stage.decided_value = stage.desk.find("housing_unit", code=CHANGED_UNIT)[0].text("address")


def agree(stage: Stage) -> None:
    """Both PCs have the same digest at the same place in the log, and each is sound.

    Raises:
        DemoFailed: they have not, or `verify` finds something.
    """
    here, there = Soundness(stage.desk), stage.the_second.soundness
    if here.digest() != there.digest():
        raise DemoFailed(f"le impronte dei due PC sono diverse: {here.digest()} e {there.digest()}")
    for name, soundness in (("primo", here), ("secondo", there)):
        wrong = soundness.verify()
        if wrong:
            raise DemoFailed(f"la verifica del {name} PC trova {len(wrong)} differenze: {wrong[:3]}")


def send_minutes(stage: Stage, sitting: str) -> None:
    """The closed minutes leave; the second PC receives them, frozen and with their number."""
    page = stage.go_to(ExchangePage)
    _turn_to(stage, page, page.waiting)
    stage.pictures.take("scambio-da-inviare")
    exchange(stage)
    _turn_to(stage, page, page.recent)
    stage.pictures.take("scambio")
    second = stage.the_second
    second.exchange()
    here, there = Sittings(stage.desk).file(sitting), Sittings(second.desk).file(sitting)
    if not there.approved or there.number != here.number or len(there.items) != len(here.items):
        raise DemoFailed(f"il secondo PC ha il verbale {there.number or 'senza numero'}, con {len(there.items)} punti")
    agree(stage)
