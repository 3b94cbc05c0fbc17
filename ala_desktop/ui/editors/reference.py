"""Editor for a reference to another record: type a few letters and choose; never an id in sight."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QStringListModel, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView, QToolButton, QWidget

from ala_desktop.fields.kinds import Reference
from ala_desktop.fields.values import Value, ValueProblem
from ala_desktop.services.lookup import Found
from ala_desktop.ui.editors.base import Editor, Means
from ala_desktop.ui.icons import icon
from ala_desktop.ui.work import Job, Lane


class ReferenceEditor(Editor):
    """Shows the name of the record; what is typed finds others of its kind."""

    def __init__(self, kind: Reference, means: Means, parent: QWidget | None = None) -> None:
        super().__init__(kind, means, parent)
        self._to = kind.to
        self._id: str | None = None
        self._name = ""
        self._found: list[Found] = []
        self._job: Job | None = None
        self.line = QLineEdit(self)
        self.line.setPlaceholderText("Scrivere per cercare")
        self.take(self.line)
        self._names = QStringListModel(self)
        self._completer = QCompleter(self._names, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setMaxVisibleItems(10)
        self._completer.setWrapAround(False)  # or the arrow down on the only entry would leave it
        self._completer.setWidget(self.line)
        self._popup = self._completer.popup() or QListView()
        self._popup.setProperty("role", "offers")
        self._completer.activated[QModelIndex].connect(self._choose)  # type: ignore[index]
        self.line.textEdited.connect(self._typed)
        self._open = QToolButton(self)
        self._open.setIcon(icon("open"))
        self._open.setAutoRaise(True)
        self._open.setToolTip("Apri la scheda collegata (Ctrl+Invio)")
        self._open.setAccessibleName("Apri la scheda collegata")
        self._open.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._open.clicked.connect(self.open_linked)
        self.row.addWidget(self._open)

    def put(self, value: Value) -> None:
        """Show the record's name; one that has not arrived yet is said to be so."""
        self._id = str(value) if value else None
        self._name = self.means.lookup.name_of(self._to, self._id) if self._id else ""
        self.line.setText(self._name)
        self.line.setCursorPosition(0)
        self._open.setEnabled(self._id is not None)

    def read(self) -> Value:
        """The id of the chosen record."""
        text = self.line.text().strip()
        if not text:
            return None
        if text != self._name:
            raise ValueProblem("scegliere una voce dall'elenco che si apre scrivendo")
        return self._id

    def open_linked(self) -> None:
        """Show the record that this refers to."""
        if self._id:
            self.means.open_record(self._to, self._id)

    def _typed(self, text: str) -> None:
        self.edited.emit()
        if self._job:
            self._job.stop()
        self._open.setEnabled(False)
        if not text.strip():
            self._popup.hide()
            return
        lookup, to = self.means.lookup, self._to

        def find(job: Job) -> list[Found]:
            return [] if job.stopped() else lookup.find(to, text)

        self._job = job = self.means.work.run(Lane.READ, find, lambda found: self._offer(job, found))

    def _offer(self, job: Job, found: list[Found]) -> None:
        if job is not self._job or not self.line.hasFocus():
            return
        self._found = found
        self._names.setStringList([f"{one.name}   {one.detail}".strip() for one in found])
        self._completer.complete()
        self._popup.setCurrentIndex(self._popup.model().index(0, 0))  # what Enter takes is seen to be so

    def _choose(self, index: QModelIndex) -> None:
        one = self._found[index.row()]
        self._id, self._name = one.id, one.name
        self.line.setText(one.name)
        self._open.setEnabled(True)
        self.edited.emit()
        self.left.emit()

    def lock(self, *, locked: bool) -> None:
        """A locked reference can still be opened."""
        self.line.setReadOnly(locked)

    def moves_on(self, event: QKeyEvent) -> bool:
        """Enter moves on unless the list is open; Ctrl+Enter opens the record."""
        if self._popup.isVisible():
            return False
        with_control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if with_control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open_linked()
            return False
        return super().moves_on(event)
