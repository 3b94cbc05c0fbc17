"""Importing a register of housing units, from the file to the last row on the disk.

The baseline writes the finished rows, and nothing else: no reading, no judging, no log, no encryption.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path

from ala_desktop.services.registers.importing import Importing
from bench import office, raw
from bench.figures import Figure, Size, median, timed

_HEADINGS = (
    "Codice alloggio ", "Indirizzo", "Civico", "Scala", "Piano", "Int.", "Foglio", "Mappale", "Sub", "Vani",
    "Sup. utile mq", "Ascensore", "Proprietà", "Destinazione", "Stato", "Canone mensile", "Ultimo sopralluogo",
)  # fmt: skip
_KIND = "housing_unit"


def write_register(path: Path, count: int) -> None:
    """A register as an office keeps it: cp1252, semicolons, decimal commas, five forms of date, euro signs."""
    draw = random.Random(61)
    with path.open("w", encoding="cp1252", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        writer.writerow(_HEADINGS)
        writer.writerows(_row(draw, number) for number in range(count))


def _row(draw: random.Random, number: int) -> list[str]:
    pick = draw.choice
    rent = f"{draw.randint(40, 480)},{draw.randint(0, 99):02}"
    return [
        f"BL{number:06}", pick(office.STREETS), pick(("1", "7/A", "12", "3 bis", "007", "s.n.c.")),
        pick(("A", "B", "")), pick(("S1", "T", "R", "1", "2", "3°")), str(draw.randint(1, 20)),
        str(draw.randint(1, 30)), str(draw.randint(1, 900)), str(700 + number), pick(("2", "3,5", "4", "5")),
        f"{draw.randint(28, 110)},{draw.randint(0, 99):02}", pick(("SI", "si", "NO", "N", "")),
        pick(("Comune", "Privato", "ALER PV-LO", "ALER Pavia-Lodi")), pick(("SAP", "sap", "SAS", "SAT")),
        pick(("libero", "assegnato", "ASSEGNATO", "in manutenzione", "carenze manut.")),
        pick((rent, f"{rent} €", f"€ {rent}")), _date(draw),
    ]  # fmt: skip


def _date(draw: random.Random) -> str:
    day, month, year = draw.randint(1, 28), draw.randint(1, 12), draw.randint(2014, 2025)
    return draw.choice(
        (
            f"{day:02}/{month:02}/{year}", f"{day}/{month}/{year}", f"{day:02}-{month:02}-{year}",
            f"{day:02}.{month:02}.{year % 100:02}", f"{year}-{month:02}-{day:02}",
        )
    )  # fmt: skip


def measure(size: Size, folder: Path) -> Iterator[Figure]:
    """Previewing and importing `size.records` rows, beside one `executemany` of them."""
    register = folder / "alloggi.csv"
    write_register(register, size.records)
    imported: list[float] = []
    previewed: list[float] = []
    plain: list[float] = []
    read: list[float] = []
    create, rows = _import(folder / "warm", register, size.records, [], [])
    for run in range(size.runs):
        _plain(folder / f"plain-{run}.db", create, rows, plain)
        _import(folder / str(run), register, size.records, previewed, imported)
        with timed(read), register.open(encoding="cp1252", newline="") as file:
            assert sum(1 for _ in csv.reader(file, delimiter=";")) == size.records + 1
    name = "sqlite3 executemany of the finished rows"
    both = [first + second for first, second in zip(previewed, imported, strict=True)]
    yield Figure("import", median(both), "s", median(plain), name, aim=10)
    yield Figure("import.preview", median(previewed), "s", median(plain), name)
    yield Figure("import.csv", median(read), "s", median(plain), name)


def _plain(path: Path, create: str, rows: list[tuple[object, ...]], taken: list[float]) -> None:
    connection = raw.connect(path)
    connection.execute(create)
    with timed(taken):
        raw.insert(connection, _KIND, rows)
    connection.close()


def _import(folder: Path, register: Path, count: int, previewed: list[float], imported: list[float]) -> raw.Table:
    """Import into a new office; returns the finished rows."""
    desk = office.new_desk(folder)
    importing = Importing(desk)
    with timed(previewed):
        preview = importing.preview(_KIND, register)
    with timed(imported):
        importing.run(preview)
    with desk.reading() as connection:
        table = raw.finished(connection, _KIND)
    desk.close()
    assert len(table[1]) == count
    return table
