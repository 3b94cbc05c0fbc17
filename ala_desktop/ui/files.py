"""Asking for a file: the system's own dialog where there is one, else Qt's, in Italian either way."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QDir
from PySide6.QtWidgets import QFileDialog, QWidget


@dataclass
class LastFolder:
    """Where files were chosen last, as long as the program is open.

    Attributes:
        path: the folder; None before the first choice.
    """

    path: Path | None = None

    @property
    def start(self) -> Path:
        """Where to begin: the last folder, while it is there (a stick goes), else the clerk's own."""
        return self.path if self.path and self.path.is_dir() else Path(QDir.homePath())

    def note(self, chosen: Path) -> None:
        """A file was chosen here."""
        self.path = chosen.parent


def ask_open(parent: QWidget, title: str, kinds: str, last: LastFolder | None = None) -> Path | None:
    """An existing file; None when the clerk thinks better of it. `kinds` as `Registri (*.csv *.xlsx)`."""
    dialog = chooser(parent, title, kinds, last)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    return next(iter(_answer(dialog, last)), None)


def ask_open_several(parent: QWidget, title: str, kinds: str, last: LastFolder | None = None) -> list[Path]:
    """Existing files; none when the clerk thinks better of it."""
    dialog = chooser(parent, title, kinds, last)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    return _answer(dialog, last)


def ask_save(parent: QWidget, title: str, suggested: str, kinds: str, last: LastFolder | None = None) -> Path | None:
    """Where to save; None when the clerk thinks better of it. The suggested name's ending is added if none is typed."""
    dialog = chooser(parent, title, kinds, last)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(Path(suggested).suffix.removeprefix("."))
    dialog.selectFile(suggested)
    return next(iter(_answer(dialog, last)), None)


def chooser(parent: QWidget | None, title: str, kinds: str, last: LastFolder | None = None) -> QFileDialog:
    """A dialog that starts in the last folder or in the clerk's own, with the labels that Qt's Italian lacks."""
    dialog = QFileDialog(parent, title, str((last or LastFolder()).start), kinds)
    dialog.setLabelText(QFileDialog.DialogLabel.LookIn, "Cerca in:")
    dialog.setLabelText(QFileDialog.DialogLabel.FileType, "Tipo di file:")
    return dialog


def _answer(dialog: QFileDialog, last: LastFolder | None) -> list[Path]:
    chosen = [Path(file) for file in dialog.selectedFiles()] if dialog.exec() else []
    dialog.deleteLater()
    if last and chosen:
        last.note(chosen[0])
    return chosen
