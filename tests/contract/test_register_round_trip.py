"""Every kind of record leaves as CSV and as spreadsheet under headings that the import knows, and comes back equal."""

from __future__ import annotations

import random
from datetime import date

import pytest

from ala_desktop.exchange.columns import Headings
from ala_desktop.exchange.export import exported, headings_of, write_register
from ala_desktop.exchange.judging import read_cells
from ala_desktop.exchange.tables import read_table
from ala_desktop.fields.kinds import (
    Choice,
    Day,
    FieldKind,
    FiscalCode,
    Floor,
    Iban,
    Number,
    Reference,
    Tags,
    Text,
    TimeOfDay,
    YesNo,
)  # fmt: skip
from ala_desktop.models import catalog

CATALOG = catalog.build()
TODAY = date(2026, 11, 22)
WORDS = ["Via Libertà", "=1+1", "@Șahin Đorđević", "+39 0371", "-12", "'sera'", "a;b,c|d", 'l"ora"', "007", "x" * 20]


CHOICES = {
    YesNo: [0, 1],
    Day: ["1898-02-01", "1900-02-28", "1900-03-01", "1999-12-31", "2024-02-29", "2031-01-05"],
    TimeOfDay: ["00:00", "09:05", "23:59"],
    Floor: ["S2", "T", "R", "M", "7", "ATTICO"],
    FiscalCode: ["mrn ncl 89p", "RSSMRA80A01E648P", "01234567890"],
    Iban: ["IT60 X054", "IT11X9835668660473672708063"],
    Tags: ["a\nb", "solo"],
}


def value_of(kind: FieldKind, chance: random.Random):
    """A value that `kind` may hold, awkward ones often."""
    if isinstance(kind, Choice):
        return chance.choice(list(kind.options))
    if isinstance(kind, Number):
        least = 0 if kind.least is None else kind.least
        return chance.choice([least, min(kind.greatest, 10**13), chance.randint(least, min(kind.greatest, 10**6))])
    if isinstance(kind, Reference):
        return f"{chance.getrandbits(128):032x}"
    if isinstance(kind, Text):
        word = chance.choice(WORDS)[: kind.most].strip()
        return f"{word}\n\n  rientro\nfine" if kind.lines and chance.random() < 0.5 else word
    return chance.choice(CHOICES[type(kind)])


def records(spec, seed):
    chance = random.Random(seed)
    for _ in range(12):
        fields = [value_of(f.kind, chance) if chance.random() < 0.8 else None for f in exported(spec)]
        yield (f"{chance.getrandbits(128):032x}", *fields)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@pytest.mark.parametrize("kind", list(CATALOG))
def test_records_come_back_as_they_left(tmp_path, kind, suffix):
    spec = CATALOG[kind]
    rows = list(records(spec, f"{kind}{suffix}"))
    path = tmp_path / f"{kind}{suffix}"
    write_register(path, spec.plural, headings_of(spec), rows)
    headings = Headings([spec])
    table = read_table(path, headings.known)
    columns, unused = headings.columns(table.headings)
    assert unused == []
    assert [column.field.name for column in columns] == ["id", *(field.name for field in exported(spec))]
    found = read_cells(table, columns, TODAY, lines=True)
    assert not found.unreadable
    assert found.values == rows


@pytest.mark.parametrize("kind", list(CATALOG))
def test_no_exported_cell_is_a_formula(tmp_path, kind):
    spec = CATALOG[kind]
    path = tmp_path / f"{kind}.csv"
    write_register(path, spec.plural, headings_of(spec), list(records(spec, kind)))
    for part in path.read_text("utf-8-sig").replace('"', "").split(";"):
        assert part[:1] not in "=+-@\t" or part == ""
