"""Asking for a file: the system's own dialog where there is one, else Qt's, in Italian either way."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QDir
from PySide6.QtWidgets import QFileDialog, QWidget


def ask_open(parent: QWidget, title: str, kinds: str) -> Path | None:
    """An existing file; None when the clerk thinks better of it. `kinds` as `Registri (*.csv *.xlsx)`."""
    dialog = chooser(parent, title, kinds)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    return _answer(dialog)


def ask_save(parent: QWidget, title: str, suggested: str, kinds: str) -> Path | None:
    """Where to save; None when the clerk thinks better of it. The suggested name's ending is added if none is typed."""
    dialog = chooser(parent, title, kinds)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(Path(suggested).suffix.removeprefix("."))
    dialog.selectFile(suggested)
    return _answer(dialog)


def chooser(parent: QWidget | None, title: str, kinds: str) -> QFileDialog:
    """A dialog that starts in the clerk's own folder, with the labels that Qt's Italian lacks."""
    dialog = QFileDialog(parent, title, QDir.homePath(), kinds)
    dialog.setLabelText(QFileDialog.DialogLabel.LookIn, "Cerca in:")
    dialog.setLabelText(QFileDialog.DialogLabel.FileType, "Tipo di file:")
    return dialog


def _answer(dialog: QFileDialog) -> Path | None:
    chosen = dialog.selectedFiles() if dialog.exec() else []
    dialog.deleteLater()
    return Path(chosen[0]) if chosen else None
