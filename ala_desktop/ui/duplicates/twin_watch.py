"""Watches what is typed into a form for records that may be the same, and shows each under the field that says so."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from ala_desktop.fields.values import Value
from ala_desktop.rules.duplicates import KINDS
from ala_desktop.services.duplicate_verdicts import Decided, Verdicts
from ala_desktop.services.duplicates import Duplicates, Twin
from ala_desktop.services.row import Row
from ala_desktop.sync.capture import Change
from ala_desktop.ui.duplicates.link_dialog import LinkDialog
from ala_desktop.ui.duplicates.twin_notice import LINK, OPEN, TwinNotice
from ala_desktop.ui.page import Surroundings
from ala_desktop.ui.record_form import RecordForm
from ala_desktop.ui.work import Job, Lane

_PAUSE = 200
"""Milliseconds without a key after which what stands in the fields is looked for."""


class TwinWatch(QObject):
    """The notices of one form.

    Signals:
        looked(): what stands in the fields was looked for, and shown.

    Attributes:
        notices: what is shown, the surest first.
    """

    looked = Signal()

    def __init__(self, around: Surroundings, form: RecordForm) -> None:
        super().__init__(form)
        self._around, self._form = around, form
        self._duplicates, self._verdicts = Duplicates(around.desk), Verdicts(around.desk)
        self.notices: list[TwinNotice] = []
        self._apart: dict[str, set[str]] = {}
        self._job: Job | None = None
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self.look)
        if form.spec.kind in KINDS:
            form.touched.connect(self._pause.start)
            form.companions = self._said_apart

    def look(self) -> None:
        """Look in the background; what is shown stays until the answer is there."""
        if self._job:
            self._job.stop()
        kind, record, values = self._form.spec.kind, self._form.row.id, {**self._form.row.values}
        values.update(self._form.readable())
        duplicates = self._duplicates

        def find(job: Job) -> list[Twin]:
            return [] if job.stopped() else duplicates.of(kind, record, values)

        self._job = job = self._around.work.run(Lane.READ, find, lambda found: self._show(job, record, found))

    def _show(self, job: Job, record: str, found: Sequence[Twin]) -> None:
        if job is not self._job or record != self._form.row.id:
            return
        twins = [twin for twin in found if twin.id not in self._apart.get(record, ())]
        if twins != [notice.twin for notice in self.notices]:
            for notice in self.notices:
                notice.hide()
                notice.deleteLater()
            self.notices = [self._notice(twin) for twin in twins]
        self.looked.emit()

    def _notice(self, twin: Twin) -> TwinNotice:
        notice = TwinNotice(twin, self._form)
        notice.wanted.connect(lambda word: self._do(word, twin))
        boxes = self._form.boxes
        box = boxes.get(twin.field) or next(iter(boxes.values()))
        box.under.addWidget(notice)
        before: QWidget = box.editor.main
        for button in notice.buttons.values():
            QWidget.setTabOrder(before, button)  # Tab goes on into the notice, Enter on to the next field
            before = button
        notice.show()
        notice.announce()
        return notice

    # --- what the clerk decides --------------------------------------------------------------------------------------

    def _do(self, word: str, twin: Twin) -> None:
        if word == OPEN:
            self._form.keep_draft()
            self._around.wishes.open_record.emit(self._form.spec.kind, twin.id)
        elif word == LINK:
            self._form.save(lambda row: self._link(row, twin))  # whatever was typed is kept first
        else:
            self._keep_apart(twin)

    def _link(self, row: Row, twin: Twin) -> None:
        desk = self._around.desk
        dialog = LinkDialog(self._around, desk.get(row.kind, twin.id), row, twin.reason, self._form.window())
        dialog.exec()
        dialog.deleteLater()

    def _keep_apart(self, twin: Twin) -> None:
        """At once for a record that is there; for one that is not saved yet, together with its saving."""
        form, kind = self._form, self._form.spec.kind
        if form.is_new:
            self._apart.setdefault(form.row.id, set()).add(twin.id)
            self.look()
            return
        record, verdicts = form.row.id, self._verdicts

        def told(decided: Decided) -> None:
            self._around.wishes.decided.emit(decided)
            self.look()

        self._around.work.run(
            Lane.WRITE, lambda _: verdicts.dismiss(kind, record, twin.id), told, self._around.wishes.tell.emit
        )

    def _said_apart(self, row: Row, put: dict[str, Value]) -> list[Change]:
        """The verdicts that are saved together with a new record."""
        twins = self._around.desk.many(row.kind, sorted(self._apart.pop(row.id, ())))
        return [self._verdicts.dismissal(twin, row.id, {**row.values, **put}) for twin in twins]
