"""Italian sentences of the page: what an exchange did, how things stand, who wrote a value. Pure text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from ala_desktop.core.text import searchable
from ala_desktop.fields.kinds import Reference
from ala_desktop.fields.spec import DELETED, Field
from ala_desktop.fields.values import Value
from ala_desktop.services.sharing.conflicts import Version
from ala_desktop.services.sharing.exchange import Report
from ala_desktop.services.sharing.exchange_state import Summary
from ala_desktop.ui.phrases import ago, counted, local_day_and_time, unanswered

_LONG_WORD = 28
COPIED = (
    "La cartella dei dati di questo PC è stata copiata, o ripristinata da una copia: le modifiche inviate dall'altra "
    "copia sono ora anche qui, e nulla è andato perso. Se la stessa cartella è in uso su due PC, continuare a usarne "
    "uno solo e collegare l'altro come PC nuovo."
)
"""What a clerk can do about a store that works in two places."""
ALA_FILES = "File di scambio con ALA (*.ala);;Tutti i file (*)"
"""Files to choose from, as the system's dialog wants them."""


def outcome(report: Report) -> str:
    """As `Scambio concluso: 12 modifiche inviate, 3 ricevute`."""
    done = []
    if report.sent:
        done.append(counted(report.sent, "modifica inviata", "modifiche inviate"))
    if report.received:
        word = ("ricevuta", "ricevute") if report.sent else ("modifica ricevuta", "modifiche ricevute")
        done.append(counted(report.received, *word))
    told = ", ".join(done)
    if report.stopped:
        return f"Scambio fermato: {told or 'niente di inviato'}. Il prossimo scambio lo completa."
    return " ".join([f"Scambio concluso: {told or 'nessuna novità'}.", *notes(report)])


def brought(report: Report) -> str:
    """What came with an answer that is a file: `12 modifiche registrate da ALA, 1 modifica ricevuta`."""
    done = []
    if report.acknowledged:
        done.append(counted(report.acknowledged, "modifica registrata da ALA", "modifiche registrate da ALA"))
    if report.received:
        done.append(counted(report.received, "modifica ricevuta", "modifiche ricevute"))
    return ", ".join(done) or "nessuna novità"


def answer(report: Report) -> str:
    """As `Risposta di ALA letta: 12 modifiche registrate da ALA`."""
    if report.stopped:
        return f"Lettura fermata: {brought(report)}. Leggere di nuovo lo stesso file la completa."
    return " ".join([f"Risposta di ALA letta: {brought(report)}.", *notes(report)])


def notes(report: Report) -> list[str]:
    """Sentences on what an exchange seldom brings, that somebody should know."""
    told = []
    if report.rejected:
        told.append(f"{counted(len(report.rejected), 'invio è da correggere', 'invii sono da correggere')}.")
    if report.revoked:
        told.append(f"ALA ha escluso dallo scambio {', '.join(f'«{name}»' for name in report.revoked)}.")
    if report.healed:
        faults = counted(report.healed, "anomalia", "anomalie")
        told.append(f"Le schede di questo PC sono state rimesse a posto dal registro ({faults}).")
    if report.copied:
        told.append(COPIED)
    return told


def last(summary: Summary, now: str) -> str:
    """`Ultimo scambio 3 giorni fa (19/11/2026 17:05)`."""
    if summary.last_exchange is None:
        return "Nessuno scambio ancora fatto"
    return f"Ultimo scambio {ago(summary.last_exchange, now)} ({local_day_and_time(summary.last_exchange)})"


def standing(summary: Summary) -> str:
    """`12 modifiche da inviare · 1 dato discordante`."""
    parts = [counted(summary.to_send, "modifica da inviare", "modifiche da inviare")] if summary.to_send else []
    if summary.to_correct:
        parts.append(counted(summary.to_correct, "invio da correggere", "invii da correggere"))
    if summary.discordant:
        parts.append(counted(summary.discordant, "dato discordante", "dati discordanti"))
    if summary.letters_since:
        parts.append(unanswered(summary.letters, summary.letters_since))
    return " · ".join(parts) or "Tutto inviato, niente da decidere"


def file_name(what: str, comune: str, day: date) -> str:
    """As `ala-borghetto-lodigiano-2026-11-22.ala`: letters that every stick and mailbox takes."""
    place = "-".join(searchable(comune.replace("'", " ")).split())
    return "-".join(part for part in (what, place, day.isoformat()) if part) + ".ala"


def advance(phase: str, done: int, total: int) -> str:
    """`Invio: 300 di 1.200 modifiche`."""
    if not total:
        return f"{phase}…"
    return f"{phase}: {done:,} di ".replace(",", ".") + counted(total, "modifica", "modifiche")


def who(version: Version) -> str:
    """`Anna Bianchi · PC 2`; what is not known is left out."""
    return " · ".join(part for part in (version.author, version.device) if part)


def when(version: Version) -> str:
    """`22/11/2026 10:30`."""
    return local_day_and_time(version.when) if version.when else ""


def value(field: Field | None, name: str, content: Value, name_of: Callable[[str, str], str]) -> str:
    """A value as a person reads it; `name_of` tells what a record that a field refers to is called."""
    if name == DELETED:
        return "Scheda eliminata" if content == 1 else "Scheda conservata"
    if content is None:
        return "(vuoto)"
    if field is None:
        return str(content)
    if isinstance(field.kind, Reference):
        return name_of(field.kind.to, str(content))
    return field.kind.show(content)


def breakable(text: str) -> str:
    """A text that a narrow column can break, even if somebody wrote without spaces."""
    words = []
    for word in text.split(" "):
        pieces = [word[at : at + _LONG_WORD] for at in range(0, len(word), _LONG_WORD)]
        words.append("\u200b".join(pieces))
    return " ".join(words)
