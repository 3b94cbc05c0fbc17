"""What the window and the command line see of an import before and after it: frozen, and cheap to show.

`importing` makes these; nothing here reads a file or the store.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ala_desktop.services.registers.plan import Outcome, Plan
from ala_desktop.services.registers.report import ImportReport


@dataclass(frozen=True, slots=True)
class RecognisedColumn:
    """A column of the file and the field that it fills: both as a person reads them."""

    heading: str
    field: str


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One row of the file as the preview shows it.

    Attributes:
        line: physical line, or row of the sheet.
        outcome: what would become of it.
        cells: texts under `Preview.headings`.
        remarks: reasons and warnings, in Italian, each with its column.
    """

    line: int
    outcome: Outcome
    cells: tuple[str, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do; nothing has been written.

    Attributes:
        kind: of record. file: the register.
        form: `CSV`, `XLSX`, `ODS`. encoding, separator: in words, empty for a spreadsheet. sheet: empty for a CSV.
        header_row: line of the headings, from 1. headings: as written.
        columns: what was recognised, in the file's order. unused: headings that fill no field.
        report: the figures and the rows; `import_id` is None.
        plan, version: what would be written, and how far the store had come then; for `Importing` only.
    """

    kind: str
    file: Path
    form: str
    encoding: str
    separator: str
    sheet: str
    header_row: int
    headings: tuple[str, ...]
    columns: tuple[RecognisedColumn, ...]
    unused: tuple[str, ...]
    report: ImportReport
    plan: Plan
    version: tuple[int, int]

    @property
    def row_count(self) -> int:
        """Rows under the headings."""
        return len(self.plan.outcomes)

    def repeats(self, place: int) -> bool:
        """Whether the row at a place adds nothing because an earlier row of the file says the same."""
        known = self.plan.duplicates.get(place)
        return known is not None and known.of is not None

    def row(self, place: int) -> PreviewRow:
        """The row at a place, from 0; cheap, so that a list may show any number of rows."""
        plan, table = self.plan, self.plan.sheet.table
        remarks = [f"{n.column}: {n.reason}" if n.column else n.reason for n in plan.notes.get(place, ())]
        for other in plan.differences.get(place, ()):
            remarks.append(f"{other.label}: nell'archivio «{other.stored}», nel file «{other.file}»")
        if place in plan.duplicates:
            of = plan.duplicates[place].of
            remarks.append("già presente nell'archivio" if of is None else f"uguale alla riga {of}")
        return PreviewRow(table.lines[place], plan.outcomes[place], tuple(table.rows[place]), tuple(remarks))


@dataclass(frozen=True, slots=True)
class PastImport:
    """An import made on this PC.

    Attributes:
        import_id, kind, file: which. at: when, UTC. undone: whether it was taken back.
        figures: what it did, as `ImportReport.figures`.
    """

    import_id: str
    kind: str
    file: str
    at: str
    undone: bool
    figures: dict[str, object]
