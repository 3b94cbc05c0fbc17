"""Whatever is done to a register's bytes, it is read or refused in words; nothing else ever escapes."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ala_desktop.core.errors import Mendable
from ala_desktop.exchange.tables import read_table

REGISTERS = Path(__file__).parents[2] / "data" / "registri"
KNOWN = frozenset({"prot", "data", "servizio", "richiedente", "cognome", "nome", "n nucleo", "isee"})
PIECES = ["Cognome", "Nome", ";", ",", "\t", "|", '"', '""', "\n", "\r\n", "\r", "a", "'=", "\ufeff", "à", "\0", "1,5"]


def survives(path):
    try:
        table = read_table(path, KNOWN)
    except Mendable:
        return
    assert all(len(row) == len(table.headings) for row in table.rows)
    assert len(table.lines) == len(table.rows)
    assert table.lines == sorted(set(table.lines))


@pytest.mark.parametrize("seed", range(60))
def test_a_workbook_with_bytes_changed_on_the_disk(tmp_path, seed):
    chance = random.Random(seed)
    data = bytearray((REGISTERS / "domande.xlsx").read_bytes())
    for _ in range(chance.randint(1, 20)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    survives(path)


@pytest.mark.parametrize("seed", range(60))
def test_a_workbook_whose_parts_were_spoilt(tmp_path, seed):
    chance = random.Random(seed)
    with zipfile.ZipFile(REGISTERS / "domande.xlsx") as archive:
        parts = {name: bytearray(archive.read(name)) for name in archive.namelist()}
    spoilt = parts[chance.choice(list(parts))]
    for _ in range(chance.randint(1, 10)):
        at = chance.randrange(len(spoilt))
        spoilt[at : at + chance.randint(0, 40)] = bytes([chance.randrange(256)])
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, bytes(content))
    survives(path)


@given(st.lists(st.sampled_from(PIECES), max_size=60), st.sampled_from(["utf-8", "utf-16", "utf-16-le", "cp1252"]))
def test_any_text(tmp_path_factory, pieces, encoding):
    path = tmp_path_factory.mktemp("t") / "a.csv"
    path.write_bytes("".join(pieces).encode(encoding, errors="replace"))
    survives(path)


@given(st.binary(max_size=400))
def test_any_bytes_under_good_headings(tmp_path_factory, tail):
    path = tmp_path_factory.mktemp("t") / "a.csv"
    path.write_bytes(b"Cognome;Nome;ISEE\nRossi;Anna;1\n" + tail)
    survives(path)
