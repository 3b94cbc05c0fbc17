"""Commands on records: list, show, edit, digest, verify."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from ala_desktop.cli.context import Context
from ala_desktop.core.console import Answer, say
from ala_desktop.core.errors import Mendable
from ala_desktop.fields.kinds import Reference
from ala_desktop.fields.spec import DELETED, RecordSpec
from ala_desktop.fields.values import Value, ValueProblem
from ala_desktop.services import naming
from ala_desktop.services.desk import Desk
from ala_desktop.services.forms import Forms
from ala_desktop.services.linked import VERDICT
from ala_desktop.services.row import Row
from ala_desktop.services.sittings.course import refuse_by_hand
from ala_desktop.services.soundness import Healing, Soundness
from ala_desktop.services.units import ToConfirm

_SHOWN = 60
"""Letters of a wrong value that are shown with the reason."""


def list_records(context: Context, arguments: Namespace) -> Answer:
    """The living records of a kind, all or those whose fields equal `--where`."""
    with context.desk(arguments.tenant) as desk:
        spec = _spec(desk, arguments.kind)
        rows = desk.find(spec.kind, **_values(desk, spec, arguments.where))
        names = naming.names_of(desk, spec.kind, [row.values for row in rows])
    lines = [f"{row.id}  {name}" for row, name in zip(rows, names, strict=True)]
    words = "\n".join(lines) or f"Nessuna scheda: {spec.plural}."
    return Answer([_as_json(spec, row) for row in rows], words)


def show(context: Context, arguments: Namespace) -> Answer:
    """One record, field by field."""
    with context.desk(arguments.tenant) as desk:
        spec = _spec(desk, arguments.kind)
        shown = desk.linked.kept(arguments.id)
        if shown != arguments.id:
            say(f"La scheda {arguments.id} è collegata a questa: è la stessa, registrata due volte.")
        return _shown(spec, desk.get(spec.kind, shown))


def edit(context: Context, arguments: Namespace) -> Answer:
    """Change fields of a record, or make a new one."""
    with context.desk(arguments.tenant) as desk:
        spec = _spec(desk, arguments.kind)
        put = _values(desk, spec, arguments.assignments)
        refuse_by_hand(spec.kind, put)
        _refuse_dangling(desk, spec, put)
        forms = Forms(desk)
        _refuse_linked(desk, spec, arguments.id)
        row = forms.blank(spec.kind) if arguments.id == "new" else desk.get(spec.kind, arguments.id)
        _refuse_mixed(forms, row, put)
        if put == {DELETED: 1}:
            return _shown(spec, forms.delete(row)[0])
        try:
            saved = forms.save(row, put, confirmed=arguments.confirm)
        except ToConfirm as problem:
            raise Mendable(
                problem.title, problem.cause, "Controllare quanto indicato e ripetere il comando con --confirm."
            ) from problem
    for name, value in put.items():
        for odd in spec.fields[name].kind.warnings(value) if name in spec.fields else ():
            say(f"Attenzione, {spec.fields[name].label}: {odd}.")
    return _shown(spec, saved)


def _refuse_dangling(desk: Desk, spec: RecordSpec, put: Mapping[str, Value]) -> None:
    """Refuse the id of a record that is not here: typed by hand it is a slip, whatever may yet arrive."""
    for name, value in put.items():
        kind = spec.fields[name].kind if name in spec.fields else None
        if isinstance(kind, Reference) and value is not None:
            desk.get(kind.to, str(value))


def _refuse_linked(desk: Desk, spec: RecordSpec, record: str) -> None:
    """Refuse to write on a record that another one stands for, and to write a verdict on duplicates by hand."""
    if spec.kind == VERDICT:
        raise Mendable(
            "I giudizi sui duplicati hanno comandi propri",
            "Un collegamento scritto campo per campo potrebbe non indicare nessuna scheda.",
            "Usare: ala-desktop duplicates link|unlink|dismiss",
        )
    shown = desk.linked.kept(record)
    if shown != record:
        raise Mendable(
            "La scheda è collegata a un'altra",
            f"Al suo posto si mostra e si modifica la scheda {shown}.",
            f"Scrivere su quella, oppure scollegarle: ala-desktop duplicates unlink {record}",
        )


def _refuse_mixed(forms: Forms, row: Row, put: Mapping[str, Value]) -> None:
    """Refuse to delete or restore and to write in one go, and to write on what is deleted."""
    if DELETED in put and (forms.is_new(row) or len(put) > 1):
        raise Mendable(
            "Una scheda si elimina o si ripristina da sola",
            f"Insieme a {DELETED} il comando indica altri campi, oppure una scheda nuova.",
            f"Scrivere {DELETED}=1 (elimina) o {DELETED}=0 (ripristina) da solo, gli altri campi con un altro comando.",
        )
    if row.deleted and DELETED not in put:
        raise Mendable(
            "La scheda è eliminata",
            "Su una scheda eliminata non si scrive.",
            f"Ripristinarla prima: ala-desktop edit {row.kind} {row.id} {DELETED}=0",
        )


def digest(context: Context, arguments: Namespace) -> Answer:
    """One hash of the whole acknowledged state."""
    with context.desk(arguments.tenant) as desk:
        found = Soundness(desk).digest()
    return Answer({"digest": found.digest, "seq": found.seq}, f"{found.digest} (fino a {found.seq})")


def verify(context: Context, arguments: Namespace) -> Answer:
    """Prove that the records are what the log says, and that no number of minutes is missing or double.

    With `--heal`, put right first what is not as the log says.
    """
    with context.desk(arguments.tenant) as desk:
        soundness = Soundness(desk)
        healing = soundness.heal() if arguments.heal else None
        found = soundness.verify()
    if found:
        places = "\n".join(f"- {item.kind} {item.id}: {item.what}" for item in found)
        raise Mendable(
            "L'archivio non supera la verifica",
            f"Anomalie trovate: {len(found)}.\n{places}",
            "Non cancellare nulla e copiare la cartella dei dati; poi rimettere a posto le schede dal registro con "
            "«ala-desktop verify --heal» o con uno scambio. Se l'avviso ritorna, chiedere assistenza ad ALA.",
        )
    data: dict[str, Any] = {"clean": True, "discrepancies": []}
    words = "L'archivio corrisponde al suo registro, e ai verbali non mancano numeri."
    if arguments.heal:
        data["healed"] = [item._asdict() for item in healing.faults] if healing else []
        data["changed"] = [asdict(change) for change in healing.changes] if healing else []
    if healing:
        words = "\n".join(
            (f"Rimesso a posto dal registro; anomalie: {len(healing.faults)}.", *_changes(healing), words)
        )
    return Answer(data, words)


def _changes(healing: Healing) -> list[str]:
    return [
        f"- {one.name}, {one.label}: «{one.was or '(vuoto)'}» ora «{one.now or '(vuoto)'}»" for one in healing.changes
    ]


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
                f"{field.label}: valore non valido",
                f"«{text if len(text) <= _SHOWN else text[:_SHOWN] + '…'}» {problem.reason}.",
                "Correggere il valore e riprovare.",
            ) from problem
    return values


def _as_json(spec: RecordSpec, row: Row) -> dict[str, Value]:
    secret = {name for name, field in spec.fields.items() if field.secret}
    return {"id": row.id, **{name: value for name, value in row.values.items() if name not in secret}}


def _shown(spec: RecordSpec, row: Row) -> Answer:
    lines = [f"{spec.label} {row.id}" + (" (eliminata)" if row.deleted else "")]
    for name, field in spec.fields.items():
        if row[name] is not None and not field.secret:
            lines.append(f"  {field.label}: {field.kind.show(row[name])}")
    return Answer(_as_json(spec, row), "\n".join(lines))
