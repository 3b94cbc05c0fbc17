"""The command of `ala-hub` on what the logs amount to: snapshot."""

from __future__ import annotations

from argparse import Namespace

from ala_desktop.core.clock import Clock
from ala_desktop.core.console import Answer
from ala_desktop.core.tenants import name_of, office_of
from ala_desktop.hub.admin_devices import Adder
from ala_desktop.hub.serving import identity_for, open_store
from ala_desktop.hub.snapshots import Snapshots
from ala_desktop.models.catalog import build


def add(command: Adder) -> None:
    """Add the command."""
    making = command("snapshot", _snapshot, "prepara la fotografia da cui comincia un PC che si collega")
    making.add_argument("comune", metavar="CODICE", nargs="*", help="codice catastale o nome; senza, tutti i registri")


def _snapshot(arguments: Namespace) -> Answer:
    wanted = [office_of(comune).tenant for comune in arguments.comune]
    store = open_store(arguments.data, arguments.database)
    try:
        house = Snapshots(store, build(), identity_for(arguments.data, store), Clock())
        tenants = wanted or [status.tenant for status in store.status()]
        found = {tenant: house.make(tenant) for tenant in dict.fromkeys(tenants)}
    finally:
        store.close()
    made = {tenant: one for tenant, one in found.items() if one is not None}
    unchanged = sorted(found.keys() - made.keys())
    lines = [
        f"{tenant}  {name_of(tenant)}: fotografia al salvataggio {one.seq}, {one.records} schede, {one.size} byte"
        for tenant, one in made.items()
    ]
    if unchanged:
        lines.append(f"Nulla di nuovo: {', '.join(unchanged)}.")
    data = {"made": {tenant: one._asdict() for tenant, one in made.items()}, "unchanged": unchanged}
    return Answer(data, "\n".join(lines) or "Nessun registro.")
