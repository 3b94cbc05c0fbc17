"""Commands on registers: import and its undoing, export."""

from __future__ import annotations

from argparse import Namespace

from ala_desktop.cli.context import Context
from ala_desktop.core.console import Answer
from ala_desktop.core.errors import Mendable
from ala_desktop.services.desk import Desk
from ala_desktop.services.registers.exporting import Exporting
from ala_desktop.services.registers.importing import Importing
from ala_desktop.services.registers.report import ImportReport


def take_in(context: Context, arguments: Namespace) -> Answer:
    """Import a register, show what would be imported, or take an import back."""
    with context.desk() as desk:
        if arguments.undo:
            return _undo(desk, arguments.undo)
        if not arguments.kind or not arguments.file:
            raise Mendable(
                "Manca il registro da importare",
                "Il comando vuole il tipo di scheda e il file.",
                "Per esempio: ala-desktop import housing_unit alloggi.csv",
            )
        return _import(context, desk, arguments)


def _import(context: Context, desk: Desk, arguments: Namespace) -> Answer:
    importing = Importing(desk)
    preview = importing.preview(arguments.kind, arguments.file)
    if arguments.refused:
        importing.write_refused(preview, arguments.refused)
    report = preview.report
    if not arguments.dry_run:
        report = importing.run(
            preview,
            accept_changes=arguments.accept_changes,
            progress=lambda done, total: context.say(f"Registrate {done} schede di {total}"),
        )
    return Answer(report.as_json(), _told(report, done=not arguments.dry_run))


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
    if done and report.import_id:
        lines.append(f"Per annullare: ala-desktop import --undo {report.import_id}")
    return "\n".join(lines)


def _undo(desk: Desk, import_id: str) -> Answer:
    report = Importing(desk).undo(import_id)
    lines = [f"Importazione annullata: {report.removed} schede tolte, {len(report.left)} lasciate."]
    lines += [f"  {item.name}: {item.reason}" for item in report.left]
    return Answer(report.as_json(), "\n".join(lines))


def give_out(context: Context, arguments: Namespace) -> Answer:
    """Export the living records of a kind to a CSV or spreadsheet that the import reads again."""
    with context.desk() as desk:
        rows = Exporting(desk).export(arguments.kind, arguments.file)
    return Answer({"rows": rows, "file": str(arguments.file)}, f"Esportate {rows} righe in {arguments.file}.")
