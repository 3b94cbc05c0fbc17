"""What an import did, or would do: figures and rows, in the shape that scripts read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from ala_desktop.exchange.judging import CellNote
from ala_desktop.services.registers.plan import Difference, Duplicate, Outcome, Plan


class Said(NamedTuple):
    """What is said of a cell: `line` of its row, heading of its column (may be empty), its text, the reason."""

    line: int
    column: str
    value: str
    reason: str


class Refusal(NamedTuple):
    """A row that was refused: its first bad cell, and the others if there are any."""

    line: int
    column: str
    value: str
    reason: str
    others: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The account of one import. Figures count rows of the register, not records made.

    Attributes:
        kind: of record. file: its name.
        import_id: the group of all that was written; None for a preview.
        taken: rows taken without a warning. with_warnings: rows taken, or shown as different, with something to say.
        refused, duplicates, not_rows: the other rows; the five add up to the rows under the headings.
        warnings: what is said of the rows with warnings.
        differences: fields in which the file differs from what is stored.
        applied: whether the differences were applied.
        not_done: rows left out because the import was stopped.
        totals: figures of this register: `households`, `people`, `fiscal_codes`; `header_row`, `sap`;
            `granted_cents`, `wrong_iban`.
    """

    kind: str
    file: str
    import_id: str | None
    taken: int
    with_warnings: int
    refused: tuple[Refusal, ...]
    duplicates: tuple[Duplicate, ...]
    not_rows: int
    warnings: tuple[Said, ...]
    differences: tuple[Difference, ...]
    applied: bool
    not_done: int
    totals: Mapping[str, object]

    @property
    def warned_lines(self) -> list[int]:
        """Lines of the rows with warnings, each once."""
        return sorted({said.line for said in self.warnings} | {other.line for other in self.differences})

    @property
    def figures(self) -> dict[str, object]:
        """The counts alone: rows of each outcome, and the totals of this register."""
        return {
            "taken": self.taken, "with_warnings": self.with_warnings, "refused": len(self.refused),
            "duplicates": len(self.duplicates), "not_rows": self.not_rows, "not_done": self.not_done, **self.totals,
        }  # fmt: skip

    def as_json(self) -> dict[str, Any]:
        """The stable shape of `--json`."""
        return {
            "kind": self.kind,
            "file": self.file,
            "import_id": self.import_id,
            "taken": self.taken,
            "with_warnings": self.with_warnings,
            "refused": [_refusal_json(refusal) for refusal in self.refused],
            "duplicates": [_duplicate_json(duplicate) for duplicate in self.duplicates],
            "not_rows": self.not_rows,
            "warned_lines": self.warned_lines,
            "warnings": [said._asdict() for said in self.warnings],
            "differences": [asdict(difference) for difference in self.differences],
            "applied": self.applied,
            "not_done": self.not_done,
            **self.totals,
        }


def _refusal_json(refusal: Refusal) -> dict[str, object]:
    shape: dict[str, object] = {
        "line": refusal.line, "column": refusal.column, "value": refusal.value, "reason": refusal.reason,
    }  # fmt: skip
    if refusal.others:
        shape["others"] = [other._asdict() for other in refusal.others]
    return shape


def _duplicate_json(duplicate: Duplicate) -> dict[str, object]:
    shape: dict[str, object] = {"line": duplicate.line, "of": duplicate.of}
    if duplicate.record is not None:
        shape["record"] = duplicate.record
    return shape


def account(plan: Plan, kind: str, undone: frozenset[int] = frozenset()) -> ImportReport:
    """The report of a plan, not carried out yet; without the rows at the places `undone`, which were not reached."""
    lines = plan.sheet.table.lines
    counts = dict.fromkeys(Outcome, 0)
    refused: list[Refusal] = []
    warnings: list[Said] = []
    for place, outcome in enumerate(plan.outcomes):
        if place in undone:
            continue
        counts[outcome] += 1
        notes = plan.notes.get(place)
        if notes and outcome is Outcome.REFUSED:
            first, *others = (_said(lines[place], note) for note in notes)
            refused.append(Refusal(*first, tuple(others)))
        elif notes and outcome is Outcome.WITH_WARNINGS:
            warnings += [_said(lines[place], note) for note in notes]
    return ImportReport(
        kind=kind,
        file=plan.sheet.table.path.name,
        import_id=None,
        taken=counts[Outcome.TAKEN],
        with_warnings=counts[Outcome.WITH_WARNINGS],
        refused=tuple(refused),
        duplicates=tuple(plan.duplicates[place] for place in sorted(plan.duplicates)),
        not_rows=counts[Outcome.NOT_ROW],
        warnings=tuple(warnings),
        differences=tuple(
            d for place in sorted(plan.differences) if place not in undone for d in plan.differences[place]
        ),
        applied=False,
        not_done=len(undone),
        totals=plan.totals(plan.fresh - undone),
    )


def _said(line: int, note: CellNote) -> Said:
    return Said(line, note.column, note.value, note.reason)
