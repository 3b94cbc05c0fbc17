"""Commands on possible duplicates: list, link, unlink, dismiss."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from ala_desktop.cli.context import Context
from ala_desktop.core.console import Answer
from ala_desktop.core.errors import Mendable
from ala_desktop.rules.duplicates import KINDS
from ala_desktop.services.desk import Desk
from ala_desktop.services.duplicate_verdicts import Decided, Link, Verdicts
from ala_desktop.services.duplicates import Duplicates, Possible


def duplicates(context: Context, arguments: Namespace) -> Answer:
    """List possible duplicates and links, or decide about one."""
    with context.desk() as desk:
        verdicts = Verdicts(desk)
        match arguments.action:
            case "list":
                return _list(desk, arguments.kind)
            case "link":
                _refuse_unknown(desk, arguments.kind, arguments.take)
                return _told(verdicts.link(arguments.kind, arguments.id, arguments.other, arguments.take))
            case "unlink":
                return _told(verdicts.unlink(arguments.id))
            case _:
                return _told(verdicts.dismiss(arguments.kind, arguments.id, arguments.other))


def _list(desk: Desk, kind: str | None) -> Answer:
    if kind is not None and kind not in KINDS:
        raise Mendable(
            "Tipo di scheda senza duplicati",
            f"Di «{kind}» non si cercano i duplicati.",
            f"I tipi sono: {', '.join(KINDS)}.",
        )
    possible, links = Duplicates(desk).all(kind), Verdicts(desk).links(kind)
    data = {"possible": [_possible(one) for one in possible], "linked": [_link(one) for one in links]}
    lines = ["Possibili duplicati:" if possible else "Nessun possibile duplicato."]
    for one in possible:
        lines += [f"  {one.kind}: {one.reason}", *(f"    {record}  {name}" for record, name in (one.first, one.second))]
    lines += ["Collegate:"] if links else []
    for link in links:
        lines += [f"  {link.kind}: {link.reason}", f"    {link.kept[0]}  {link.kept[1]} (in vista)"]
        lines.append(f"    {link.other[0]}  {link.other[1]}")
    return Answer(data, "\n".join(lines))


def _possible(one: Possible) -> dict[str, Any]:
    return {"kind": one.kind, "first": _named(one.first), "second": _named(one.second), "reason": one.reason}


def _link(link: Link) -> dict[str, Any]:
    return {
        "id": link.id, "kind": link.kind, "kept": _named(link.kept), "other": _named(link.other),
        "reason": link.reason, "author": link.author, "at": link.at,
    }  # fmt: skip


def _named(record: tuple[str, str]) -> dict[str, str]:
    return {"id": record[0], "name": record[1]}


def _told(decided: Decided) -> Answer:
    return Answer({"kind": decided.kind, "id": decided.record, "told": decided.told}, decided.told)


def _refuse_unknown(desk: Desk, kind: str, names: list[str]) -> None:
    """Refuse fields to take over that the kind has not; an unknown kind is refused by whoever links."""
    if kind not in desk.catalog:
        return
    spec = desk.catalog[kind]
    unknown = sorted(set(names) - spec.fields.keys())
    if unknown:
        raise Mendable(
            "Campo sconosciuto",
            f"{spec.label} non ha il campo {', '.join(unknown)}.",
            f"I campi sono: {', '.join(spec.fields)}.",
        )
