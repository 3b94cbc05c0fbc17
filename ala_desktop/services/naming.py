"""What a person calls a record, also where its own fields give only a code: a grant goes by its beneficiary's name.

Everything that shows the name of a record asks here rather than its spec, which knows no other records. Services and
the window use it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ala_desktop.fields.values import Value
from ala_desktop.services.desk import Desk
from ala_desktop.services.linked import VERDICT
from ala_desktop.services.person_links import CASES

_PERSON = "person_id"


def name_of(desk: Desk, kind: str, values: Mapping[str, Value]) -> str:
    """The name of one record of `kind` with these values."""
    return names_of(desk, kind, [values])[0]


def names_of(desk: Desk, kind: str, many: Sequence[Mapping[str, Value]]) -> list[str]:
    """The names of several records of one kind, in their order; one reading for all."""
    if kind == VERDICT:
        return [_pair_name(desk, values) for values in many]
    spec = desk.catalog[kind]
    return [spec.name_of(values) for values in told(desk, kind, many)]


def _pair_name(desk: Desk, values: Mapping[str, Value]) -> str:
    """The names of the two records that a verdict is about."""
    kind = str(values.get("record_kind"))
    if kind not in desk.catalog or kind == VERDICT:
        return desk.catalog[VERDICT].label
    rows = desk.many(kind, [str(values.get(name)) for name in ("first_id", "second_id")])
    names = list(dict.fromkeys(names_of(desk, kind, [row.values for row in rows])))
    return " e ".join(names) or desk.catalog[VERDICT].label


def told(desk: Desk, kind: str, many: Sequence[Mapping[str, Value]]) -> list[Mapping[str, Value]]:
    """The same values, with the linked person's name where the title would show a codice fiscale.

    Nobody linked, or a person whose record has not arrived yet: the codice fiscale stays.
    """
    code = CASES.get(kind)
    if code is None or code not in desk.catalog[kind].title:
        return list(many)
    kept = {record: desk.linked.kept(record) for values in many if (record := str(values.get(_PERSON) or ""))}
    person = desk.catalog["person"]
    names = {row.id: person.name_of(row.values) for row in desk.many("person", set(kept.values()))} if kept else {}
    return [{**values, code: names.get(kept.get(str(values.get(_PERSON)), ""), values.get(code))} for values in many]
