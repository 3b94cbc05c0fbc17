"""What an office saves, at random: honest transactions of several shapes, and sound ones that say odd things."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from random import Random

from ala_desktop.fields.values import Value
from ala_desktop.sync.protocol import Op, Pair, Put, encode, line_of
from tests.fuzz.drafting import AT, hexed

_WORDS = ("Via Roma", "Via dell'Àdda 3", "Đorđević", '"Cascina" \\ 1', "riga\nriga", "🏠 Casa", "T")
_ODD_TEXTS = (
    "\x00", "a\x00b", "\u202egirato", "e\u0301", "\ufeff", "\x7f", "", "x" * 25_000, "2026-W01-1", "null", "=1+1",
    "٢٠٢٦-١١-٢٢", "\u2028", "'; DROP TABLE frame; --", "{}", "9" * 40, "\U0010ffff", "\r\n\t",
)  # fmt: skip
_ODD_VALUES: tuple[Value, ...] = (*_ODD_TEXTS, 2**53, -(2**53), 2**63, 2**64 - 1, -(2**63), -1, 0, 1, 2, None)
_ODD_NAMES = ("id", "extra", "_deleted", "created_seq", "created_by", "group_id", "zzz", "Zzz", "a" * 65, "", "rowid",
              "notes", "\x00", "sitting_id", "state")  # fmt: skip
_ODD_KINDS = ("", "frame", "replica", "sqlite_master", "housing_unit ", "housing_unit\x00", "k" * 300, "vote", "zzz")
_ODD_IDS = ("", "x", "A" * 32, "0" * 31, "0" * 33, "\x00" * 32, "i" * 40_000, "é" * 32, "0" * 32)
_ODD_TIMES = ("", "2026-13-45T25:61:61Z", "٢٠٢٦-١١-٢٢T٠٩:٠٠:٠٠Z", "2026-11-22", "0000-00-00T00:00:00Z",
              "9999-12-31T23:59:59Z", "2026-11-22T09:00:00+01", "2026-11-22T09:00:00Z\n")  # fmt: skip
_ODD_BASES = (None, 0, -1, 2**53, 2**63 - 1, 2**64 - 1, -(2**63))
_FIELDS: dict[str, dict[str, tuple[Value, ...]]] = {
    "housing_unit": {"code": ("BL0001", "x"), "address": _WORDS, "floor": ("T", "1"), "rent_cents": (0, 12_050),
                     "lift": (0, 1)},
    "household": {"address": _WORDS, "declared_isee_cents": (0, 700_000), "notes": ("*",)},
    "person": {"first_name": _WORDS, "last_name": _WORDS, "notes": ("*",)},
    "housing_application": {"protocol": ("12/2026",), "score": (0, 250)},
    "sitting": {"commission_id": ("d" * 32,), "place": _WORDS, "state": ("bozza", "in_lettura", "approvato")},
    "attendance": {"presence": ("presente", "assente"), "arrived_at": ("09:00",)},
    "vote": {"vote": ("favorevole", "contrario"), "conflict": (0, 1)},
}  # fmt: skip
_FAMILY = ("attendance", "vote")


@dataclass
class Office:
    """Records that were created, by kind, with their last values; `end` is how far the log goes."""

    chance: Random
    end: int = 0
    records: dict[str, dict[str, dict[str, Value]]] = field(default_factory=dict)

    def transactions(self) -> list[bytes]:
        """Lines of one honest frame."""
        shape = self.chance.choice((self._creation, self._edit, self._edit, self._family, self._mixed, self._import))
        return shape()

    def odd(self) -> list[bytes]:
        """Lines in their one encoding that hold something no honest program writes."""
        chance = self.chance
        op = self._op(chance.choice(list(_FIELDS)))
        at, author, group = AT, "Piera Invernizzi", None
        name = chance.choice(list(op.put))
        kind, record, base, closes = op.kind, op.id, op.base, list(op.closes)
        put: Put = dict(op.put)
        match chance.randrange(12):
            case 0 | 1 | 2:
                put[name] = self._like(op, chance.choice(_ODD_VALUES))
            case 3:
                put[chance.choice(_ODD_NAMES)] = self._like(op, chance.choice(_ODD_VALUES))
            case 4:
                kind = chance.choice(_ODD_KINDS)
            case 5:
                record = chance.choice(_ODD_IDS)
            case 6:
                base = chance.choice(_ODD_BASES)
            case 7:
                at = chance.choice(_ODD_TIMES)
            case 8:
                author = chance.choice(_ODD_TEXTS)
            case 9:
                group = chance.choice(_ODD_TEXTS)
            case 10:
                closes = [(chance.choice(_ODD_NAMES), chance.choice(_ODD_TEXTS), chance.choice((0, -1, 2**63, 1)))]
            case _:
                put = {name: self._pair(chance.choice(_ODD_VALUES), chance.choice(_ODD_VALUES))}
        lines = self._creation() if chance.random() < 0.5 else []
        lines.insert(
            chance.randint(0, len(lines)), line_of(at, author, group, [encode(Op(kind, record, base, put, closes))])
        )  # fmt: skip
        return lines

    def _like(self, op: Op, value: Value) -> Value | Pair:
        return value if op.base is None else (None, value)

    def _pair(self, old: Value, new: Value) -> Pair:
        return old, new

    def _line(self, *ops: Op, group: str | None = None) -> bytes:
        return line_of(AT, "Piera Invernizzi", group, [encode(op) for op in ops])

    def _op(self, kind: str) -> Op:
        return self._new(kind) if self.chance.random() < 0.4 else self._change(kind)

    def _values(self, kind: str) -> dict[str, Value]:
        fields = _FIELDS[kind]
        names = self.chance.sample(list(fields), self.chance.randint(1, len(fields)))
        return {name: self._value(fields[name]) for name in names}

    def _value(self, among: tuple[Value, ...]) -> Value:
        value = self.chance.choice(among)
        return base64.b64encode(self.chance.randbytes(24)).decode() if value == "*" else value

    def _new(self, kind: str, **more: Value) -> Op:
        record = hexed(self.chance, 32)
        values = self._values(kind) | more
        self.records.setdefault(kind, {})[record] = values
        return Op(kind, record, None, Put(values), [])

    def _change(self, kind: str) -> Op:
        known = self.records.get(kind)
        if not known:
            return self._new(kind)
        record = self.chance.choice(list(known))
        values = self._values(kind)
        if self.chance.random() < 0.1:
            values = {"_deleted": self.chance.choice((1, None))}
        seen = known[record]
        put: Put = {name: (seen.get(name), value) for name, value in values.items()}
        closes = [("address", hexed(self.chance, 16), 1)] if self.chance.random() < 0.05 else []
        known[record] = seen | values
        return Op(kind, record, self.chance.randint(0, self.end), put, closes)

    def _creation(self) -> list[bytes]:
        return [self._line(self._new(self.chance.choice(list(_FIELDS)))) for _ in range(self.chance.randint(1, 4))]

    def _edit(self) -> list[bytes]:
        return [self._line(self._change(self.chance.choice(list(_FIELDS)))) for _ in range(self.chance.randint(1, 4))]

    def _mixed(self) -> list[bytes]:
        return [self._line(*(self._op(self.chance.choice(list(_FIELDS))) for _ in range(self.chance.randint(2, 6))))]

    def _import(self) -> list[bytes]:
        group = hexed(self.chance, 32)
        return [self._line(self._new("housing_unit"), group=group) for _ in range(self.chance.choice((3, 3, 120)))]

    def _family(self) -> list[bytes]:
        """A sitting, what hangs on it, and perhaps its approval."""
        sitting = self._new("sitting", state="bozza")
        members = [self._new(kind, sitting_id=sitting.id) for kind in _FAMILY]
        lines = [self._line(sitting, *members)]
        if self.chance.random() < 0.5:
            approval = Op("sitting", sitting.id, self.end, {"state": ("bozza", "approvato")}, [])
            lines.append(self._line(approval))
        return lines
