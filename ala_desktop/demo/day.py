"""The clerk's day without a display: every step through the real widgets, on a screen that nobody sees."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QtMsgType, QUrl, Slot, qInstallMessageHandler
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from ala_desktop.demo import clerk_work, exchanging, first_day, minuting, registers, summary
from ala_desktop.demo.hands import Hands
from ala_desktop.demo.hub_child import HubChild
from ala_desktop.demo.pictures import Pictures, offscreen
from ala_desktop.demo.stage import Stage
from ala_desktop.demo.trouble import DemoFailed
from ala_desktop.ui.theme import dress_prompt

_FAILURE = "guasto"
_PAPERS = (first_day.SHEET, minuting.DRAFT, minuting.MINUTES, summary.FILE, f"{_FAILURE}.png")
"""What an earlier day may have left and this one must not find."""


Say = Callable[[str], object]
"""Told each step as it is done."""


def play(folder: Path, out: Path, say: Say) -> dict[str, Any]:
    """Play the day in `folder`, leave its papers in `out`; returns the summary.

    Raises:
        DemoFailed: a step did not happen; it names the step.
        Mendable: the folders or the hub cannot be used.
    """
    for name in _PAPERS:
        (out / name).unlink(missing_ok=True)
    os.environ["QT_QPA_PLATFORM"] = offscreen(folder)
    qInstallMessageHandler(_pass_on)
    app = QApplication(sys.argv[:1])
    app.setApplicationName("ALA Desktop")
    dress_prompt(app)
    reader = _Reader()
    QDesktopServices.setUrlHandler("file", reader, "open")  # type: ignore[arg-type] - the stub wants bytes, Qt a name
    hook = sys.excepthook
    with HubChild(folder / "centrale") as hub:
        stage = Stage(app, folder, out, hub, Hands(), Pictures(out))
        try:
            return _play(stage, reader, say)
        finally:
            sys.excepthook = hook
            _close(stage)
            stage.hands.attendant.leave()


def _play(stage: Stage, reader: _Reader, say: Say) -> dict[str, Any]:
    kept: dict[str, str] = {}

    def sit() -> None:
        kept["sitting"] = minuting.sit(stage)

    steps: tuple[tuple[str, Callable[[], object]], ...] = (
        ("Primo avvio dell'ufficio", lambda: first_day.set_up(stage)),
        ("Importazione dei quattro registri", lambda: registers.import_all(stage)),
        ("Lavoro allo sportello: alloggi, nuclei, domande", lambda: clerk_work.work(stage)),
        ("Collegamento e primo scambio con ALA", lambda: exchanging.link(stage)),
        ("Un secondo PC, e un dato discordante", lambda: _two_pcs(stage)),
        ("Seduta della commissione e verbale", sit),
        ("Scambio del verbale e verifica", lambda: exchanging.send_minutes(stage, kept["sitting"])),
        ("Chiusura, e riapertura con la frase d'accesso", lambda: first_day.open_again(stage)),
    )
    for number, (title, step) in enumerate(steps, start=1):
        began = time.monotonic()
        _carry_out(stage, f"{number}. {title}", step)
        say(f"{number}. {title}: {time.monotonic() - began:.0f} s")
    if reader.opened != [minuting.DRAFT, minuting.MINUTES]:
        raise DemoFailed(f"dopo la stampa non si è aperto il verbale, ma {reader.opened}")
    told = summary.tell(stage, kept["sitting"])
    summary.write(told, stage.out)
    return told


def _carry_out(stage: Stage, title: str, step: Callable[[], object]) -> None:
    try:
        step()
        stage.hands.attendant.finished()
    except Exception as fault:  # noqa: BLE001 - told with the step in which it happened
        with suppress(DemoFailed):
            stage.pictures.take(_FAILURE)
        failure = fault if isinstance(fault, DemoFailed) else DemoFailed(f"{type(fault).__name__} ({fault})")
        failure.step = title
        raise failure from fault.__cause__ if fault is failure else fault


def _two_pcs(stage: Stage) -> None:
    exchanging.second_pc(stage)
    exchanging.disagree(stage)


def _close(stage: Stage) -> None:
    """Close both PCs, however the day went."""
    program = stage.program
    if program is not None:
        if program.front is not None:
            program.front.close()
        program.close()
    if stage.second is not None:
        stage.second.close()


class _Reader(QObject):
    """Stands for the program with which the system shows PDF files.

    Attributes:
        opened: names of the files that it was asked to show.
    """

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        """Note the file."""
        self.opened.append(Path(url.toLocalFile()).name)


def _pass_on(kind: QtMsgType, _: object, message: str) -> None:
    """Qt's own messages, without those that say what an unseen screen cannot do."""
    if not message.startswith("This plugin does not support"):
        print(message, file=sys.stderr)
