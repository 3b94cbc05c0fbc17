"""Commands on the exchange with ALA: enrol, sync, conflicts, devices."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict

from ala_desktop.cli.context import Context
from ala_desktop.core.console import Answer, stoppable
from ala_desktop.core.errors import Mendable
from ala_desktop.core.tenants import name_of
from ala_desktop.services.desk import Desk
from ala_desktop.services.row import Row
from ala_desktop.services.sharing.conflicts import Conflict, Conflicts
from ala_desktop.services.sharing.file_exchange import Letter
from ala_desktop.services.soundness import Soundness
from ala_desktop.wiring import exchange_of, exchange_round, file_exchange_of


def enrol(context: Context, arguments: Namespace) -> Answer:
    """Link this PC to ALA's hub with a one-time code, over the network or by file."""
    if bool(arguments.presentation) != bool(arguments.to):
        raise Mendable(
            "Il comando non è completo",
            "Per collegare il PC senza rete servono sia la presentazione sia il file della richiesta.",
            "Indicare insieme --presentation e --to.",
        )
    with context.desk() as desk:
        if arguments.presentation:
            letter = file_exchange_of(desk).enrol(arguments.presentation, arguments.code, arguments.to)
            return _written(letter, "Richiesta di collegamento scritta: portarla ad ALA e leggere qui la risposta.")
        here = exchange_of(desk).enrol(arguments.hub, arguments.code)
        comune, title = desk.comune_name, desk.office_title
    data = {**asdict(here), "comune": comune}
    return Answer(data, f"{here.name} è collegato alla centrale di ALA ({title}).")


def hub(context: Context, arguments: Namespace) -> Answer:
    """Tell this PC where its hub is from now on; it must be the one that it joined."""
    with context.desk() as desk:
        exchange_of(desk).move(arguments.address)
    return Answer({"hub_url": arguments.address}, "Indirizzo della centrale salvato: ha risposto la stessa di prima.")


def sync(context: Context, arguments: Namespace) -> Answer:
    """One exchange: get what is new, send what waits, see it come back. By file, in two steps."""
    with context.desk() as desk, stoppable() as stop:
        if arguments.to:
            letter = file_exchange_of(desk).write(arguments.to)
            return _written(letter, f"Modifiche nel file per ALA: {letter.transactions}.")
        if arguments.answer:
            report = file_exchange_of(desk).read(arguments.answer, stop=stop)
        else:
            report = exchange_round(desk, stop=stop)
        Soundness(desk).take_digest()
    words = (
        f"Modifiche inviate: {report.sent}, confermate: {report.acknowledged}, ricevute: {report.received}; "
        f"dati discordanti: {report.conflicts}; da correggere: {len(report.rejected)}."
    )
    if report.stopped:
        words += "\nFermato prima della fine: il resto segue al prossimo scambio."
    if report.revoked:
        words += f"\nALA ha escluso dallo scambio: {', '.join(report.revoked)}."
    if report.attachments:
        words += f"\nAllegati inviati: {report.attachments}."
    if report.healed:
        words += f"\nRimesse a posto dal registro le schede di questo PC; anomalie: {report.healed}."
    for tenant, other in report.tenants.items():
        words += f"\n{name_of(tenant)}: inviate {other.sent}, ricevute {other.received}, discordanti {other.conflicts}."
        if other.problem:
            words += f" {other.problem.title}: {other.problem.cause}"
    if report.copied:
        words += (
            "\nLa cartella dei dati è stata copiata, o ripristinata da una copia: quanto inviato dall'altra copia è "
            "ora anche qui. Se è in uso su due PC, usarne uno solo e collegare l'altro come PC nuovo."
        )
    return Answer(report.as_json(), words, whole=not report.stopped)


def _written(letter: Letter, words: str) -> Answer:
    files = [str(file) for file in letter.files]
    if letter.left:
        words += f" Altre {letter.left} seguiranno con il prossimo."
    data = {"files": files, "transactions": letter.transactions, "left": letter.left}
    return Answer(data, "\n".join((words, *files)))


def conflicts(context: Context, arguments: Namespace) -> Answer:
    """List the discordant values, resolve one, or leave one to ALA."""
    with context.desk(arguments.tenant) as desk:
        queue = Conflicts(desk)
        if arguments.action == "list":
            found = queue.list()
            words = "\n\n".join(_told(desk, conflict) for conflict in found) or "Nessun dato discordante."
            return Answer([conflict.as_json() for conflict in found], words)
        if arguments.action == "refer":
            request = queue.refer(arguments.id)
            return Answer(request.as_json(), f"Rimesso ad ALA: {request.subject}. Parte con il prossimo scambio.")
        row = _resolve(queue, arguments)
        return Answer({"id": row.id, **row.values}, "Dato discordante risolto.")


def _resolve(queue: Conflicts, arguments: Namespace) -> Row:
    if arguments.value is not None:
        return queue.keep_value(arguments.id, arguments.value)
    if arguments.keep == "parked":
        return queue.keep_parked(arguments.id)
    return queue.keep_in_force(arguments.id)


def _told(desk: Desk, conflict: Conflict) -> str:
    field = desk.catalog[conflict.kind].fields.get(conflict.field)
    lines = [f"{conflict.id}  {conflict.name} - {conflict.label}"]
    for word, version in (("in vigore", conflict.in_force), ("in attesa", conflict.parked)):
        value = field.kind.show(version.value) if field else str(version.value)
        told = ", ".join(part for part in (version.author, version.device, version.when) if part)
        lines.append(f"  {word}: {value or '(vuoto)'}  [{told}]")
    return "\n".join(lines)


def devices(context: Context, arguments: Namespace) -> Answer:
    """List the comune's PCs with their fingerprints; confirm one whose fingerprint was compared."""
    with context.desk() as desk:
        exchange = exchange_of(desk)
        if arguments.confirm:
            exchange.confirm(arguments.confirm)
        found = exchange.devices()
    words = "\n".join(
        f"{device.name}  {device.device}  "
        + ("questo PC" if device.here else f"impronta {device.fingerprint}")
        + ("  (numera i verbali)" if device.numbers else "")
        + ("  (escluso dallo scambio)" if device.revoked else "" if device.confirmed else "  (da confermare)")
        for device in found
    )
    return Answer([asdict(device) for device in found], words)
