"""A record as services hand it out: frozen, with the place in the log at which it was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ala_desktop.fields.spec import DELETED
from ala_desktop.fields.values import Value
from ala_desktop.sync.capture import Change


@dataclass(frozen=True, slots=True)
class Row:
    """One record.

    Attributes:
        kind, id: which.
        position: the log position at which it was read; goes back into `Change.base` when a form saves.
        values: every field of the kind by name, in normal form; None where nothing is known.
        group: the import that brought it, or None.
        published: it is ALA's, for all comuni; elsewhere it can only be read.
    """

    kind: str
    id: str
    position: int
    values: Mapping[str, Value]
    group: str | None = None
    published: bool = False

    def __getitem__(self, name: str) -> Value:
        """The value of a field."""
        return self.values[name]

    def get(self, name: str) -> Value:
        """The value of a field, None for a field that the kind does not have."""
        return self.values.get(name)

    def text(self, name: str) -> str:
        """The value of a text field; empty for None."""
        return str(self.values.get(name) or "")

    def change(self, put: Mapping[str, Value]) -> Change:
        """New values for this record, told with what was read and where in the log that was."""
        return Change(self.kind, self.id, put, self.position, self.values)

    @property
    def deleted(self) -> bool:
        """Whether the record is deleted."""
        return self.values.get(DELETED) == 1
