"""The discordant values of one record, a card each; arrows move between them, Enter decides and goes to the next."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from ala_desktop.services.sharing.conflicts import Choice, Conflict
from ala_desktop.services.sharing.save_words import SaveWords
from ala_desktop.ui.editors.base import Means
from ala_desktop.ui.page import Surroundings
from ala_desktop.ui.pages.exchange import wording
from ala_desktop.ui.pages.exchange.conflict_card import ConflictCard
from ala_desktop.ui.theme import STEP, name_font

_HOW = "Le frecce scelgono il valore, Invio lo conferma e passa al successivo. Ogni scelta si può annullare."
_DECIDE = "Le frecce scelgono il valore, Invio lo conferma: vale per il Comune, a firma di ALA."
_LATE = (
    "Questi valori sono arrivati quando il verbale era già approvato, e non lo cambiano. Se sono quelli giusti, va "
    "verbalizzata una rettifica in una seduta successiva."
)

_WITHOUT_PAGE = frozenset({"comune", "clerk"})
"""Kinds that no page opens."""


class ConflictDetail(QWidget):
    """The values of one record.

    Signals:
        decided(object, object): a `Conflict` and the `Choice` for it; its card is gone already.
        referred(object): a `Conflict` to leave to ALA, or to take back from it.
        emptied(): the last card was decided.
    """

    decided = Signal(object, object)
    referred = Signal(object)
    emptied = Signal()

    def __init__(
        self, around: Surroundings, means: Means, parent: QWidget | None = None, *, agency: bool = False
    ) -> None:
        """`agency`: ALA decides what a comune left to it; the record is not opened on a page."""
        super().__init__(parent)
        self._around, self._means, self._agency = around, means, agency
        self._words = SaveWords(around.desk)
        self.cards: list[ConflictCard] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        column.addLayout(self._top())
        self.hint = QLabel(self)
        self.hint.setProperty("role", "muted")
        self.hint.setWordWrap(True)
        column.addWidget(self.hint)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget(area)
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, STEP, 0)
        self._column.setSpacing(STEP)
        self._column.addStretch(1)
        area.setWidget(inside)
        self._area = area
        column.addWidget(area, 1)

    def _top(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.title = QLabel(self)
        self.title.setFont(name_font(self.font()))
        self.title.setWordWrap(True)
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.open = QPushButton("Apri la scheda", self)
        self.open.setProperty("link", "true")
        self.open.clicked.connect(self._open)
        row.addWidget(self.title, 1)
        row.addWidget(self.open)
        return row

    def show_conflicts(self, name: str, conflicts: list[Conflict]) -> None:
        """Show the values of the record of this name; cards that stand already stay as they are, with the focus."""
        self.title.setText(wording.breakable(name))
        self.open.setVisible(bool(conflicts) and not self._agency and conflicts[0].kind not in _WITHOUT_PAGE)
        late = bool(conflicts) and conflicts[0].rectification
        how = _DECIDE if self._agency else _HOW
        self.hint.setText(_LATE if late else how if conflicts else "")
        if [card.conflict for card in self.cards] == conflicts:
            return
        focused = self._focused()
        held = (self.cards[focused[0]].conflict.id, focused[1]) if focused else None
        standing = {card.conflict: card for card in self.cards}
        cards = [standing.pop(conflict, None) or self._card(conflict) for conflict in conflicts]
        for card in standing.values():
            self._remove(card)
        for place, card in enumerate(cards):
            self._column.insertWidget(place, card)
        self.cards = cards
        if held and not self._focused():
            self._focus_card(next((n for n, card in enumerate(cards) if card.conflict.id == held[0]), 0), held[1])

    def _card(self, conflict: Conflict) -> ConflictCard:
        spec = self._around.desk.catalog[conflict.kind]
        card = ConflictCard(conflict, spec.fields.get(conflict.field), self._means, self, agency=self._agency)
        card.decided.connect(lambda choice, card=card: self._decide(card, choice))
        card.referred.connect(lambda card=card: self.referred.emit(card.conflict))
        card.moved.connect(lambda right, down, card=card: self._move(card, right, down))
        return card

    def _remove(self, card: ConflictCard) -> None:
        self._column.removeWidget(card)
        card.hide()
        card.deleteLater()

    def _decide(self, card: ConflictCard, choice: Choice) -> None:
        """Take the card away and go on to the next one."""
        place = self.cards.index(card)
        self.cards.remove(card)
        self._remove(card)
        if self.cards:
            self._focus_card(min(place, len(self.cards) - 1), 0)
        self.decided.emit(card.conflict, choice)
        if not self.cards:
            self.emptied.emit()

    def refer_focused(self) -> None:
        """Ctrl+R: leave the value with the focus to ALA, or take it back."""
        focused = self._focused()
        if focused and self.cards[focused[0]].may_refer:
            self.referred.emit(self.cards[focused[0]].conflict)

    # --- keyboard --------------------------------------------------------------------------------------------------

    def focus_first(self) -> None:
        """Go to the first value of the first card."""
        self._focus_card(0, 0)

    def _focus_card(self, place: int, side: int) -> None:
        if not 0 <= place < len(self.cards):
            return
        card = self.cards[place]
        if not card.buttons:
            return
        card.buttons[min(max(side, 0), len(card.buttons) - 1)].setFocus(Qt.FocusReason.OtherFocusReason)
        QTimer.singleShot(0, card, lambda: self._area.ensureWidgetVisible(card, 0, STEP))

    def _focused(self) -> tuple[int, int] | None:
        """Which card and button have the focus."""
        for place, card in enumerate(self.cards):
            for side, button in enumerate(card.buttons):
                if button.hasFocus():
                    return place, side
        return None

    def _move(self, card: ConflictCard, right: int, down: int) -> None:
        focused = self._focused()
        side = focused[1] if focused else 0
        place = self.cards.index(card) + down
        self._focus_card(min(max(place, 0), len(self.cards) - 1), side + right)

    def _open(self) -> None:
        if self.cards:
            conflict = self.cards[0].conflict
            self._around.wishes.open_record.emit(*self._words.to_open(conflict.kind, conflict.record))
