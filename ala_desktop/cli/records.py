"""Commands on records: list, show, edit, digest, verify."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable

from ala_desktop.cli.context import Context
from ala_desktop.core.console import Answer
from ala_desktop.core.errors import Mendable
from ala_desktop.fields.spec import DELETED, RecordSpec
from ala_desktop.fields.values import Value, ValueProblem
from ala_desktop.services.desk import Desk
from ala_desktop.services.forms import Forms
from ala_desktop.services.row import Row
from ala_desktop.services.sittings.course import refuse_by_hand
from ala_desktop.services.soundness import Soundness


def list_records(context: Context, arguments: Namespace) -> Answer:
    """The living records of a kind, all or those whose fields equal `--where`."""
    with context.desk() as desk:
        spec = _spec(desk, arguments.kind)
        rows = desk.find(spec.kind, **_values(desk, spec, arguments.where))
    words = "\n".join(f"{row.id}  {spec.name_of(row.values)}" for row in rows) or f"Nessuna scheda: {spec.plural}."
    return Answer([_as_json(row) for row in rows], words)


def show(context: Context, arguments: Namespace) -> Answer:
    """One record, field by field."""
    with context.desk() as desk:
        spec = _spec(desk, arguments.kind)
        return _shown(spec, desk.get(spec.kind, arguments.id))


def edit(context: Context, arguments: Namespace) -> Answer:
    """Change fields of a record, or make a new one."""
    with context.desk() as desk:
        spec = _spec(desk, arguments.kind)
        put = _values(desk, spec, arguments.assignments)
        refuse_by_hand(spec.kind, put)
        forms = Forms(desk)
        row = forms.blank(spec.kind) if arguments.id == "new" else desk.get(spec.kind, arguments.id)
        if put == {DELETED: 1}:
            return _shown(spec, forms.delete(row)[0])
        return _shown(spec, forms.save(row, put, confirmed=arguments.confirm))


def digest(context: Context, arguments: Namespace) -> Answer:
    """One hash of the whole acknowledged state."""
    with context.desk() as desk:
        found = Soundness(desk).digest()
    return Answer({"digest": found.digest, "seq": found.seq}, f"{found.digest} (fino a {found.seq})")


def verify(context: Context, arguments: Namespace) -> Answer:
    """Prove that the records are what the log says."""
    with context.desk() as desk:
        found = Soundness(desk).verify()
    if found:
        places = "\n".join(f"- {item.kind} {item.id}: {item.what}" for item in found)
        raise Mendable(
            "L'archivio non corrisponde al suo registro",
            f"Differenze trovate: {len(found)}.\n{places}",
            "Non cancellare nulla: copiare la cartella dei dati e chiedere assistenza ad ALA.",
        )
    return Answer({"clean": True, "discrepancies": []}, "L'archivio corrisponde al suo registro.")


def _spec(desk: Desk, kind: str) -> RecordSpec:
    if kind not in desk.catalog:
        raise Mendable(
            "Tipo di scheda sconosciuto",
            f"«{kind}» non è un tipo di scheda.",
            f"I tipi sono: {', '.join(desk.catalog)}.",
        )
    return desk.catalog[kind]


def _values(desk: Desk, spec: RecordSpec, assignments: Iterable[str]) -> dict[str, Value]:
    """`FIELD=VALUE` texts as values in normal form."""
    values: dict[str, Value] = {}
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        if name == DELETED and equals:
            values[name] = 1 if text in ("1", "sì", "si") else None
            continue
        field = spec.fields.get(name)
        if not equals or field is None:
            raise Mendable(
                "Campo sconosciuto",
                f"«{assignment}» non ha la forma CAMPO=VALORE con un campo di {spec.kind}.",
                f"I campi sono: {', '.join(spec.fields)}.",
            )
        try:
            values[name] = field.kind.parse(text, desk.clock.today())
        except ValueProblem as problem:
            raise Mendable(
                f"{field.label}: valore non valido", f"«{text}» {problem.reason}.", "Correggere il valore e riprovare."
            ) from problem
    return values


def _as_json(row: Row) -> dict[str, Value]:
    return {"id": row.id, **row.values}


def _shown(spec: RecordSpec, row: Row) -> Answer:
    lines = [f"{spec.label} {row.id}"]
    for name, field in spec.fields.items():
        if row[name] is not None:
            lines.append(f"  {field.label}: {field.kind.show(row[name])}")
    return Answer(_as_json(row), "\n".join(lines))
