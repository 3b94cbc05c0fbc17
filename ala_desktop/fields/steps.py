"""Steps from one edition of the records to the next: what an older program wrote, as this one reads it.

A name is never used again for something else: a field whose meaning or unit changes gets a new name, and a step that
leads from the old one to it. So a step needs to know nothing of who wrote a value, nor when, and taking it twice does
no harm. Fields kept to the comune take no steps: their seal is bound to their name (SYNC 5).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from ala_desktop.fields.values import Value


def same(value: Value) -> Value:
    """What most steps do with a value."""
    return value


@dataclass(frozen=True, slots=True)
class Step:
    """A field of a kind of record that is written otherwise now.

    Attributes:
        kind: the kind of record.
        field: as it was called.
        to: as it is called now; the same where only its values are written otherwise.
        value: the new form of a value; it leaves what has the new form as it is, and None None.
        edition: the first edition of the records that writes the new form.
    """

    kind: str
    field: str
    to: str
    edition: int
    value: Callable[[Value], Value] = same


def words(new: Mapping[str, str]) -> Callable[[Value], Value]:
    """A step's `value` that replaces words of a choice."""

    def replaced(value: Value) -> Value:
        return new.get(value, value) if isinstance(value, str) else value

    return replaced


class Steps:
    """All steps, by kind of record, in the order in which the editions took them."""

    def __init__(self, steps: Iterable[Step] = ()) -> None:
        self._steps: dict[str, list[Step]] = {}
        for step in sorted(steps, key=lambda step: step.edition):
            self._steps.setdefault(step.kind, []).append(step)

    def __iter__(self) -> Iterator[Step]:
        """Every step."""
        return (step for steps in self._steps.values() for step in steps)

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self._steps)

    def touch(self, kind: str) -> bool:
        """Whether records of this kind take any step."""
        return kind in self._steps

    def name(self, kind: str, field: str) -> str:
        """How a field is called now."""
        for step in self._steps.get(kind, ()):
            if step.field == field:
                field = step.to
        return field

    def value(self, kind: str, field: str, value: Value) -> Value:
        """A value of a field, by the name that it was written under, in the form that it has now."""
        for step in self._steps.get(kind, ()):
            if step.field == field:
                field, value = step.to, step.value(value)
        return value
