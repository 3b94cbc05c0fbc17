"""Commands on registers: import and its undoing, export."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from ala_desktop.cli.context import Context
from ala_desktop.core.console import Answer, say, stoppable
from ala_desktop.core.errors import Mendable
from ala_desktop.services.desk import Desk
from ala_desktop.services.registers.exporting import Exporting
from ala_desktop.services.registers.importing import Importing
from ala_desktop.services.registers.report import ImportReport


def take_in(context: Context, arguments: Namespace) -> Answer:
    """Import a register, show what would be imported, or take an import back."""
    _refuse_odd(arguments)
    if arguments.refused:
        context.target(arguments.refused)
    with context.desk() as desk:
        return _import(desk, arguments) if arguments.undo is None else _undo(desk, arguments.undo)


def _refuse_odd(arguments: Namespace) -> None:
    """Refuse what would do something else than it says: undoing with the options of an import, or half an import."""
    if arguments.undo is not None and (
        arguments.kind or arguments.refused or arguments.dry_run or arguments.accept_changes
    ):
        raise Mendable(
            "Annullare e importare sono due comandi diversi",
            "Con --undo si indica soltanto il codice dell'importazione da annullare.",
            "Per esempio: ala-desktop import --undo CODICE",
        )
    if arguments.undo is None and (not arguments.kind or not arguments.file):
        raise Mendable(
            "Manca il registro da importare",
            "Il comando vuole il tipo di scheda e il file.",
            "Per esempio: ala-desktop import housing_unit alloggi.csv",
        )
    if arguments.refused and _same_file(arguments.refused, arguments.file):
        raise Mendable(
            "Le righe rifiutate non si possono scrivere sul registro stesso",
            f"{arguments.refused} è il registro da importare: se ne perderebbero le altre righe.",
            "Indicare con --refused un altro nome di file.",
        )


def _same_file(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.samefile(other)


def _import(desk: Desk, arguments: Namespace) -> Answer:
    importing = Importing(desk)
    preview = importing.preview(arguments.kind, arguments.file)
    if arguments.refused:
        importing.write_refused(preview, arguments.refused)
    report = preview.report
    if not arguments.dry_run:
        with stoppable() as stop:
            report = importing.run(
                preview,
                accept_changes=arguments.accept_changes,
                progress=lambda done, total: say(f"Registrate {done} schede di {total}"),
                stop=stop,
            )
    return Answer(report.as_json(), _told(report, done=not arguments.dry_run), whole=not report.not_done)


def _told(report: ImportReport, *, done: bool) -> str:
    lines = [
        f"{'Importate' if done else 'Da importare'}: {report.taken} righe, più {report.with_warnings} con avvisi; "
        f"rifiutate {len(report.refused)}, già presenti o ripetute {len(report.duplicates)}, "
        f"non sono righe {report.not_rows}."
    ]
    lines += [f"  riga {item.line}, {item.column}: «{item.value}» {item.reason}" for item in report.refused]
    lines += [
        f"  riga {item.line}, {item.label}: nel file «{item.file}», già presente «{item.stored}»"
        for item in report.differences
    ]
    if done and report.differences and not report.applied:
        lines.append("I valori diversi non sono stati applicati: per applicarli ripetere con --accept-changes.")
    if report.not_done:
        lines.append(f"Fermata prima della fine: restano da importare {report.not_done} righe.")
        lines.append("Per completarla ripetere il comando: ciò che è già registrato non si ripete.")
    if done and report.import_id:
        lines.append(f"Per annullare: ala-desktop import --undo {report.import_id}")
    return "\n".join(lines)


def _undo(desk: Desk, import_id: str) -> Answer:
    with stoppable() as stop:
        report = Importing(desk).undo(import_id, stop=stop)
    done = "annullata" if not report.not_done else "annullata solo in parte"
    lines = [f"Importazione {done}: {report.removed} schede tolte, {len(report.left)} lasciate."]
    lines += [f"  {item.name}: {item.reason}" for item in report.left]
    if report.not_done:
        lines.append(f"Restano da annullare {report.not_done} registrazioni: ripetere il comando per completare.")
    return Answer(report.as_json(), "\n".join(lines), whole=not report.not_done)


def give_out(context: Context, arguments: Namespace) -> Answer:
    """Export the living records of a kind to a CSV or spreadsheet that the import reads again."""
    target = context.target(arguments.file)
    with context.desk() as desk:
        rows = Exporting(desk).export(arguments.kind, target)
    return Answer({"rows": rows, "file": str(arguments.file)}, f"Esportate {rows} righe in {arguments.file}.")
