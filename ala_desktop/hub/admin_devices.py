"""The commands of `ala-hub` on devices: devices, revoke, quarantine."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

from ala_desktop.core.clock import Clock
from ala_desktop.core.console import Answer
from ala_desktop.core.tenants import name_of, title_of
from ala_desktop.hub.intake import Intake
from ala_desktop.hub.revoking import Kept, Quarantine, revoke
from ala_desktop.hub.series import Series
from ala_desktop.hub.serving import identity_for, open_store
from ala_desktop.hub.store import Device, Store
from ala_desktop.models.catalog import build

Adder = Callable[[str, Callable[[Namespace], Answer | None], str], ArgumentParser]


def add(command: Adder) -> None:
    """Add the commands."""
    command("devices", _devices, "elenca i PC collegati")
    revoking = command("revoke", _revoke, "esclude un PC dallo scambio: smarrito, rubato, sostituito")
    revoking.add_argument("device", metavar="PC", help="il suo codice, come in «devices»")
    other = revoking.add_mutually_exclusive_group()
    other.add_argument("--undo", action="store_true", help="lo riammette: nulla di quanto aveva è andato perso")
    other.add_argument(
        "--series-to", metavar="ALTRO", help="era il PC che numera i verbali: d'ora in poi li numera quest'altro"
    )
    judging = command("quarantine", _quarantine, "i lotti di PC esclusi arrivati per altra via: li giudica una persona")
    choice = judging.add_mutually_exclusive_group()
    choice.add_argument("--admit", metavar="LOTTO", help="lo ammette nel registro del comune")
    choice.add_argument("--drop", metavar="LOTTO", help="lo scarta per sempre")


@contextmanager
def _store(arguments: Namespace) -> Generator[Store]:
    store = open_store(arguments.data, arguments.database)
    try:
        yield store
    finally:
        store.close()


def _as_json(device: Device) -> dict[str, Any]:
    return {
        "tenant": device.tenant, "comune": name_of(device.tenant), "device": device.device,
        "name": device.name, "ordinal": device.ordinal, "enrolled": device.enrolled, "revoked": device.revoked,
    }  # fmt: skip


def _devices(arguments: Namespace) -> Answer:
    with _store(arguments) as store:
        devices = [device for tenant in store.status() for device in store.devices(tenant.tenant)]
    data = [_as_json(device) for device in devices]
    words = "\n".join(
        f"{d['tenant']}  {d['comune']}  {d['name']}  {d['device']}  dal {d['enrolled']}"
        + ("  escluso dallo scambio" if d["revoked"] else "")
        for d in data
    )
    return Answer(data, words or "Nessun PC è ancora collegato.")


def _revoke(arguments: Namespace) -> Answer:
    with _store(arguments) as store:
        identity = identity_for(arguments.data, store)
        series = Series(store, identity, Clock())
        heir = series.shut_out_and_move(arguments.device, arguments.series_to) if arguments.series_to else None
        device = revoke(store, identity, Clock(), arguments.device, revoked=not arguments.undo)
        holds = series.holder(device.tenant) == device.device
    data = _as_json(device)
    name = f"«{device.name}» ({title_of(device.tenant, data['comune'])})"
    if arguments.undo:
        return Answer(data, f"{name} può di nuovo scambiare con la centrale.")
    words = (
        f"{name} non può più scambiare con la centrale. Quanto aveva inviato resta; gli altri PC del comune lo sanno "
        "dal prossimo scambio."
    )
    if heir is not None:
        words += (
            f"\nI verbali li numera «{heir.name}» dal suo prossimo scambio, e dà il numero definitivo anche a quelli "
            "che ne hanno uno di emergenza."
        )
    elif holds:
        words += (
            "\nÈ il PC che numera i verbali: gli altri continuano con i numeri di emergenza, che restano validi. Per "
            f"affidare la numerazione a un altro: ala-hub revoke {device.device} --series-to ALTRO"
        )
    return Answer(data, words)


def _quarantine(arguments: Namespace) -> Answer:
    with _store(arguments) as store:
        identity = identity_for(arguments.data, store)
        quarantine = Quarantine(store, Intake(store, build(), identity.hub), Clock())
        if arguments.admit:
            entry = quarantine.admit(arguments.admit)
            data = {"seq": entry.first_seq, "transactions": entry.count, "refused": len(entry.refused)}
            return Answer(data, f"Ammesso nel registro: {entry.count} salvataggi, dal {entry.first_seq}.")
        if arguments.drop:
            kept = quarantine.drop(arguments.drop)
            return Answer(_told(kept), f"Scartato: {kept.transactions} salvataggi di «{kept.device.name}».")
        found = quarantine.all()
    words = "\n".join(
        f"{kept.frame}\n  {name_of(kept.device.tenant)}, {kept.device.name}: {kept.transactions} salvataggi di "
        f"{', '.join(kept.authors)} tra {kept.since} e {kept.until}; schede: {', '.join(kept.kinds)}"
        + ("" if kept.next else "; segue un lotto che non è nel registro")
        for kept in found
    )
    return Answer([_told(kept) for kept in found], words or "Nessun lotto in attesa di giudizio.")


def _told(kept: Kept) -> dict[str, Any]:
    return {**kept._asdict(), "device": _as_json(kept.device)}
