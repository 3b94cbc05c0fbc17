"""Which column of a register holds which field: headings compared without case, accents, points and spaces."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ala_desktop.core.text import fold
from ala_desktop.fields.kinds import Reference
from ala_desktop.fields.spec import Field, RecordSpec

ID_HEADING = "Codice interno"
"""Heading of the records' ids in the files that this program writes."""
REASON_HEADING = "Motivo"
"""Heading of the reasons in a file of refused rows; ignored when the file comes back."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a register and the field that it fills.

    Attributes:
        index: place in the file, from 0.
        heading: cleaned text, as the office wrote it.
        kind: kind of record.
        field: the field; named `id` for the column of ids.
    """

    index: int
    heading: str
    kind: str
    field: Field


class Headings:
    """The headings under which the fields of one or more kinds of record are known."""

    def __init__(self, specs: Sequence[RecordSpec], extra: Iterable[tuple[str, Field]] = ()) -> None:
        """`extra` are (kind, field) pairs that no record has: a column that fills one of several fields.

        Headings of registers go before labels, and earlier kinds before later ones.
        """
        fields = [(spec.kind, field) for spec in specs for field in spec.fields.values()]
        self._known: dict[str, tuple[str, Field]] = {}
        for kind, field in [*extra, *fields]:
            for heading in field.register:
                self._known.setdefault(fold(heading), (kind, field))
        for kind, field in fields:
            self._known.setdefault(fold(field.label), (kind, field))
        own_id = Field("id", Reference(specs[0].kind), ID_HEADING)
        self._known[fold(ID_HEADING)] = (specs[0].kind, own_id)

    @property
    def known(self) -> frozenset[str]:
        """All headings, folded."""
        return frozenset(self._known)

    def columns(self, headings: Sequence[str]) -> tuple[list[Column], list[str]]:
        """The columns that fill a field, in the file's order, and the headings that fill none.

        Of two columns for one field the first counts; the other is among the unused.
        """
        columns: list[Column] = []
        unused: list[str] = []
        taken: set[tuple[str, str]] = set()
        for index, heading in enumerate(headings):
            kind, field = self._known.get(fold(heading), ("", None))
            if field is not None and (kind, field.name) not in taken:
                taken.add((kind, field.name))
                columns.append(Column(index, heading, kind, field))
            elif heading and fold(heading) != fold(REASON_HEADING):
                unused.append(heading)
        return columns, unused
