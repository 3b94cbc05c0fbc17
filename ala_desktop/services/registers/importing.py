"""Bringing an office's registers in: a preview of what would be taken, the import itself, and its undoing.

The one API for the command line and the window. What a register's rows mean is in `units`, `people` and `cases`;
nothing is written before `run`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection

from ala_desktop.core.collector import collector_at_rest
from ala_desktop.core.errors import Mendable
from ala_desktop.exchange.columns import Column, Headings
from ala_desktop.exchange.judging import read_cells
from ala_desktop.exchange.refused import write_refused
from ala_desktop.exchange.tables import Table, read_table
from ala_desktop.fields.kinds import Reference
from ala_desktop.services.desk import Desk
from ala_desktop.services.registers.cases import ApplicationRegister, GrantRegister
from ala_desktop.services.registers.people import HouseholdRegister
from ala_desktop.services.registers.plan import Correction, Outcome, Plan, Sheet
from ala_desktop.services.registers.preview import PastImport, Preview, RecognisedColumn
from ala_desktop.services.registers.report import ImportReport, account
from ala_desktop.services.registers.undo import EditedCell, UndoReport, undo_import
from ala_desktop.services.registers.units import UnitRegister

Progress = Callable[[int, int], None]
"""Told how many transactions of how many are saved."""
_SOURCE_NAME = 80
_REGISTER = "Registro di provenienza"


class Register(Protocol):
    """One kind of register: which columns it has, and what its rows mean."""

    @property
    def kind(self) -> str:
        """The kind of record as which it is imported."""
        ...

    @property
    def headings(self) -> Headings:
        """What its columns may be called."""
        ...

    @property
    def verified(self) -> frozenset[str]:
        """Fields whose own warnings count."""
        ...

    @property
    def needed(self) -> tuple[tuple[str, ...], ...]:
        """Groups of fields; of each, the file must have a column for one."""
        ...

    def plan(self, sheet: Sheet, connection: Connection) -> Plan:
        """A verdict for every row, and what would be written."""
        ...


class Importing:
    """Imports registers into one office."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        registers: tuple[Register, ...] = (
            UnitRegister(desk.catalog), HouseholdRegister(desk.catalog), ApplicationRegister(desk.catalog),
            GrantRegister(desk.catalog),
        )  # fmt: skip
        self._registers = {register.kind: register for register in registers}

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of record that have a register."""
        return tuple(self._registers)

    def preview(self, kind: str, file: Path) -> Preview:
        """Read a register and judge every row against what is stored.

        Raises:
            Mendable: no register of this kind, a file that is none, a column without which it makes no sense.
        """
        with collector_at_rest():
            return self._preview(self._register(kind), file)

    def _preview(self, register: Register, file: Path) -> Preview:
        table = read_table(file, register.headings.known)
        columns, unused = register.headings.columns(table.headings)
        internal = [c for c in columns if isinstance(c.field.kind, Reference) and c.field.name != "id"]
        columns = [column for column in columns if column not in internal]
        self._refuse_incomplete(register, table, columns)
        version = self._version()
        plan = self._plan(register, table, columns)
        return Preview(
            kind=register.kind,
            file=file,
            form=table.form,
            encoding=table.encoding or "",
            separator=table.separator_name,
            sheet=table.sheet or "",
            header_row=table.header_line,
            headings=table.headings,
            columns=tuple(RecognisedColumn(column.heading, column.field.label) for column in columns),
            unused=(*unused, *(column.heading for column in internal)),
            report=account(plan, register.kind),
            plan=plan,
            version=version,
        )

    def _version(self) -> tuple[int, int]:
        """How far the store has come; another value means that something was saved or received."""
        me = self._desk.me
        return me.seq, me.next_device_seq

    def _register(self, kind: str) -> Register:
        try:
            return self._registers[kind]
        except KeyError:
            names = ", ".join(f"{known} ({self._desk.catalog[known].plural})" for known in self._registers)
            raise Mendable(
                "Nessun registro di questo tipo", f"«{kind}» non si importa da un registro.", f"Si importano: {names}."
            ) from None

    def _refuse_incomplete(self, register: Register, table: Table, columns: list[Column]) -> None:
        found = {column.field.name for column in columns}
        for group in register.needed:
            if not found & set(group):
                labels = [self._label(register, name) for name in group]
                raise Mendable(
                    "Nel registro manca una colonna necessaria",
                    f"{table.path.name}: tra le intestazioni della riga {table.header_line} non c'è "
                    f"«{'» né «'.join(labels)}».",
                    "Aggiungere la colonna, o correggerne l'intestazione, e riprovare.",
                )

    def _label(self, register: Register, field: str) -> str:
        kinds = (register.kind, "person")
        return next(self._desk.catalog[k].fields[field].label for k in kinds if field in self._desk.catalog[k].fields)

    def _plan(self, register: Register, table: Table, columns: list[Column]) -> Plan:
        today = self._desk.clock.today()
        own_file = any(column.field.name == "id" for column in columns)
        readings = read_cells(table, columns, today, verified=register.verified, lines=own_file)
        source = f"{table.path.name[-_SOURCE_NAME:]} ({today:%d/%m/%Y})"
        position = self._desk.position()
        sheet = Sheet(table, columns, readings, position, self._desk.new_id, source)
        with self._desk.reading() as connection:
            return register.plan(sheet, connection)

    def run(
        self,
        preview: Preview,
        *,
        accept_changes: bool = False,
        progress: Progress | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> ImportReport:
        """Import what `preview` showed, judged anew if anything was saved or received meanwhile.

        Each independent record is its own transaction, all under one `import_id`. `accept_changes` also applies the
        differences. When `stop` says so, what was saved until then stays, and can be undone.

        Raises:
            Mendable: the disk is full.
        """
        with collector_at_rest():
            return self._run(preview, accept_changes, progress, stop)

    def _run(
        self, preview: Preview, accept_changes: bool, progress: Progress | None, stop: Callable[[], bool] | None
    ) -> ImportReport:
        plan = preview.plan
        if accept_changes or self._version() != preview.version:
            plan = self._plan(self._register(preview.kind), plan.sheet.table, plan.sheet.columns)
        if accept_changes:
            for correction in plan.corrections:
                if correction.creation is not None:
                    correction.creation.update(correction.change.put)
        edits = [c for c in plan.corrections if c.creation is None] if accept_changes else []
        transactions = [transaction.changes for transaction in plan.transactions]
        transactions += [[correction.change] for correction in edits]
        if not transactions:
            return replace(account(plan, preview.kind), applied=accept_changes)
        import_id = self._desk.new_id()
        cells = _edited_cells(plan, edits)
        report = replace(
            preview.report if plan is preview.plan else account(plan, preview.kind),
            import_id=import_id,
            applied=accept_changes,
        )
        self._note(import_id, preview, report, cells)
        total = len(transactions)
        done = self._desk.save_each(
            transactions,
            group=import_id,
            progress=(lambda saved: progress(saved, total)) if progress else None,
            stop=stop,
        )
        if done == total:
            return report
        left = {place for transaction in plan.transactions[done:] for place in transaction.places}
        left |= {edit.place for edit in edits[max(done - len(plan.transactions), 0) :]}
        report = replace(account(plan, preview.kind, undone=frozenset(left)), import_id=import_id)
        self._note(import_id, preview, report, cells)
        return report

    def history(self) -> list[PastImport]:
        """The imports made on this PC, newest first."""
        with self._desk.reading() as connection:
            rows = connection.exec_driver_sql(
                "SELECT import_id, kind, file, at, undone, report FROM import_run ORDER BY at DESC, import_id DESC"
            ).all()
        return [
            PastImport(import_id, kind, file, at, bool(undone), json.loads(report)["figures"])
            for import_id, kind, file, at, undone, report in rows
        ]

    def undo(
        self, import_id: str, *, progress: Progress | None = None, stop: Callable[[], bool] | None = None
    ) -> UndoReport:
        """Take an import back; what was edited since is left and listed.

        Raises:
            Mendable: no such import, or nothing of it is left.
        """
        with self._desk.reading() as connection:
            noted = connection.exec_driver_sql(
                "SELECT report FROM import_run WHERE import_id = ?", (import_id,)
            ).scalar()
        cells = [EditedCell(*cell) for cell in json.loads(noted)["cells"]] if noted else []
        report = undo_import(self._desk, import_id, cells, progress, stop)
        if report.not_done:
            return report
        with self._desk.store.writing() as connection:
            connection.exec_driver_sql("UPDATE import_run SET undone = 1 WHERE import_id = ?", (import_id,))
        return report

    def write_refused(self, preview: Preview, target: Path) -> int:
        """Write the refused rows with their reasons to `target`, a CSV to mend and import again; returns how many.

        People of a refused row find their household again: the file says from which register they come.

        Raises:
            Mendable: the file cannot be written.
        """
        plan = preview.plan
        reasons = {
            place: "; ".join(f"{note.column}: {note.reason}" for note in plan.notes[place])
            for place, outcome in enumerate(plan.outcomes)
            if outcome is Outcome.REFUSED
        }
        added: dict[str, str] = {}
        if preview.kind == "household" and plan.sheet.place_of("household", "register_name") is None:
            added[_REGISTER] = plan.sheet.source
        return write_refused(target, plan.sheet.table, reasons, added)

    def _note(self, import_id: str, preview: Preview, report: ImportReport, cells: list[EditedCell]) -> None:
        """Remember the import on this PC, so that it can be found and undone even if it is cut off."""
        content = json.dumps({"figures": report.figures, "cells": cells}).encode()
        with self._desk.store.writing() as connection:
            connection.exec_driver_sql(
                "INSERT OR REPLACE INTO import_run (import_id, kind, file, at, report, undone) "
                "VALUES (?, ?, ?, ?, ?, 0)",
                (import_id, preview.kind, preview.file.name, self._desk.clock.now(), content),
            )


def _edited_cells(plan: Plan, edits: list[Correction]) -> list[EditedCell]:
    """The fields of stored records that the import writes: links to new people, and what consent changes."""
    links = (change for transaction in plan.transactions for change in transaction.changes if change.base is not None)
    cells = [EditedCell(c.kind, c.id, name, None, value) for c in links for name, value in c.put.items()]
    for edit in edits:
        change = edit.change
        cells += [EditedCell(change.kind, change.id, n, edit.stored.get(n), value) for n, value in change.put.items()]
    return cells
