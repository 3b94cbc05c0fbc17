"""Taking lists out of an office: every living record of a kind as a CSV or a spreadsheet.

Households leave as the register they came in as: one row, one person. The import recognises its own files and knows
the records again by their internal codes.
"""

from __future__ import annotations

from pathlib import Path

from ala_desktop.core.errors import Mendable
from ala_desktop.exchange.columns import ID_HEADING
from ala_desktop.exchange.export import Heading, exported, headings_of, write_register
from ala_desktop.fields.kinds import Reference
from ala_desktop.fields.spec import Field, RecordSpec
from ala_desktop.rules.duplicates import KINDS
from ala_desktop.services.desk import Desk
from ala_desktop.services.linked import FIRST_TIME, shown, standing
from ala_desktop.services.registers.people import HOUSEHOLD_ID


class Exporting:
    """Exports lists of one office."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def export(self, kind: str, file: Path) -> int:
        """Write the living records of `kind` that are shown, by id, to `file` (.csv or .xlsx); returns how many rows.

        Raises:
            Mendable: no such kind, another suffix, or the file cannot be written.
        """
        if kind not in self._desk.catalog:
            raise Mendable(
                "Tipo di scheda sconosciuto",
                f"«{kind}» non è un tipo di scheda.",
                f"I tipi sono: {', '.join(self._desk.catalog)}.",
            )
        spec = self._desk.catalog[kind]
        return self._households(spec, file) if kind == "household" else self._records(spec, file)

    def _records(self, spec: RecordSpec, file: Path) -> int:
        columns = ", ".join(("t.id", *(_shown_value(field) for field in exported(spec))))
        hidden = f" AND {shown('t')}" if spec.kind in KINDS else ""
        query = f"SELECT {columns} FROM {spec.kind} t WHERE t._deleted IS NULL{hidden} ORDER BY t.id"  # noqa: S608
        with self._desk.reading() as connection:
            rows = (tuple(row) for row in connection.exec_driver_sql(query))
            return write_register(file, spec.plural, headings_of(spec), rows)

    def _households(self, spec: RecordSpec, file: Path) -> int:
        """One row for every person of every household; a household without people has a row of its own."""
        headings = [Heading(ID_HEADING, Reference("person")), Heading(HOUSEHOLD_ID, Reference("household"))]
        columns = ["p.id", "h.id"]
        for kind, alias in (("household", "h"), ("person", "p"), ("household_member", "m")):
            for field in self._desk.catalog[kind].fields.values():
                if not isinstance(field.kind, Reference):
                    headings.append(Heading(field.label, field.kind))
                    columns.append(f"{alias}.{field.name}")
        query = (
            f"SELECT {', '.join(columns)} FROM household h "  # noqa: S608 - names of the catalog
            "LEFT JOIN household_member m ON m.household_id = h.id AND m._deleted IS NULL "
            f"LEFT JOIN person p ON p.id = {standing('m.person_id')} AND p._deleted IS NULL "
            f"WHERE h._deleted IS NULL AND {FIRST_TIME} ORDER BY h.id, m.id"
        )
        with self._desk.reading() as connection:
            rows = (tuple(row) for row in connection.exec_driver_sql(query))
            return write_register(file, spec.plural, headings, rows)


def _shown_value(field: Field) -> str:
    """SQL: what an export says of a field; for a reference to a linked record, the one that is shown for it."""
    kind = field.kind
    return standing(f"t.{field.name}") if isinstance(kind, Reference) and kind.to in KINDS else f"t.{field.name}"
