"""Commands on attachments: attach, attachments list|save|fetch|remove."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from ala_desktop.cli.context import Context
from ala_desktop.core.console import Answer, stoppable
from ala_desktop.core.errors import Mendable
from ala_desktop.services.attachments.attachments import Attached, Attachments, NotHere
from ala_desktop.services.desk import Desk
from ala_desktop.services.row import Row
from ala_desktop.sync.pieces import Stopped
from ala_desktop.wiring import attachments_of

_HIDDEN = ("key", "content_hash", "sitting_id")
"""Of no use to a script, and the key is nobody's to see."""


def attach(context: Context, arguments: Namespace) -> Answer:
    """Attach a file to a record."""
    with context.desk() as desk:
        _refuse_unknown(desk, arguments.kind)
        row = attachments_of(desk).attach(arguments.kind, arguments.id, arguments.file, arguments.note)
    return Answer(_as_json(row, here=True), f"Allegato «{row.text('name')}»: {row.id}")


def attachments(context: Context, arguments: Namespace) -> Answer:
    """What `arguments.action` says."""
    with context.desk() as desk:
        found = attachments_of(desk)
        match arguments.action:
            case "list":
                _refuse_unknown(desk, arguments.kind)
                return _listed(desk, found.of(arguments.kind, arguments.id))
            case "save":
                return _save(context, found, arguments)
            case "fetch":
                return _fetch(found)
            case _:
                return _remove(desk, found, arguments)


def _listed(desk: Desk, items: list[Attached]) -> Answer:
    spec = desk.catalog["attachment"]
    lines = [
        f"{item.row.id}  {item.row.text('name')} ({spec.fields['size'].kind.show(item.row['size'])} byte)"
        + ("" if item.here else ", non su questo PC")
        for item in items
    ]
    return Answer([_as_json(item.row, here=item.here) for item in items], "\n".join(lines) or "Nessun allegato.")


def _save(context: Context, found: Attachments, arguments: Namespace) -> Answer:
    target = context.target(arguments.out)
    try:
        found.save_as(arguments.attachment, target)
    except NotHere:
        with stoppable() as stop:
            try:
                found.fetch(arguments.attachment, stop=stop)
            except Stopped:
                return Answer({"out": None}, "Fermato: ripetendo il comando si riprende da qui.", whole=False)
        found.save_as(arguments.attachment, target)
    return Answer({"out": str(target)}, f"Salvato in {target}.")


def _fetch(found: Attachments) -> Answer:
    fetched: list[str] = []
    problems: list[dict[str, Any]] = []
    with stoppable() as stop:
        for row in found.missing():
            try:
                found.fetch(row.id, stop=stop)
                fetched.append(row.id)
            except Stopped:
                break
            except Mendable as problem:
                problems.append({"id": row.id, **problem.as_json()})
    words = f"Allegati ricevuti: {len(fetched)}; non ricevuti: {len(problems)}."
    return Answer({"fetched": fetched, "problems": problems}, words, whole=not problems)


def _remove(desk: Desk, found: Attachments, arguments: Namespace) -> Answer:
    row = desk.get("attachment", arguments.attachment)
    saved = found.restore([row])[0] if arguments.undo else found.remove(row)[0]
    done = "ripristinato" if arguments.undo else "eliminato"
    return Answer(_as_json(saved, here=found.is_here(saved)), f"Allegato «{saved.text('name')}» {done}.")


def _refuse_unknown(desk: Desk, kind: str) -> None:
    if kind not in desk.catalog:
        raise Mendable(
            "Tipo di scheda sconosciuto",
            f"«{kind}» non è un tipo di scheda.",
            f"I tipi sono: {', '.join(desk.catalog)}.",
        )


def _as_json(row: Row, *, here: bool) -> dict[str, Any]:
    values = {name: value for name, value in row.values.items() if name not in _HIDDEN}
    return {"id": row.id, **values, "here": here}
