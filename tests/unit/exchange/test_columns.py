"""Headings of any case, order and spacing find their field; the others are named."""

from __future__ import annotations

from ala_desktop.exchange.columns import Headings
from ala_desktop.fields.kinds import Text
from ala_desktop.fields.spec import Field, RecordSpec

HOME = RecordSpec(
    "home",
    "Casa",
    "Case",
    {
        "code": Field("code", Text(), "Codice alloggio", register=("Codice alloggio", "Cod.")),
        "area": Field("area", Text(), "Superficie utile (m²)", register=("Sup. utile mq",)),
        "notes": Field("notes", Text(), "Note"),
    },
)
OWNER = RecordSpec("owner", "Ente", "Enti", {"name": Field("name", Text(), "Note", register=("Nome",))})


def test_headings_match_without_case_accents_points_and_spaces():
    columns, unused = Headings([HOME]).columns(["SUP.UTILE  MQ", "codice Alloggio ", "nòte"])
    assert [(column.index, column.field.name) for column in columns] == [(0, "area"), (1, "code"), (2, "notes")]
    assert unused == []


def test_other_names_of_a_column_and_its_label_are_known():
    columns, _ = Headings([HOME]).columns(["COD", "Superficie utile (m2)"])
    assert [column.field.name for column in columns] == ["code", "area"]


def test_columns_without_a_field_are_named_and_reasons_ignored():
    columns, unused = Headings([HOME]).columns(["Codice alloggio", "Colore", "", "Motivo", "Cod."])
    assert [column.index for column in columns] == [0]
    assert unused == ["Colore", "Cod."]


def test_the_first_kind_takes_a_heading_that_two_share():
    columns, _ = Headings([HOME, OWNER]).columns(["Note", "Nome", "Codice interno"])
    assert [(column.kind, column.field.name) for column in columns] == [
        ("home", "notes"), ("owner", "name"), ("home", "id"),
    ]  # fmt: skip


def test_a_column_may_fill_a_field_that_no_record_has():
    status = Field("status", Text(), "Stato", register=("Stato",))
    columns, _ = Headings([HOME], [("home", status)]).columns(["STATO"])
    assert columns[0].field is status
