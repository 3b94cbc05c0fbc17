"""Values in normal form for every kind of field, as hypothesis draws them."""

from __future__ import annotations

import unicodedata
from typing import Any

from hypothesis import strategies as st

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
from ala_desktop.fields.spec import RecordSpec
from ala_desktop.fields.values import Value

_CHARACTERS = st.characters(exclude_categories=("Cc", "Cs", "Cf", "Cn"))
_AWKWARD = st.sampled_from(
    ["=1+1", "'", '"', "\\", "null", "007", "1e5", "Șahin Đorđević", "à" * 20, "{}", "[1]", "🏠"]
)


def _text(most: int, *, lines: bool = False) -> st.SearchStrategy[str]:
    plain = st.text(_CHARACTERS, min_size=1, max_size=min(most, 60)) | _AWKWARD
    if lines:
        plain = st.lists(plain, min_size=1, max_size=3).map("\n".join)
    return plain.map(lambda text: unicodedata.normalize("NFC", text)[:most])


def of_kind(kind: FieldKind) -> st.SearchStrategy[Any]:
    """Values that may stand in a field of this kind, None left out."""
    made: dict[type[FieldKind], st.SearchStrategy[Any]] = {
        YesNo: st.sampled_from([0, 1]),
        Day: st.dates().map(lambda day: day.isoformat()),
        TimeOfDay: st.times().map(lambda time: f"{time:%H:%M}"),
        Floor: st.sampled_from(["S1", "T", "R", "M", "3"]) | _text(20),
        FiscalCode: _text(40),
        Iban: _text(50),
        Tags: st.sets(st.sampled_from(["anziani", "disabili", "minori"]), min_size=1).map(
            lambda w: "\n".join(sorted(w))
        ),
        Reference: st.text("0123456789abcdef", min_size=32, max_size=32),
    }
    if isinstance(kind, Choice):
        drawn: st.SearchStrategy[Any] = st.sampled_from(list(kind.options))
    elif isinstance(kind, Number):
        drawn = st.integers(kind.least if kind.least is not None else -(2**53) + 1, kind.greatest)
    elif isinstance(kind, Text):
        drawn = _text(kind.most, lines=kind.lines)
    else:
        drawn = made[type(kind)]
    return drawn.filter(lambda value: kind.check(value) is None)


@st.composite
def of_record(draw: st.DrawFn, spec: RecordSpec, *, whole: bool = True) -> dict[str, Value]:
    """Values of a new record: the required fields and some others. Not `whole`: only some, perhaps emptied, to edit."""
    fields = list(spec.fields.values())
    chosen = draw(st.sets(st.sampled_from([field.name for field in fields]), min_size=1))
    values: dict[str, Value] = {}
    for field in fields:
        if field.name in chosen or (whole and field.required):
            values[field.name] = draw(of_kind(field.kind))
            if not whole and not field.required and draw(st.booleans()):
                values[field.name] = None
    return values
