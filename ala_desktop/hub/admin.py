"""The command line of `ala-hub` (DESIGN 8): serve, invite, devices, status ... All but `serve` work while it serves."""

from __future__ import annotations

import os
import sqlite3
import sys
from argparse import SUPPRESS, ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from platformdirs import user_data_path

from ala_desktop.core import console
from ala_desktop.core.clock import Clock
from ala_desktop.core.console import Answer
from ala_desktop.core.errors import Mendable
from ala_desktop.core.files import write_whole
from ala_desktop.core.ids import new_id
from ala_desktop.core.parsing import Parser
from ala_desktop.core.tenants import name_of, office_of
from ala_desktop.hub import admin_devices, admin_snapshots, analysts_views
from ala_desktop.hub.devices import Enrolment
from ala_desktop.hub.documents import Scribe
from ala_desktop.hub.identity import load_or_make
from ala_desktop.hub.post import Post
from ala_desktop.hub.serving import identity_for, open_store, serve
from ala_desktop.hub.store_postgres import PostgresStore
from ala_desktop.hub.store_sqlite import unusable
from ala_desktop.models.catalog import build
from ala_desktop.sync import introduction, part_files
from ala_desktop.sync.declined import Declined


def run(arguments: Sequence[str]) -> int:
    """Carry out one command; returns the exit code: 0 done, 1 the person can mend it, 2 our fault."""
    folder = _default_folder()

    def carry(parsed: Namespace) -> Answer | None:
        try:
            return parsed.command(parsed)
        except Declined as problem:
            raise _disk(problem) from problem
        except sqlite3.DatabaseError as problem:
            raise unusable(str(parsed.data), problem) from problem

    return console.carry_out(_parser(folder), arguments, carry, folder)


def _disk(problem: Declined) -> Mendable:
    if problem.code == "full":
        return Mendable(
            "Il disco è pieno", "La centrale non riesce a scrivere.", "Liberare spazio e ripetere il comando."
        )
    return Mendable("L'archivio della centrale è occupato", str(problem), "Ripetere il comando tra qualche secondo.")


def _default_folder() -> Path:
    return user_data_path("ALA Hub", appauthor=False)


def _parser(folder: Path) -> Parser:
    parser, parent = console.parser("ala-hub", "La centrale di ALA.", folder)
    for options, default in ((parser, None), (parent, SUPPRESS)):
        options.add_argument("--database", type=_url, default=default, metavar="URL", help=_DATABASE)
    commands = parser.add_subparsers(metavar="COMANDO", required=True, parser_class=Parser)

    def command(name: str, run_it: Callable[[Namespace], Answer | None], words: str) -> ArgumentParser:
        added: ArgumentParser = commands.add_parser(name, help=words, description=words, parents=[parent])
        added.set_defaults(command=run_it)
        return added

    serving = command("serve", _serve, "avvia la centrale; la prima riga scritta è il suo indirizzo")
    serving.add_argument("--host", default="127.0.0.1", metavar="INDIRIZZO", help="su quale indirizzo rispondere")
    serving.add_argument("--port", type=_port, default=8765, metavar="PORTA", help="0 prende una porta libera")
    serving.add_argument(
        "--attached", action="store_true", help="si ferma quando chi l'ha avviata chiude il suo ingresso, o finisce"
    )
    inviting = command("invite", _invite, "crea un codice per collegare un PC di un comune, o di ALA")
    inviting.add_argument("comune", metavar="CODICE", help="codice catastale o nome del comune, oppure ALA")
    inviting.add_argument(
        "--presentation", type=Path, metavar="FILE", help="scrive anche la presentazione per un comune senza rete"
    )
    posting = command("post", _post, "risponde ai file di un comune senza rete")
    posting.add_argument("files", type=Path, nargs="+", metavar="FILE", help="il file del comune, o una sua parte")
    posting.add_argument("--reply", type=Path, required=True, metavar="FILE", help="dove scrivere la risposta")
    admin_devices.add(command)
    admin_snapshots.add(command)
    command("status", _status, "dice come sta la centrale")
    command("documents", _documents, "porta le viste per gli analisti, in PostgreSQL, allo stato del registro")
    return parser


_DATABASE = (
    "l'archivio è in PostgreSQL (dalla versione 16) e non nella cartella: postgresql://utente@macchina:5432/nome. "
    "Più centrali possono servire lo stesso archivio. La chiave della centrale (centrale.key) resta nella cartella dei "
    "dati: ogni macchina ne ha una copia. La parola d'accesso sta in ~/.pgpass o in PGPASSWORD, non nell'indirizzo"
)


def _url(text: str) -> str:
    if not text.strip():  # as when a script's variable is empty: that would mean the folder
        raise ArgumentTypeError("l'indirizzo è vuoto")
    return text


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65_535:
        raise ArgumentTypeError(f"«{text}» non è una porta: serve un numero da 0 a 65535")
    return int(text)


def _serve(arguments: Namespace) -> None:
    with suppress(KeyboardInterrupt):  # Ctrl+C is how a hub that was started by hand is stopped
        over = _input_ends if arguments.attached else None
        serve(
            arguments.data,
            build(),
            arguments.host,
            arguments.port,
            console.write,
            over,
            database=arguments.database,
        )


def _input_ends() -> None:
    """Wait for the end of standard input, which comes when whoever started this process ends, even by a kill.

    Read past Python's own buffer, which a thread must not hold while the program ends.
    """
    with suppress(OSError, ValueError, AttributeError):  # no standard input at all: nobody to wait for
        while os.read(sys.stdin.fileno(), 4096):
            pass


def _invite(arguments: Namespace) -> Answer:
    office = office_of(arguments.comune)
    store = open_store(arguments.data, arguments.database)
    try:
        identity = identity_for(arguments.data, store)
        if arguments.presentation:
            write_whole(arguments.presentation, introduction.of(identity.public, *office))
        code, expires = Enrolment(store, identity, Clock()).invite(office.tenant)
    finally:
        store.close()
    words = f"Codice per un PC ({office.title}): {code}\nVale fino a {expires} (UTC), per un solo PC."
    if arguments.presentation:
        words += f"\nPresentazione della centrale: {arguments.presentation}. Consegnare file e codice separatamente."
    return Answer({"code": code, "expires": expires}, words)


def _post(arguments: Namespace) -> Answer:
    store = open_store(arguments.data, arguments.database)
    try:
        identity = identity_for(arguments.data, store)
        post = Post(store, build(), identity, new_id, Enrolment(store, identity, Clock()))
        answered = post.answer(part_files.read(arguments.files))
    finally:
        store.close()
    files = [str(file) for file in part_files.write(arguments.reply, answered.parts)]
    data = {
        "device": answered.device, "frames": answered.frames, "declined": answered.declined, "held": answered.held,
        "files": files,
    }  # fmt: skip
    words = f"Lotti ricevuti: {answered.frames}; richieste non accolte: {len(answered.declined)}.\nRisposta: "
    if answered.held:
        words = f"Il PC è escluso: {answered.held} lotti attendono un giudizio («ala-hub quarantine»).\n{words}"
    return Answer(data, words + ", ".join(files))


def _status(arguments: Namespace) -> Answer:
    store = open_store(arguments.data, arguments.database)
    try:
        tenants = store.status()
        hub = store.hub() if isinstance(store, PostgresStore) else load_or_make(arguments.data).hub
    finally:
        store.close()
    comuni = [
        {"tenant": t.tenant, "comune": name_of(t.tenant), "epoch": t.epoch, "seq": t.seq, "devices": t.devices,
         "frames": t.frames, "bytes": t.size}
        for t in tenants
    ]  # fmt: skip
    lines = [f"Centrale {hub}" if hub else "Nessuna centrale ha ancora servito da questo archivio."]
    lines += [
        f"{c['tenant']}  {c['comune']}: {c['seq']} salvataggi, {c['devices']} PC, {c['bytes']} byte" for c in comuni
    ]
    return Answer({"hub": hub, "comuni": comuni}, "\n".join(lines))


def _documents(arguments: Namespace) -> Answer:
    if arguments.database is None:
        raise Mendable(
            "Le viste per gli analisti sono solo in PostgreSQL",
            "L'archivio in una cartella non ne ha.",
            "Indicare il database con --database.",
        )
    catalog, store = build(), open_store(arguments.data, arguments.database)
    try:
        tenants = [status.tenant for status in store.status()]
    finally:
        store.close()
    made = analysts_views.refresh(arguments.database, catalog)
    scribe = Scribe(arguments.database, catalog)
    try:
        written = {tenant: scribe.bring_up(tenant) for tenant in tenants}
    finally:
        scribe.close()
    words = f"Viste {'rifatte' if made else 'già a posto'}: {len(catalog)}, nello schema {analysts_views.VIEWS}.\n"
    words += f"Schede riscritte: {sum(written.values())}, di {sum(map(bool, written.values()))} comuni."
    return Answer({"views_made": made, "written": written}, words)
