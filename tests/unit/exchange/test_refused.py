"""Refused rows leave with their reason and come back as they were."""

from __future__ import annotations

import csv
import io

import pytest

from ala_desktop.core.errors import Mendable
from ala_desktop.exchange.refused import write_refused
from ala_desktop.exchange.tables import read_table

KNOWN = frozenset({"codice", "canone", "note"})
TEXT = 'Registro\nCodice;Canone;Note\nA1;-120,00;"=CMD()\nx"\nA2;5;y\nA3;dieci;sì;in più\n'


def written(tmp_path, **added):
    source = tmp_path / "r.csv"
    source.write_bytes(TEXT.encode("cp1252"))
    table = read_table(source, KNOWN)
    target = tmp_path / "rifiutate.csv"
    count = write_refused(target, table, {0: "Canone: è negativo", 2: "Canone: non è un numero"}, added)
    assert count == 2
    return table, target


def test_refused_rows_carry_their_reason_and_no_formula(tmp_path):
    _, target = written(tmp_path)
    assert target.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(target.read_text("utf-8-sig"), newline=""), delimiter=";"))
    assert rows[0] == ["Codice", "Canone", "Note", "Motivo"]
    assert rows[1] == ["A1", "'-120,00", "'=CMD()\nx", "Canone: è negativo"]
    assert rows[2] == ["A3", "dieci", "sì", "Canone: non è un numero", "in più"]


def test_the_file_of_refused_rows_is_read_back_as_they_were(tmp_path):
    table, target = written(tmp_path)
    again = read_table(target, KNOWN)
    assert [row[:3] for row in again.rows] == [table.rows[0], table.rows[2]]


def test_columns_can_be_added_that_the_register_did_not_have(tmp_path):
    _, target = written(tmp_path, Registro="nuclei.csv")
    again = read_table(target, KNOWN)
    assert again.headings == ("Codice", "Canone", "Note", "Registro", "Motivo")
    assert [row[3] for row in again.rows] == ["nuclei.csv", "nuclei.csv"]


def test_a_folder_that_is_not_there_is_told_in_words(tmp_path):
    source = tmp_path / "r.csv"
    source.write_bytes(TEXT.encode("cp1252"))
    with pytest.raises(Mendable, match="La cartella non esiste"):
        write_refused(tmp_path / "manca" / "x.csv", read_table(source, KNOWN), {0: "x"})
