"""The command line of `ala-desktop`: what may be typed, and how answers, errors and faults are told."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from pathlib import Path

from ala_desktop.cli import attachments, duplicates, exchange, offices, records, registers, requests, sittings
from ala_desktop.cli.context import Context
from ala_desktop.core import console
from ala_desktop.core.console import Answer
from ala_desktop.core.parsing import Parser, path
from ala_desktop.core.paths import default_data_dir
from ala_desktop.models.requests import OUTCOMES, REQUESTS

Command = Callable[[Context, Namespace], Answer]


def run(arguments: Sequence[str]) -> int:
    """Carry out one command; returns the exit code: 0 done, 1 the person can mend it, 2 our fault."""
    folder = default_data_dir()

    def carry(parsed: Namespace) -> Answer:
        return parsed.command(Context(parsed.data), parsed)

    return console.carry_out(_parser(folder), arguments, carry, folder)


def _parser(folder: Path) -> Parser:
    parser, parent = console.parser("ala-desktop", "ALA Desktop: comandi per l'ufficio.", folder)
    parser.epilog = "Senza comando si apre la finestra; «ala-desktop demo» mostra una giornata con dati inventati."
    commands = parser.add_subparsers(metavar="COMANDO", required=True, parser_class=Parser)

    def command(name: str, run_it: Command, words: str) -> ArgumentParser:
        added: ArgumentParser = commands.add_parser(name, help=words, description=words, parents=[parent])
        added.set_defaults(command=run_it)
        return added

    _offices(command)
    _records(command)
    _duplicates(command, parent)
    _sittings(command)
    _exchange(command, parent)
    _requests(command, parent)
    _attachments(command, parent)
    return parser


Adder = Callable[[str, Command, str], ArgumentParser]


def _offices(command: Adder) -> None:
    init = command("init", offices.init, "prepara l'ufficio di un comune, o di ALA")
    whose = init.add_mutually_exclusive_group(required=True)
    whose.add_argument("--comune", metavar="CODICE", help="codice catastale o nome del comune")
    whose.add_argument("--ala", action="store_true", help="l'ufficio è quello di ALA")
    recover = command("recover", offices.recover, "usa il codice di recupero per una nuova frase d'accesso")
    recover.add_argument(
        "--comune-key",
        action="store_true",
        help="usa invece il foglio di un altro PC, andato perso, per leggere su questo le note riservate",
    )
    for added, default in ((init, "Operatore"), (recover, None)):
        added.add_argument("--clerk", default=default, metavar="NOME", help="nome e cognome dell'operatore")
        added.add_argument("--sheet", type=path, metavar="PDF", help="dove scrivere il foglio di recupero")


def _records(command: Adder) -> None:
    listing = command("list", records.list_records, "elenca le schede di un tipo")
    listing.add_argument("kind", metavar="TIPO")
    listing.add_argument("--where", action="append", default=[], metavar="CAMPO=VALORE")
    show = command("show", records.show, "mostra una scheda")
    show.add_argument("kind", metavar="TIPO")
    show.add_argument("id", metavar="ID")
    edit = command("edit", records.edit, "modifica una scheda, o ne crea una (ID = new)")
    edit.add_argument("kind", metavar="TIPO")
    edit.add_argument("id", metavar="ID|new")
    edit.add_argument("assignments", nargs="+", metavar="CAMPO=VALORE")
    edit.add_argument("--confirm", action="store_true", help="salva anche ciò di cui il programma chiede conferma")
    take_in = command("import", registers.take_in, "importa un registro dell'ufficio, o annulla un'importazione")
    take_in.add_argument("kind", nargs="?", metavar="TIPO")
    take_in.add_argument("file", nargs="?", type=path, metavar="FILE")
    take_in.add_argument("--dry-run", action="store_true", help="mostra l'esito senza scrivere nulla")
    take_in.add_argument("--refused", type=path, metavar="FILE", help="dove scrivere le righe rifiutate")
    take_in.add_argument(
        "--accept-changes", action="store_true", help="applica i valori diversi da quelli già presenti"
    )
    take_in.add_argument("--undo", metavar="ID", help="annulla l'importazione indicata")
    export = command("export", registers.give_out, "esporta le schede di un tipo (CSV o XLSX)")
    export.add_argument("kind", metavar="TIPO")
    export.add_argument("file", type=path, metavar="FILE")
    digest = command("digest", records.digest, "impronta di tutto lo stato confermato")
    verify = command("verify", records.verify, "verifica che le schede corrispondano al registro")
    verify.add_argument("--heal", action="store_true", help="rimette prima a posto quanto non vi corrisponde")
    _of_tenant(listing, show, edit, digest, verify)


def _of_tenant(*parsers: ArgumentParser) -> None:
    """Commands that may be about the log of another tenant than the office."""
    for parser in parsers:
        parser.add_argument(
            "--tenant", metavar="CODICE", help="il registro: AMBITO, o per ALA il codice catastale di un comune"
        )


def _duplicates(command: Adder, parent: Parser) -> None:
    words = "elenca i possibili duplicati, li collega, li scollega o dice che non lo sono"
    actions = command("duplicates", duplicates.duplicates, words).add_subparsers(
        dest="action", required=True, metavar="list|link|unlink|dismiss", parser_class=Parser
    )
    listing = actions.add_parser("list", help="elenca i possibili duplicati e le schede collegate", parents=[parent])
    listing.add_argument("kind", nargs="?", metavar="TIPO")
    link = actions.add_parser("link", help="collega due schede: resta in vista la prima", parents=[parent])
    dismiss = actions.add_parser("dismiss", help="due schede non sono un duplicato", parents=[parent])
    for added in (link, dismiss):
        added.add_argument("kind", metavar="TIPO")
        added.add_argument("id", metavar="ID")
        added.add_argument("other", metavar="ALTRA")
    link.add_argument(
        "--take", action="append", default=[], metavar="CAMPO", help="prende il valore di questo campo dall'altra"
    )
    unlink = actions.add_parser("unlink", help="scollega due schede", parents=[parent])
    unlink.add_argument("id", metavar="ID", help="la scheda collegata, o il collegamento")


def _sittings(command: Adder) -> None:
    close = command("close", sittings.close, "chiude una seduta e numera il verbale")
    close.add_argument("sitting", metavar="SEDUTA")
    minutes = command("minutes", sittings.minutes, "stampa il verbale di una seduta")
    minutes.add_argument("sitting", metavar="SEDUTA")
    minutes.add_argument("--out", type=path, required=True, metavar="PDF")


def _exchange(command: Adder, parent: Parser) -> None:
    enrol = command("enrol", exchange.enrol, "collega questo PC alla centrale di ALA")
    hub = enrol.add_mutually_exclusive_group(required=True)
    hub.add_argument("--hub", metavar="URL", help="l'indirizzo della centrale")
    hub.add_argument("--presentation", type=path, metavar="FILE", help="senza rete: la presentazione avuta da ALA")
    enrol.add_argument("--code", required=True, metavar="CODICE")
    enrol.add_argument("--to", type=path, metavar="FILE", help="senza rete: dove scrivere la richiesta per ALA")
    moved = command("hub", exchange.hub, "indica dove si trova ora la centrale a cui questo PC è collegato")
    moved.add_argument("address", metavar="URL", help="l'indirizzo della centrale")
    sync = command("sync", exchange.sync, "scambia con la centrale di ALA, in rete o per file")
    carrier = sync.add_mutually_exclusive_group()
    carrier.add_argument("--to", type=path, metavar="FILE", help="scrive quanto è da inviare in un file per ALA")
    carrier.add_argument(
        "--from", type=path, nargs="+", dest="answer", metavar="FILE", help="legge la risposta di ALA, o una sua parte"
    )
    conflicts = command(
        "conflicts", exchange.conflicts, "elenca i dati discordanti, ne risolve uno o lo rimette ad ALA"
    )
    actions = conflicts.add_subparsers(dest="action", required=True, metavar="list|resolve|refer", parser_class=Parser)
    listed = actions.add_parser("list", help="elenca i dati discordanti", parents=[parent])
    resolve = actions.add_parser("resolve", help="risolve un dato discordante", parents=[parent])
    resolve.add_argument("id", metavar="ID")
    refer = actions.add_parser("refer", help="rimette un dato discordante ad ALA", parents=[parent])
    refer.add_argument("id", metavar="ID")
    _of_tenant(listed, resolve, refer)
    choice = resolve.add_mutually_exclusive_group(required=True)
    choice.add_argument("--keep", choices=("in_force", "parked"), help="tiene il valore in vigore o quello in attesa")
    choice.add_argument("--value", metavar="VALORE", help="mette un altro valore")
    devices = command("devices", exchange.devices, "elenca i PC del comune, o ne conferma uno")
    devices.add_argument(
        "--confirm", metavar="PC", help="conferma un PC dopo aver confrontato l'impronta: va fatto su entrambi i PC"
    )


def _requests(command: Adder, parent: Parser) -> None:
    asked = command("requests", requests.requests, "le richieste ad ALA: elenco, apertura, ritiro, risposta")
    actions = asked.add_subparsers(
        dest="action", required=True, metavar="list|open|withdraw|take|answer", parser_class=Parser
    )
    listed = actions.add_parser("list", help="elenca le richieste", parents=[parent])
    listed.add_argument("--tenant", metavar="CODICE", help="per ALA: solo quelle di un comune (codice catastale)")
    opened = actions.add_parser("open", help="chiede qualcosa ad ALA", parents=[parent])
    opened.add_argument("--type", required=True, metavar="TIPO", help=", ".join(REQUESTS))
    opened.add_argument("--subject", required=True, metavar="TESTO", help="l'oggetto, in una riga")
    opened.add_argument("--text", default="", metavar="TESTO", help="la domanda per esteso")
    opened.add_argument("--due", default="", metavar="DATA", help="entro quando serve la risposta")
    opened.add_argument("--about", nargs=2, metavar=("TIPO", "ID"), help="la scheda di cui si tratta")
    withdraw = actions.add_parser("withdraw", help="ritira una richiesta: il comune decide da solo", parents=[parent])
    withdraw.add_argument("--why", default="", metavar="TESTO", help="il motivo")
    take = actions.add_parser("take", help="per ALA: prende in carico una richiesta", parents=[parent])
    answer = actions.add_parser("answer", help="per ALA: risponde a una richiesta", parents=[parent])
    answer.add_argument("--outcome", required=True, metavar="ESITO", help=", ".join(OUTCOMES))
    answer.add_argument("--text", required=True, metavar="TESTO", help="la risposta")
    for parser in (withdraw, take, answer):
        parser.add_argument("id", metavar="ID")


def _attachments(command: Adder, parent: Parser) -> None:
    attach = command("attach", attachments.attach, "allega un file a una scheda")
    attach.add_argument("kind", metavar="TIPO")
    attach.add_argument("id", metavar="ID")
    attach.add_argument("file", type=path, metavar="FILE")
    attach.add_argument("--note", default="", metavar="TESTO", help="una nota sul file")
    several = command("attachments", attachments.attachments, "elenca, salva o elimina gli allegati di una scheda")
    actions = several.add_subparsers(
        dest="action", required=True, metavar="list|save|fetch|remove", parser_class=Parser
    )
    listing = actions.add_parser("list", help="elenca gli allegati di una scheda", parents=[parent])
    listing.add_argument("kind", metavar="TIPO")
    listing.add_argument("id", metavar="ID")
    save = actions.add_parser("save", help="salva un allegato, richiedendolo se non è qui", parents=[parent])
    save.add_argument("attachment", metavar="ALLEGATO")
    save.add_argument("out", type=path, metavar="FILE")
    actions.add_parser("fetch", help="richiede alla centrale tutti gli allegati che non sono qui", parents=[parent])
    remove = actions.add_parser("remove", help="elimina un allegato, o lo ripristina", parents=[parent])
    remove.add_argument("attachment", metavar="ALLEGATO")
    remove.add_argument("--undo", action="store_true", help="lo ripristina")
