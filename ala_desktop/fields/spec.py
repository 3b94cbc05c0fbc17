"""What a record is, told without a store: its fields, labels, merge policies and what freezes it.

`models.catalog` builds these from the record classes; the log, the hub, the forms and the registers read them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from ala_desktop.fields.kinds import FieldKind
from ala_desktop.fields.steps import Step, Steps
from ala_desktop.fields.values import Value

DELETED = "_deleted"
"""The pseudo-field that says whether a record was deleted: 1, or None. A write on it is a delete or a restore."""


class Merge(Enum):
    """What the fold does with a write whose author had not seen the value in force (SYNC 16)."""

    ASK = "ask"
    AUTO = "auto"
    SET = "set"


class Share(Enum):
    """Who may read a field's value beyond this comune (DOMAIN 7)."""

    ALA = "ala"
    COMUNE = "comune"


class WrittenBy(Enum):
    """Who may write a value in a comune's log: the comune itself, ALA, or both (`sync.rights`)."""

    COMUNE = "comune"
    ALA = "ala"
    BOTH = "both"

    @property
    def comune(self) -> bool:
        """Whether the comune may."""
        return self is not WrittenBy.ALA

    @property
    def agency(self) -> bool:
        """Whether ALA may."""
        return self is not WrittenBy.COMUNE


@dataclass(frozen=True, slots=True)
class Field:
    """One attribute of a record.

    Attributes:
        name: column and wire name, English.
        kind: how it is read, checked and shown.
        label: what the clerk sees, Italian.
        merge: policy for unseen writes; ASK unless a reason says otherwise.
        why: the reason for a policy other than ASK.
        share: ALA may read it, or it stays sealed with the comune's key.
        required: a form does not save without it.
        help: one line beside the field, Italian.
        register: headings under which office registers keep it (compared by `core.text.fold`).
        searched: its text is found by the list's search.
        written_by: who may write it in a comune's log; None: as the record says.
        secret: it opens something, and never leaves the program in an export.
    """

    name: str
    kind: FieldKind
    label: str
    merge: Merge = Merge.ASK
    why: str = ""
    share: Share = Share.ALA
    required: bool = False
    help: str = ""
    register: tuple[str, ...] = ()
    searched: bool = False
    written_by: WrittenBy | None = None
    secret: bool = False

    @property
    def sealed(self) -> bool:
        """Whether the value travels sealed with the comune's key."""
        return self.share is Share.COMUNE


@dataclass(frozen=True, slots=True)
class Freeze:
    """When records of a kind stop changing.

    Attributes:
        kind: the kind of record whose state freezes (`sitting`).
        field: its field that says so.
        states: the values at which it is frozen.
        within: the field of *this* kind that refers to that record; None when it is that record itself.
    """

    kind: str
    field: str
    states: frozenset[str]
    within: str | None = None


@dataclass(frozen=True, slots=True)
class RecordSpec:
    """One kind of record.

    Attributes:
        kind: identifier, also the name of the table.
        label: singular, Italian. plural: plural, Italian.
        fields: by name, in the order of the paper form.
        title: names of the fields whose text names a record in lists and messages.
        freeze: what freezes records of this kind, or None.
        written_by: who may create and write such records in a comune's log; a field may say otherwise.
        published: ALA may publish such records in the ambito's log, which every comune reads: they name nobody.
        agency_writes: names of what ALA may put on such records in a comune's log. agency_only: and nobody else.
        sealed: names of the fields whose values travel sealed.
        checks: of every other field, `kind.check`.
    """

    kind: str
    label: str
    plural: str
    fields: Mapping[str, Field]
    title: tuple[str, ...] = ()
    freeze: Freeze | None = None
    written_by: WrittenBy = WrittenBy.COMUNE
    published: bool = False
    agency_writes: frozenset[str] = field(init=False)
    agency_only: frozenset[str] = field(init=False)
    sealed: frozenset[str] = field(init=False)
    checks: Mapping[str, Callable[[Value], str | None]] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Note what the log asks for at each record."""
        object.__setattr__(self, "sealed", frozenset(f.name for f in self.fields.values() if f.sealed))
        checks = {f.name: f.kind.check for f in self.fields.values() if not f.sealed}
        object.__setattr__(self, "checks", checks)
        hands = {f.name: f.written_by or self.written_by for f in self.fields.values()} | {DELETED: self.written_by}
        object.__setattr__(self, "agency_writes", frozenset(name for name, by in hands.items() if by.agency))
        object.__setattr__(self, "agency_only", frozenset(name for name, by in hands.items() if not by.comune))

    def name_of(self, values: Mapping[str, Value]) -> str:
        """How a person calls this record: the texts of its title fields."""
        texts = (self.fields[name].kind.show(values.get(name)) for name in self.title)
        return " ".join(text for text in texts if text) or self.label


class Catalog(Mapping[str, RecordSpec]):
    """All kinds of record that a store or a hub knows, by identifier, in a fixed order.

    Attributes:
        family: by the kind of a record that freezes, the kinds that it freezes with it.
        freezes: what freezes records of a kind, by kind; the fold asks for every op.
        published: kinds that ALA may publish in the ambito's log.
        with_agency: kinds of which something is ALA's alone to write in a comune's log.
        edition: of the records, from 1: programs of one edition write the same fields, and fold by the same rules.
        steps: from what older editions wrote to this one.
    """

    def __init__(self, specs: list[RecordSpec], edition: int = 1, steps: Iterable[Step] = ()) -> None:
        self._specs = {spec.kind: spec for spec in specs}
        self.edition = edition
        self.steps = Steps(steps)
        self.freezes: dict[str, Freeze] = {spec.kind: spec.freeze for spec in specs if spec.freeze}
        self.published = frozenset(spec.kind for spec in specs if spec.published)
        self.with_agency = frozenset(spec.kind for spec in specs if spec.agency_only)
        self.family: dict[str, list[str]] = {}
        for spec in specs:
            if spec.freeze and spec.freeze.within:
                self.family.setdefault(spec.freeze.kind, []).append(spec.kind)

    def __getitem__(self, kind: str) -> RecordSpec:
        """The spec of a kind; KeyError for an unknown one."""
        return self._specs[kind]

    def __iter__(self) -> Iterator[str]:
        """Identifiers in the order of the catalog."""
        return iter(self._specs)

    def __len__(self) -> int:
        """How many kinds there are."""
        return len(self._specs)
