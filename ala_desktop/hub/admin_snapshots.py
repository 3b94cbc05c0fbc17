"""The commands of `ala-hub` on what the logs amount to, and on what of them may be dropped: snapshot, horizon."""

from __future__ import annotations

import shutil
from argparse import Namespace
from pathlib import Path
from tempfile import TemporaryDirectory

from ala_desktop.core.clock import Clock
from ala_desktop.core.console import Answer
from ala_desktop.core.errors import Mendable
from ala_desktop.core.tenants import name_of, office_of
from ala_desktop.hub.admin_devices import Adder
from ala_desktop.hub.serving import STORE_FILE, identity_for, open_store
from ala_desktop.hub.snapshots import Snapshots
from ala_desktop.models.catalog import build
from ala_desktop.sync.protocol import Position


def add(command: Adder) -> None:
    """Add the commands."""
    making = command("snapshot", _snapshot, "prepara la fotografia da cui comincia un PC che si collega")
    making.add_argument("comune", metavar="CODICE", nargs="*", help="codice catastale o nome; senza, tutti i registri")
    drawing = command("horizon", _horizon, "dice ai PC di ALA fin dove possono alleggerire i registri dei comuni")
    drawing.add_argument(
        "--backup", required=True, metavar="COPIA",
        help="la più vecchia copia della centrale che si potrebbe ancora ripristinare: la sua cartella, o l'indirizzo "
        "del database in cui è stata caricata",
    )  # fmt: skip


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


def _horizon(arguments: Namespace) -> Answer:
    safe = _ends_of(arguments.backup)
    store = open_store(arguments.data, arguments.database)
    try:
        house = Snapshots(store, build(), identity_for(arguments.data, store), Clock())
        drawn = {tenant: house.draw_horizon(tenant, end) for tenant, end in safe.items() if end.seq}
    finally:
        store.close()
    told = {tenant: seq for tenant, seq in drawn.items() if seq is not None}
    lines = [f"{tenant}  {name_of(tenant)}: fino al salvataggio {seq}" for tenant, seq in told.items()]
    return Answer({"horizon": told}, "\n".join(lines) or "Nulla di nuovo: servono fotografie comprese nella copia.")


def _ends_of(backup: str) -> dict[str, Position]:
    """Where each log ends in a copy of the hub's store, which stays as it is."""
    if "://" in backup:
        store = open_store(Path(), backup)
        try:
            return store.heads()
        finally:
            store.close()
    if not (Path(backup) / STORE_FILE).is_file():
        raise Mendable(
            "Copia della centrale non trovata",
            f"In {backup} non c'è il file {STORE_FILE}.",
            "Indicare la cartella che lo contiene.",
        )
    with TemporaryDirectory() as folder:  # opening a store of an earlier version would change it
        for ending in ("", "-wal"):
            copied = Path(backup) / f"{STORE_FILE}{ending}"
            if copied.exists():
                shutil.copy(copied, folder)
        store = open_store(Path(folder))
        try:
            return store.heads()
        finally:
            store.close()
