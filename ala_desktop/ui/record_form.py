"""The form of a record: fields in the order of their layout, checks beside them, a draft on leaving, one save.

It is built from the record's spec and its layout. Pages put panels (members, history) under it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ala_desktop.core.errors import Mendable
from ala_desktop.fields.values import Value
from ala_desktop.services.drafts import Draft
from ala_desktop.services.forms import Forms
from ala_desktop.services.row import Row
from ala_desktop.services.units import ToConfirm
from ala_desktop.sync.capture import Change
from ala_desktop.ui.ask import confirm
from ala_desktop.ui.editors.base import Means
from ala_desktop.ui.field_box import FieldBox, readable
from ala_desktop.ui.form_grid import lay_out
from ala_desktop.ui.layouts.choose import LAYOUTS
from ala_desktop.ui.message import MessageStrip
from ala_desktop.ui.page import Surroundings
from ala_desktop.ui.phrases import counted, local_day_and_time
from ala_desktop.ui.theme import STEP
from ala_desktop.ui.work import Lane


class RecordForm(QWidget):
    """Shows and saves one record of one kind.

    Attributes:
        companions: asked at each save, on the writing thread, for changes of other records that go with it.

    Signals:
        saved(object): the row as it now stands.
        touched(): whether there is something to save may have changed.
    """

    saved = Signal(object)
    touched = Signal()

    def __init__(
        self, around: Surroundings, forms: Forms, means: Means, kind: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._around, self._forms = around, forms
        self.spec = around.desk.catalog[kind]
        self.row: Row = forms.blank(kind)
        self.companions: Callable[[Row, dict[str, Value]], Sequence[Change]] | None = None
        self._after_save: Callable[[Row], None] | None = None
        self._saving = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        self.strip = MessageStrip(self)
        self._notice, self._notice_text = self._make_notice()
        column.addWidget(self.strip)
        column.addWidget(self._notice)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget(area)
        self.panels = QVBoxLayout(inside)
        self.panels.setContentsMargins(0, 0, STEP, STEP)
        self.panels.setSpacing(STEP * 2)
        self.boxes: dict[str, FieldBox] = lay_out(self.spec, LAYOUTS[kind], means, inside, self.panels)
        area.setWidget(inside)
        self._area = area
        column.addWidget(area, 1)
        for box in self.boxes.values():
            box.edited.connect(self._edited)
            box.left.connect(self._left)
            box.passed.connect(self._pass)

    def _make_notice(self) -> tuple[QFrame, QLabel]:
        frame = QFrame(self)
        frame.setProperty("role", "notice")
        inside = QHBoxLayout(frame)
        inside.setContentsMargins(STEP + 4, STEP // 2, STEP + 4, STEP // 2)
        text = QLabel(frame)
        text.setWordWrap(True)
        drop = QPushButton("Scarta la bozza", frame)
        drop.setProperty("link", "true")
        drop.clicked.connect(self.drop_draft)
        inside.addWidget(text, 1)
        inside.addWidget(drop)
        frame.hide()
        return frame, text

    # --- showing ---------------------------------------------------------------------------------------------------

    def show_row(self, row: Row, draft: Draft | None = None) -> None:
        """Show a record, and on top of it what was typed and not saved."""
        self.row = row
        self.strip.clear()
        typed = draft.typed if draft else {}
        for name, box in self.boxes.items():
            box.put(typed.get(name, row.get(name)))
        self._doubt()
        differing = [name for name, value in typed.items() if value != row.get(name)]
        self._notice.setVisible(bool(draft and differing))
        if draft and differing:
            when = local_day_and_time(draft.at)
            self._notice_text.setText(f"Ripresa la bozza del {when}, non ancora salvata. Ctrl+S la salva.")
        self._area.verticalScrollBar().setValue(0)
        self.touched.emit()

    def prefill(self, values: Mapping[str, Value]) -> None:
        """Propose values in a new record."""
        for name, value in values.items():
            self.boxes[name].put(value)
        self.touched.emit()

    def lock(self, *, locked: bool) -> None:
        """Let it be read but not changed."""
        for box in self.boxes.values():
            box.editor.lock(locked=locked)

    def focus_first(self) -> None:
        """Go to the first field."""
        next(iter(self.boxes.values())).editor.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def saving(self) -> bool:
        """Whether a save is under way."""
        return self._saving

    @property
    def is_new(self) -> bool:
        """Whether the record was never saved."""
        return self._forms.is_new(self.row)

    # --- what was typed --------------------------------------------------------------------------------------------

    def readable(self) -> dict[str, Value]:
        """The values that stand in the fields, without those that cannot be read."""
        return readable(self.boxes)

    def changes(self) -> dict[str, Value]:
        """Fields whose readable value differs from the record's."""
        return {name: value for name, value in self.readable().items() if value != self.row.get(name)}

    @property
    def dirty(self) -> bool:
        """Whether there is something to save, readable or not."""
        return bool(self.changes()) or any(box.problem for box in self.boxes.values())

    def _edited(self, _: str) -> None:
        self.touched.emit()

    def _left(self, name: str) -> None:
        """A field was left: fill what follows from it, say what disagrees, keep a draft."""
        values = self.readable()
        if name in values and values[name] != self.row.get(name):
            for other, value in self._forms.fill(self.spec.kind, values).items():
                self.boxes[other].put(value)
        self._doubt()
        self.keep_draft()
        self.touched.emit()

    def _doubt(self) -> None:
        doubts = self._forms.doubts(self.spec.kind, self.readable())
        for name, box in self.boxes.items():
            if not box.problem:
                box.check(doubt=doubts.get(name, ""))

    def keep_draft(self) -> None:
        """Keep what was typed, in the background; nothing typed keeps nothing."""
        if self._saving:
            return
        row, changes = self.row, self.changes()
        base = None if self.is_new else row.position
        self._write_draft(lambda: self._forms.drafts.keep(row.kind, row.id, base, changes))

    def drop_draft(self) -> None:
        """Let go of what was typed and show the record as it is saved."""
        row = self.row
        self._write_draft(lambda: self._forms.drafts.drop(row.id))
        self.show_row(row)
        self.focus_first()

    def _write_draft(self, write: Callable[[], None]) -> None:
        """In the background; then whoever lists drafts reads them anew: a page may have been shown meanwhile."""
        self._around.work.run(Lane.WRITE, lambda _: write(), lambda _: self._around.wishes.drafted.emit())

    def _pass(self, name: str) -> None:
        """Enter: on to the next field in the order of the layout; after the last one, stay."""
        names = list(self.boxes)
        for other in names[names.index(name) + 1 :]:
            if self.boxes[other].editor.main.isEnabled():
                self.boxes[other].editor.setFocus(Qt.FocusReason.TabFocusReason)
                self._area.ensureWidgetVisible(self.boxes[other])
                return

    # --- saving ----------------------------------------------------------------------------------------------------

    def save(self, after: Callable[[Row], None] | None = None) -> None:
        """Check everything, then save; `after` is called with the saved row, on the window's thread."""
        if self._saving:
            return
        for box in self.boxes.values():
            box.editor.settle()
        wrong = [name for name, box in self.boxes.items() if not box.check(whole=True)]
        self._doubt()
        if wrong:
            self._list_wrong(wrong)
            return
        changes = self.changes()
        if not changes and not self.is_new:
            self.strip.clear()
            self._around.wishes.say.emit("Nessuna modifica da salvare")
            if after:
                after(self.row)
            return
        self._after_save = after
        self._send(changes, confirmed=False)

    def _send(self, changes: dict[str, Value], *, confirmed: bool) -> None:
        self._saving = True
        row, companions = self.row, self.companions

        def store(_: object) -> Row:
            with_it = companions(row, changes) if companions else ()
            return self._forms.save(row, changes, confirmed=confirmed, with_it=with_it)

        self._around.work.run(
            Lane.WRITE,
            store,
            self._stored,
            lambda problem: self._refused(problem, changes),
        )

    def _stored(self, row: Row) -> None:
        self._saving = False
        self.show_row(row)
        self._around.wishes.say.emit(f"{self.spec.label}: scheda salvata")
        self.saved.emit(row)
        self._around.wishes.exchanged.emit()  # the save may have settled a correction
        after, self._after_save = self._after_save, None
        if after:
            after(row)

    def _refused(self, problem: Mendable, changes: dict[str, Value]) -> None:
        self._saving = False
        if isinstance(problem, ToConfirm):
            if confirm(self, problem.title, "\n".join(problem.questions), "Sì, salva"):
                self._send(changes, confirmed=True)
            return
        self.strip.tell(problem.title, problem.cause, problem.next_step)

    def _list_wrong(self, names: list[str]) -> None:
        """What must be corrected, each a button that leads to its field."""
        self.strip.tell(
            counted(len(names), "campo da correggere", "campi da correggere"), "La scheda non è ancora salvata."
        )
        for name in names[:4]:
            box = self.boxes[name]
            button = QPushButton(f"{box.field.label}: {box.problem}", self)
            button.setProperty("link", "tight")
            button.clicked.connect(lambda _=False, target=box: self._jump(target))
            self.strip.below.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        QTimer.singleShot(0, lambda: self._jump(self.boxes[names[0]]))

    def _jump(self, box: FieldBox) -> None:
        box.editor.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._area.ensureWidgetVisible(box)
