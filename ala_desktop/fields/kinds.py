"""The kinds of field: how each is read, checked, shown. One small class each.

A value in its normal form is `str | int | None` (see `values.Value`); `None` is "not known" for every kind.
`ui/editors` maps each kind to a widget; nothing here knows of widgets or of the store.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from ala_desktop.core.text import clean, clean_lines, fold, is_clean
from ala_desktop.fields import identifiers
from ala_desktop.fields.values import (
    Value,
    ValueProblem,
    read_date,
    read_money,
    read_scaled,
    show_date,
    show_scaled,
)

_MAX_INT = 2**53 - 1


@dataclass(frozen=True, slots=True)
class FieldKind:
    """What all kinds share: text in, normal form inside, text out."""

    stored: ClassVar[type[str] | type[int]] = str

    def parse(self, text: str, today: date) -> Value:
        """The normal form of what was typed or stood in a register; empty text is None.

        Raises:
            ValueProblem: with the reason in Italian.
        """
        bare = clean(text)
        return self._read(bare, today) if bare else None

    def _read(self, text: str, today: date) -> Value:
        raise NotImplementedError

    def check(self, value: Value) -> str | None:
        """Why `value` is no normal form of this kind, in Italian, or None. Used on everything that comes in."""
        if value is None or isinstance(value, self.stored):
            return None
        return "tipo di valore errato"

    def warnings(self, value: Value) -> list[str]:
        """What looks wrong with a readable value, in Italian; it is taken all the same."""
        return []

    def show(self, value: Value) -> str:
        """The value as a person reads it, in Italian; empty for None."""
        return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Text(FieldKind):
    """Text of at most `most` characters; several lines when `lines`."""

    most: int = 200
    lines: bool = False

    def parse(self, text: str, today: date) -> Value:
        """As typed, cleaned; several lines are kept only where the field has them."""
        bare = clean_lines(text) if self.lines else clean(text)
        return self._read(bare, today) if bare else None

    def _read(self, text: str, today: date) -> Value:
        if len(text) > self.most:
            raise ValueProblem(f"supera i {self.most} caratteri")
        return text

    def check(self, value: Value) -> str | None:
        """A clean string within the length."""
        if value is None:
            return None
        if not isinstance(value, str):
            return "tipo di valore errato"
        if len(value) > self.most:
            return f"supera i {self.most} caratteri"
        return None if is_clean(value) else "contiene caratteri non ammessi"


@dataclass(frozen=True, slots=True)
class Choice(FieldKind):
    """One of `options`: identifier to label; `also` maps other ways of writing it to the identifier."""

    options: dict[str, str]
    also: dict[str, str] | None = None

    def _read(self, text: str, today: date) -> Value:
        wanted = fold(text)
        for identifier, label in self.options.items():
            if wanted in (fold(identifier), fold(label)):
                return identifier
        for written, identifier in (self.also or {}).items():
            if wanted == fold(written):
                return identifier
        raise ValueProblem("valore non previsto: " + ", ".join(self.options.values()))

    def show(self, value: Value) -> str:
        """The option's label; an identifier of a newer edition is shown as it is."""
        return "" if value is None else self.options.get(str(value), str(value))

    def __hash__(self) -> int:
        """By the identifiers, in their order."""
        return hash(tuple(self.options))


@dataclass(frozen=True, slots=True)
class Day(FieldKind):
    """A calendar day, `YYYY-MM-DD`. `future` tells how two-digit years are read."""

    future: bool = False
    _ISO: ClassVar[re.Pattern[str]] = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
    """Python also reads `2026-W01-1`, which is a day too, and shown it is none."""

    def _read(self, text: str, today: date) -> Value:
        return read_date(text, today, future=self.future)

    def check(self, value: Value) -> str | None:
        """An existing day in ISO form."""
        if value is None:
            return None
        try:
            ok = isinstance(value, str) and self._ISO.fullmatch(value) and date.fromisoformat(value)
        except ValueError:
            ok = False
        return None if ok else "la data non esiste"

    def show(self, value: Value) -> str:
        """`gg/mm/aaaa`."""
        return "" if value is None else show_date(str(value))


@dataclass(frozen=True, slots=True)
class TimeOfDay(FieldKind):
    """An hour of the day, `HH:MM`, as on the clock in the room."""

    _WRITTEN: ClassVar[re.Pattern[str]] = re.compile(r"(\d{1,2})(?:[:.,]?(\d{2}))?\Z")
    _SHAPE: ClassVar[re.Pattern[str]] = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")

    def _read(self, text: str, today: date) -> Value:
        written = self._WRITTEN.match(text)
        if not written or int(written[1]) > 23 or int(written[2] or 0) > 59:
            raise ValueProblem("non è un'ora")
        return f"{int(written[1]):02}:{int(written[2] or 0):02}"

    def check(self, value: Value) -> str | None:
        """`HH:MM`."""
        return None if value is None or self._SHAPE.fullmatch(str(value)) else "non è un'ora"


@dataclass(frozen=True, slots=True)
class Number(FieldKind):
    """A number kept as an integer of 10**-`scale` units, between `least` and `greatest` (in those units).

    `bare`: zeros at the end of its decimals are not shown, as people write `4` and `4,5` rooms.
    """

    stored: ClassVar[type[str] | type[int]] = int
    scale: int = 0
    least: int | None = 0
    greatest: int = _MAX_INT
    unit: str = ""
    bare: bool = False

    def _read(self, text: str, today: date) -> Value:
        return self._within(read_scaled(text, self.scale))

    def _within(self, value: int) -> int:
        if reason := self.check(value):
            raise ValueProblem(reason)
        return value

    def check(self, value: Value) -> str | None:
        """An integer within the range."""
        if value is None:
            return None
        if type(value) is not int:
            return "tipo di valore errato"
        if self.least is not None and value < self.least:
            return "è negativo" if self.least == 0 else f"è minore di {self.show(self.least)}"
        return f"è maggiore di {self.show(self.greatest)}" if value > self.greatest else None

    def show(self, value: Value) -> str:
        """With decimal comma and points between thousands."""
        text = "" if value is None else show_scaled(int(value), self.scale)
        return text.rstrip("0").rstrip(",") if self.bare and "," in text else text


@dataclass(frozen=True, slots=True)
class Year(Number):
    """A year of four digits, shown without a point."""

    least: int | None = 1000
    greatest: int = 2200

    def show(self, value: Value) -> str:
        """Four digits."""
        return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Money(Number):
    """An amount in integer cents of euro, not negative."""

    scale: int = 2
    unit: str = "€"

    def _read(self, text: str, today: date) -> Value:
        return self._within(read_money(text))

    def show(self, value: Value) -> str:
        """`1.234,50 €`."""
        return "" if value is None else f"{show_scaled(int(value), 2)} €"


@dataclass(frozen=True, slots=True)
class YesNo(FieldKind):
    """Yes (1), no (0) or not known (None): an empty cell is not a no."""

    stored: ClassVar[type[str] | type[int]] = int
    _WORDS: ClassVar[dict[str, int]] = {
        "si": 1, "s": 1, "x": 1, "1": 1, "vero": 1, "true": 1, "yes": 1,
        "no": 0, "n": 0, "0": 0, "falso": 0, "false": 0,
    }  # fmt: skip

    def _read(self, text: str, today: date) -> Value:
        try:
            return self._WORDS[fold(text)]
        except KeyError:
            raise ValueProblem("va scritto sì o no") from None

    def check(self, value: Value) -> str | None:
        """0, 1 or None."""
        return None if value is None or (type(value) is int and value in (0, 1)) else "va indicato sì o no"

    def show(self, value: Value) -> str:
        """`sì`, `no` or nothing."""
        return {0: "no", 1: "sì"}.get(value, "") if isinstance(value, int) else ""


@dataclass(frozen=True, slots=True)
class Floor(FieldKind):
    """A floor as a code: `S1` basement, `T` ground, `R` raised, `M` mezzanine, a number; `3°` is `3`."""

    _BELOW: ClassVar[re.Pattern[str]] = re.compile(r"(?:S|-)(\d)\Z")
    _ABOVE: ClassVar[re.Pattern[str]] = re.compile(r"(\d{1,2})[°º^]?\Z")
    _WORDS: ClassVar[dict[str, str]] = {
        "t": "T", "pt": "T", "terra": "T", "piano terra": "T", "r": "R", "pr": "R", "rialzato": "R",
        "s": "S1", "seminterrato": "S1", "m": "M", "ammezzato": "M", "mezzanino": "M",
    }  # fmt: skip

    def _read(self, text: str, today: date) -> Value:
        if below := self._BELOW.match(text.upper()):
            return f"S{below[1]}"
        if above := self._ABOVE.match(text):
            return str(int(above[1])) if int(above[1]) else "T"
        if len(text) > 20:
            raise ValueProblem("supera i 20 caratteri")
        return self._WORDS.get(fold(text), text.upper())

    @staticmethod
    def order(value: Value) -> float:
        """Where the floor lies: S2 < S1 < T < R < M < 1 < 2; an unknown code comes last."""
        text = str(value or "")
        if text[:1] == "S" and text[1:].isdigit():
            return -float(text[1:])
        if text.isdigit():
            return float(text)
        return {"T": 0.0, "R": 0.3, "M": 0.6}.get(text, 99.0)


@dataclass(frozen=True, slots=True)
class FiscalCode(FieldKind):
    """A codice fiscale, kept as it was written; compared without spaces and case (DOMAIN 6)."""

    def _read(self, text: str, today: date) -> Value:
        if len(text) > 40:
            raise ValueProblem("supera i 40 caratteri")
        return text

    def check(self, value: Value) -> str | None:
        """A short clean string; a wrong check character is only a warning."""
        return Text(most=40).check(value)

    def warnings(self, value: Value) -> list[str]:
        """Form and check character."""
        problem = identifiers.fiscal_code_problem(str(value)) if value else None
        return [problem] if problem else []


@dataclass(frozen=True, slots=True)
class Iban(FieldKind):
    """A bank account; modulus 97 only, and only as a warning."""

    def _read(self, text: str, today: date) -> Value:
        if len(text) > 50:
            raise ValueProblem("supera i 50 caratteri")
        return text

    def check(self, value: Value) -> str | None:
        """A short clean string."""
        return Text(most=50).check(value)

    def warnings(self, value: Value) -> list[str]:
        """Form and check digits."""
        problem = identifiers.iban_problem(str(value)) if value else None
        return [problem] if problem else []


@dataclass(frozen=True, slots=True)
class Reference(FieldKind):
    """The id of a record of kind `to`. It may dangle: the other record may not have arrived yet (SYNC 13)."""

    to: str
    _ID: ClassVar[re.Pattern[str]] = re.compile(r"[0-9a-f]{32}\Z")

    def _read(self, text: str, today: date) -> Value:
        if not self._ID.match(text):
            raise ValueProblem("non è il codice interno di una scheda")
        return text

    def check(self, value: Value) -> str | None:
        """Thirty-two hexadecimal digits."""
        ok = value is None or (isinstance(value, str) and self._ID.match(value))
        return None if ok else "non è il codice interno di una scheda"


@dataclass(frozen=True, slots=True)
class Tags(FieldKind):
    """A set of words: sorted, one a line, so that equal sets are equal texts. Typed with commas."""

    def _read(self, text: str, today: date) -> Value:
        return "\n".join(sorted({clean(word) for word in text.split(",") if clean(word)})) or None

    def check(self, value: Value) -> str | None:
        """Sorted lines without repetition."""
        if value is None:
            return None
        if not isinstance(value, str) or not is_clean(value):
            return "tipo di valore errato"
        return None if value.split("\n") == sorted(set(value.split("\n"))) else "elenco non ordinato"

    def show(self, value: Value) -> str:
        """With commas."""
        return "" if value is None else str(value).replace("\n", ", ")


__all__ = [
    "Choice", "Day", "FieldKind", "FiscalCode", "Floor", "Iban", "Money", "Number", "Reference", "Tags", "Text",
    "TimeOfDay", "Year", "YesNo",
]  # fmt: skip
