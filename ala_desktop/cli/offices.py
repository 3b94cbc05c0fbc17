"""Commands that set an office up and let a clerk in, or a PC to what is kept to the comune: init, recover."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from ala_desktop.cli.context import Context, new_passphrase, recovery_code
from ala_desktop.core.clock import Clock
from ala_desktop.core.console import Answer
from ala_desktop.core.errors import Mendable
from ala_desktop.core.tenants import ALA, office_of
from ala_desktop.services.office import NewOffice
from ala_desktop.wiring import exchange_of, open_office


def init(context: Context, arguments: Namespace) -> Answer:
    """Set up the office of a comune; writes no replicated record."""
    if arguments.sheet:
        context.target(arguments.sheet)
    comune = office_of(ALA if arguments.ala else arguments.comune)
    office = NewOffice(comune.tenant, comune.name, arguments.clerk)
    desk, code = open_office(context.folder).set_up(office, new_passphrase())
    desk.close()
    sheet = _sheet(arguments, comune.title, code)
    data = {"comune": comune.name, "belfiore": comune.tenant, "recovery_code": code, "recovery_sheet": sheet}
    return Answer(data, f"{comune.title}: ufficio pronto in {context.folder}.\n{_told(code, sheet)}")


def recover(context: Context, arguments: Namespace) -> Answer:
    """Redeem the recovery code for a new passphrase; gives a new code. Or another PC's, for the comune's key."""
    if arguments.comune_key:
        return _comune_key(context, arguments)
    if arguments.sheet:
        context.target(arguments.sheet)
    office = open_office(context.folder)
    desk, code = office.recover(recovery_code(), arguments.clerk or "", new_passphrase())
    comune = desk.comune_name
    title = desk.office_title
    desk.close()
    sheet = _sheet(arguments, title, code)
    words = f"La nuova frase d'accesso è in uso. Il codice usato non vale più.\n{_told(code, sheet)}"
    return Answer({"comune": comune, "recovery_code": code, "recovery_sheet": sheet}, words)


def _comune_key(context: Context, arguments: Namespace) -> Answer:
    """Take up the comune's key with the recovery sheet of a PC that was lost."""
    if arguments.clerk or arguments.sheet:
        raise Mendable(
            "Il comando non è completo, o chiede due cose",
            "Con --comune-key si usa il foglio di un altro PC: la frase d'accesso e il foglio di questo PC restano.",
            "Togliere --clerk e --sheet.",
        )
    with context.desk() as desk:
        taken = exchange_of(desk).use_sheet(recovery_code())
        comune = desk.comune_name
    words = (
        "Questo PC ha ora la chiave: le note riservate si leggono. Il prossimo scambio invia quelle scritte qui."
        if taken
        else "Il foglio parte con il prossimo file per ALA (sync --to); la risposta porta la chiave."
    )
    return Answer({"comune": comune, "comune_key": taken}, words)


def _sheet(arguments: Namespace, office: str, code: str) -> str | None:
    """Write the recovery sheet where `--sheet` says; nowhere by itself: beside the store it would open it to a thief.

    Raises:
        Mendable: it cannot be written; the code is told there, since it can never be seen again.
    """
    target: Path | None = arguments.sheet
    if target is None:
        return None
    # What draws PDFs takes long to load, and every other command does without.
    from ala_desktop.printing.recovery_sheet import RecoverySheet, write_recovery_sheet

    try:
        write_recovery_sheet(RecoverySheet(office, Clock().today().isoformat(), code), target)
    except Mendable as problem:
        raise Mendable(
            "Il foglio di recupero non è stato scritto",
            f"L'archivio è pronto e si apre con la frase d'accesso. {problem.cause}",
            f"Ricopiare subito a mano il codice di recupero, che non si potrà più vedere: {code}",
        ) from problem
    return str(target)


def _told(code: str, sheet: str | None) -> str:
    if sheet is None:
        return (
            f"Codice di recupero: {code}\nRicopiarlo su carta e conservarlo lontano da questo PC: non si potrà più "
            "vedere. Con --sheet FILE.pdf si ottiene il foglio da stampare."
        )
    return f"Codice di recupero: {code}\nFoglio da stampare, conservare lontano da questo PC e poi cancellare: {sheet}"
