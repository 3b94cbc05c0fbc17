"""The rows that an import refused, written to be mended and imported again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ala_desktop.core.files import write_whole
from ala_desktop.exchange.columns import REASON_HEADING
from ala_desktop.exchange.export import csv_bytes
from ala_desktop.exchange.tables import Table


def write_refused(path: Path, table: Table, reasons: Mapping[int, str], added: Mapping[str, str] | None = None) -> int:
    """Write the rows of `table` named in `reasons` (place: why, in Italian) as a CSV; returns how many.

    The columns are the register's own, then those of `added` (heading: the same text in every row), then `Motivo`,
    which the import ignores. Cells beyond the headings are kept at the end of their row.

    Raises:
        Mendable: the file cannot be written.
    """
    extra = dict(added or {})
    rows: list[list[str]] = [[*table.headings, *extra, REASON_HEADING]]
    for place in sorted(reasons):
        rows.append([*table.rows[place], *extra.values(), reasons[place], *table.beyond.get(place, ())])
    write_whole(path, csv_bytes(rows))
    return len(rows) - 1
