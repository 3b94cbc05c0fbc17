"""`ala-desktop demo`: what was asked for, where it happens, and how a failure is told. `__main__` calls this."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ala_desktop.core import console, parsing, report
from ala_desktop.core.clock import Clock
from ala_desktop.core.console import tell
from ala_desktop.core.errors import Mendable
from ala_desktop.core.instance import unusable_folder
from ala_desktop.core.os_words import why
from ala_desktop.core.parsing import Parser
from ala_desktop.core.screen import screen_is_missing
from ala_desktop.demo import day, summary, window
from ala_desktop.demo.trouble import DemoFailed


def main(arguments: Sequence[str]) -> int:
    """Play the demonstration; returns the exit code: 0 done, 1 the person can mend it, 2 our fault."""
    papers, as_json = Path(tempfile.gettempdir()), "--json" in arguments
    try:
        asked = _parser().parse_args(arguments)
        papers = asked.out.resolve() if asked.headless else papers
        with _folder(asked.data) as folder:
            return _headless(folder, papers, as_json=as_json) if asked.headless else _windowed(folder)
    except Mendable as problem:
        return tell(problem, 1, as_json=as_json)
    except DemoFailed as failure:
        return tell(_step_failed(failure, papers), 2, as_json=as_json)
    except KeyboardInterrupt:
        interrupted = Mendable("Dimostrazione interrotta", "Richiesto da tastiera.", "Si può avviare di nuovo.")
        return tell(interrupted, 1, as_json=as_json)
    except Exception as fault:  # noqa: BLE001 - the one place where faults of the demonstration end
        return tell(console.of_fault(fault, papers), 2, as_json=as_json)


def _parser() -> Parser:
    parser = Parser(prog="ala-desktop demo", description="La giornata di un ufficio, con dati e persone inventati.")
    parser.add_argument("--headless", action="store_true", help="senza schermo: lascia carte e immagini in --out")
    parser.add_argument(
        "--out", type=parsing.path, default=Path("out"), metavar="CARTELLA", help="dove vanno carte e immagini"
    )
    parser.add_argument("--data", type=parsing.path, metavar="CARTELLA", help="cartella nuova dove conservare i dati")
    parser.add_argument("--json", action="store_true", help="il riepilogo per i programmi")
    return parser


def _headless(folder: Path, out: Path, *, as_json: bool) -> int:
    began = time.monotonic()
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise Mendable(
            "La cartella delle carte non si può usare",
            f"{out}: {why(problem)}.",
            "Indicarne un'altra con --out.",
        ) from problem
    words = console.say if as_json else console.write
    told = day.play(folder, out, words)
    if as_json:
        console.write(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    words(summary.in_words(told, out))
    words(f"In tutto {time.monotonic() - began:.0f} secondi.")
    return 0


def _windowed(folder: Path) -> int:
    if screen_is_missing():
        raise Mendable(
            "Qui non c'è uno schermo",
            "La dimostrazione apre la finestra del programma, e questa sessione non ha dove mostrarla.",
            "Senza schermo usare «ala-desktop demo --headless --out out», oppure avviarla da una sessione grafica.",
        )
    console.write("Si prepara la dimostrazione: dati e persone inventati, e una centrale su questo PC.")
    return window.show(folder, console.write)


@contextmanager
def _folder(wanted: Path | None) -> Generator[Path]:
    """A folder for the day: a new one that goes with it, or the one that was asked for, which stays."""
    if wanted is None:
        with tempfile.TemporaryDirectory(prefix="ala-dimostrazione-", ignore_cleanup_errors=True) as name:
            yield Path(name)
        return
    try:
        wanted.mkdir(parents=True, exist_ok=True)
        full = any(wanted.iterdir())
    except OSError as problem:
        raise unusable_folder(wanted, problem) from problem
    if full:
        raise Mendable(
            "La cartella dei dati non è vuota",
            f"In {wanted} c'è già qualcosa, e la dimostrazione non tocca i dati di nessuno.",
            "Indicare con --data una cartella nuova, oppure lasciare che la dimostrazione ne faccia una sua.",
        )
    yield wanted


def _step_failed(failure: DemoFailed, papers: Path) -> Mendable:
    kept = report.write(papers, failure, Clock().now())
    return Mendable(
        f"La dimostrazione si è fermata al passo «{failure.step}»" if failure.step else "La dimostrazione si è fermata",
        f"{failure}.",
        f"È un guasto del programma: inviare questo testo{f' e il rapporto {kept}' if kept else ''} a chi lo mantiene.",
    )
