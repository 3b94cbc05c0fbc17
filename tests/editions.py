"""Three editions of a small set of records, and what their programs had waiting to be sent: the golden outboxes.

    python -m tests.editions

writes `tests/data/outboxes` anew, each with the program's own capture under that edition. They are meant to stay as
they are: what an office has not sent yet when its program is updated was written like this.
"""

from __future__ import annotations

import json
import tempfile
from functools import cache
from pathlib import Path

from ala_desktop.fields.kinds import Choice, Day, FieldKind, Number, Reference, Text, YesNo
from ala_desktop.fields.spec import DELETED, Catalog, Field, Freeze, RecordSpec, Share
from ala_desktop.fields.steps import Step, words
from ala_desktop.fields.values import Value
from ala_desktop.models import guards
from ala_desktop.models.catalog import build
from ala_desktop.models.engine import STORE_FILE, Store
from ala_desktop.services.desk import Desk
from ala_desktop.services.office import Office
from ala_desktop.sync.capture import Change
from tests import factory

EDITIONS = (1, 2, 3)
OUTBOXES = Path(__file__).parent / "data" / "outboxes"
HOME, OTHER, VISIT = "a" * 32, "b" * 32, "c" * 32


def _in_cents(value: Value) -> Value:
    return value * 100 if isinstance(value, int) else value


STEPS = (
    Step("home", "rent", "monthly_rent", 2, _in_cents),
    Step("home", "state", "state", 2, words({"free": "vacant"})),
    Step("home", "monthly_rent", "rent_cents", 3),
)
"""The second edition counts cents and calls free homes vacant, the third renames the rent."""


@cache
def catalog(edition: int) -> Catalog:
    rent = {1: "rent", 2: "monthly_rent", 3: "rent_cents"}[edition]
    free = "free" if edition == 1 else "vacant"
    home: dict[str, FieldKind] = {
        "code": Text(20),
        rent: Number(),
        "state": Choice({free: "Libero", "taken": "Occupato"}),
        **({"lift": YesNo()} if edition > 1 else {}),
    }
    specs = [_spec("home", home)]
    if edition > 2:
        specs.append(_spec("visit", {"home_id": Reference("home"), "day": Day()}))
    return Catalog(specs, edition, [step for step in STEPS if step.edition <= edition])


def _spec(kind: str, fields: dict[str, FieldKind], freeze: Freeze | None = None) -> RecordSpec:
    described = {name: Field(name, field, name) for name, field in fields.items()}
    if kind == "home":
        described["notes"] = Field("notes", Text(400), "notes", share=Share.COMUNE)
    return RecordSpec(kind, kind, kind, described, freeze=freeze)


def desk(folder: Path, edition: int) -> Desk:
    """An office whose program is of this edition; one that `folder` holds already is updated to it."""
    office = Office(folder, catalog(edition), clock=factory.FixedClock(), cost=factory.CHEAP)
    if office.is_set_up:
        return office.open(factory.PASSPHRASE)
    made = office.set_up(factory.BORGHETTO, factory.PASSPHRASE)[0]
    lay_tables(made.store, edition)
    return made


def lay_tables(store: Store, edition: int) -> None:
    """The tables of the edition's records in the place of those that are there: what a migration leads to."""
    with store.structuring() as connection:
        for kind in (*build(), "home", "visit"):
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {kind}")
        for spec in catalog(edition).values():
            columns = [
                f"{name} {'INTEGER' if field.kind.stored is int else 'VARCHAR'}" for name, field in spec.fields.items()
            ]
            meta = f"id VARCHAR NOT NULL PRIMARY KEY, {DELETED} INTEGER, extra VARCHAR, group_id VARCHAR"
            origin = "created_seq INTEGER, created_by VARCHAR"
            connection.exec_driver_sql(f"CREATE TABLE {spec.kind} ({meta}, {origin}, {', '.join(columns)})")
        for statement in guards.statements(catalog(edition)):
            connection.exec_driver_sql(statement)


def updated(folder: Path, edition: int) -> Desk:
    """The office in `folder`, opened by a program of a later edition; its migration adds the columns and tables."""
    office = Office(folder, catalog(1), clock=factory.FixedClock(), cost=factory.CHEAP)
    key = office._keyring.unlock(factory.PASSPHRASE)
    store = Store(folder / STORE_FILE, key)
    lay_tables(store, edition)
    store.close()
    return desk(folder, edition)


def waiting(edition: int) -> list[bytes]:
    """The golden outbox of an edition: a line for each save, oldest first."""
    told = json.loads((OUTBOXES / f"edition-{edition}.json").read_text(encoding="utf-8"))
    return [line.encode() for line in told["lines"]]


def work(desk: Desk, edition: int) -> None:
    """What the office of an edition did: a home of its own, and an edit of the one that all know."""
    rent = {1: ("rent", 310), 2: ("monthly_rent", 32_000), 3: ("rent_cents", 33_000)}[edition]
    free = "free" if edition == 1 else "vacant"
    own = f"{edition}" * 32
    desk.save(
        [Change("home", own, {"code": f"E{edition}", rent[0]: rent[1], "state": free, "notes": "Citofono rotto"})]
    )
    desk.save([desk.get("home", own).change({rent[0]: rent[1] + 1, "state": "taken"})])
    if edition > 1:
        desk.save([desk.get("home", own).change({"lift": 1})])
    if edition > 2:
        desk.save([Change("visit", VISIT, {"home_id": own, "day": "2026-11-30"})])


def _write() -> None:
    OUTBOXES.mkdir(parents=True, exist_ok=True)
    for edition in EDITIONS:
        with tempfile.TemporaryDirectory() as folder:
            office = desk(Path(folder) / "ufficio", edition)
            work(office, edition)
            with office.reading() as connection:
                lines = [
                    bytes(line).decode()
                    for line in connection.exec_driver_sql("SELECT line FROM outbox ORDER BY device_seq").scalars()
                ]
            office.close()
        text = json.dumps({"edition": edition, "lines": lines}, ensure_ascii=False, indent=1)
        (OUTBOXES / f"edition-{edition}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    _write()
