"""While the chair reads the minutes the telephone rings: a form left in the middle, found again on the page Oggi."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton

from ala_desktop.demo import forms
from ala_desktop.demo.people import CALLER
from ala_desktop.demo.stage import Stage
from ala_desktop.demo.trouble import DemoFailed
from ala_desktop.services.drafts import Drafts
from ala_desktop.ui.pages.records import PeoplePage
from ala_desktop.ui.pages.today import TodayPage


def telephone(stage: Stage) -> None:
    """Begin a person, be called away, look at Oggi, go on from there and save."""
    page = stage.go_to(PeoplePage)
    view = forms.begin(stage, page, 1)
    forms.fill(stage, view, {"surname": CALLER.surname, "name": CALLER.name, "phone": "0371 555 0142"})
    forms.leave(stage, page)
    left = Drafts(stage.desk).all()
    if [draft.kind for draft in left] != ["person"]:
        raise DemoFailed(f"le schede lasciate a metà sono {len(left)}")
    stage.go_to(TodayPage)
    stage.pictures.take("oggi")
    stage.hands.click(_lead(stage, CALLER.full_name))
    stage.hands.settle()
    view = forms.open_view(stage.page(PeoplePage))
    forms.fill(stage, view, {"fiscal_code": CALLER.fiscal_code})
    row = forms.save(stage, view)
    if (row["surname"], row["birth_date"]) != (CALLER.surname, CALLER.born.isoformat()):
        raise DemoFailed("la scheda lasciata a metà non è tornata com'era")
    forms.leave(stage, stage.page(PeoplePage))


def back_to_the_sitting(stage: Stage) -> None:
    """From Oggi to the open sitting, by its line."""
    stage.go_to(TodayPage)
    stage.hands.click(_lead(stage, "In lettura"))
    stage.hands.settle()


def _lead(stage: Stage, words: str) -> QPushButton:
    """The line of the page Oggi that has these words in it."""
    found = [one for one in stage.window.page.findChildren(QPushButton) if one.isVisible() and words in one.text()]
    if len(found) != 1:
        raise DemoFailed(f"nella pagina Oggi «{words}» compare {len(found)} volte")
    return found[0]
