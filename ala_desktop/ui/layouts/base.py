"""How a layout is written: a row names its fields with the twelfths of the width they take, as `code:3 address:9`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

WIDTH = 12
"""Columns of a form's grid."""


class Place(NamedTuple):
    """A field and how many columns it takes."""

    name: str
    span: int


@dataclass(frozen=True, slots=True)
class Section:
    """Fields that belong together, under a title.

    Attributes:
        title: Italian.
        rows: each a text such as `"code:3 address:9"`.
    """

    title: str
    rows: tuple[str, ...]

    def places(self) -> Iterator[list[Place]]:
        """The rows, read."""
        for row in self.rows:
            parts = (part.partition(":") for part in row.split())
            yield [Place(name, int(span)) for name, _, span in parts]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the fields of a record stand.

    Attributes:
        kind: the kind of record.
        sections: from top to bottom, as on the paper form.
        hidden: fields that no form shows, each with the reason.
        panels_after: how many sections stand above the panels; all when None.
    """

    kind: str
    sections: tuple[Section, ...]
    hidden: dict[str, str] = field(default_factory=dict)
    panels_after: int | None = None

    def names(self) -> list[str]:
        """Fields that are laid out, in order."""
        return [place.name for section in self.sections for row in section.places() for place in row]
