"""The hub's tables in PostgreSQL: versions, roles, and who may see which rows (DESIGN 4, SYNC 15). No other statements.

Roles, none of which can log in; whoever the hub logs in as may take them on, and has no right without:

- `ala_hub_intake` admits: it reads and adds rows of one tenant, and can neither change nor remove a frame.
- `ala_hub_reader` serves pulls and reports: it reads rows of one tenant.
- `ala_hub_registry` finds a device or an invitation before the tenant is known, and counts; it sees no frame's bytes.
- `ala_hub_scribe` and `ala_hub_analyst` are `documents_schema`'s.

The tenant is the setting `ala.tenant` of a transaction; without it intake, reader and scribe see nothing.
"""

from __future__ import annotations

from typing import LiteralString

import psycopg
from psycopg import sql

from ala_desktop.core.errors import Mendable
from ala_desktop.hub import devices_schema, documents_schema, restores_schema, shelf
from ala_desktop.hub.documents_schema import ANALYST, SCRIBE
from ala_desktop.hub.postgres_pool import SCHEMA, Database, Link
from ala_desktop.hub.restores_schema import RESTORE_TABLES

INTAKE, READER, REGISTRY = "ala_hub_intake", "ala_hub_reader", "ala_hub_registry"
VERSION = 8
_TAKEN_ON = (INTAKE, READER, REGISTRY, SCRIBE)
_OLDEST = 16
"""The first PostgreSQL that tells whether a role may be taken on (`pg_has_role ... SET`)."""
TABLES = ("tenant", "device", "frame", "invite", "key_box", "refused_record", *RESTORE_TABLES)
_FIRST_TABLES = ("tenant", "device", "writer", "frame", "invite", "key_box", "refused_record")

_ROLES = sql.SQL("""
DO $$
DECLARE wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY[{roles}] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOBYPASSRLS', wanted);
        END IF;
        IF NOT pg_has_role(current_user, wanted, 'SET') THEN
            EXECUTE format('GRANT %I TO current_user WITH INHERIT FALSE, SET TRUE', wanted);
        END IF;
    END LOOP;
END $$
""")
_TABLES: LiteralString = """
CREATE SCHEMA ala_hub;
CREATE TABLE house (version integer NOT NULL, hub text NOT NULL);
CREATE TABLE tenant (tenant text COLLATE "C" PRIMARY KEY, epoch integer NOT NULL, counter bigint NOT NULL,
    chain text NOT NULL) WITH (fillfactor = 50);
CREATE TABLE device (tenant text COLLATE "C" NOT NULL, device text COLLATE "C" NOT NULL UNIQUE, name text NOT NULL,
    ordinal integer NOT NULL, sign_key bytea NOT NULL, box_key bytea NOT NULL, enrolled text NOT NULL,
    revoked boolean NOT NULL, PRIMARY KEY (tenant, ordinal));
CREATE TABLE writer (tenant text COLLATE "C" NOT NULL, incarnation text COLLATE "C" NOT NULL, device text NOT NULL,
    next_device_seq bigint NOT NULL, head text NOT NULL, previous text NOT NULL,
    PRIMARY KEY (tenant, incarnation)) WITH (fillfactor = 70);
CREATE TABLE frame (tenant text COLLATE "C" NOT NULL, first_seq bigint NOT NULL, count integer NOT NULL,
    device text NOT NULL, header_hash text COLLATE "C" NOT NULL, refused bytea NOT NULL, chain text NOT NULL,
    size integer NOT NULL, sealed bytea NOT NULL, PRIMARY KEY (tenant, first_seq), UNIQUE (tenant, header_hash));
ALTER TABLE frame ALTER COLUMN sealed SET STORAGE EXTERNAL;
CREATE TABLE invite (tenant text COLLATE "C" NOT NULL, name text COLLATE "C" NOT NULL UNIQUE, salt bytea NOT NULL,
    secret bytea NOT NULL, expires text NOT NULL, tries integer NOT NULL, device text NOT NULL,
    PRIMARY KEY (tenant, name));
CREATE TABLE key_box (tenant text COLLATE "C" NOT NULL, device text COLLATE "C" NOT NULL, blob text NOT NULL,
    PRIMARY KEY (tenant, device));
CREATE TABLE refused_record (tenant text COLLATE "C" NOT NULL, device text COLLATE "C" NOT NULL,
    record text COLLATE "C" NOT NULL, seq bigint NOT NULL, PRIMARY KEY (tenant, device, record));
GRANT USAGE ON SCHEMA ala_hub TO PUBLIC;
GRANT SELECT ON house TO PUBLIC;
GRANT UPDATE (hub) ON house TO ala_hub_intake;
GRANT SELECT ON tenant, device, writer, frame, invite, key_box, refused_record TO ala_hub_intake, ala_hub_reader;
GRANT INSERT ON tenant, device, writer, frame, invite, key_box, refused_record TO ala_hub_intake;
GRANT UPDATE ON tenant, device, writer, invite, key_box, refused_record TO ala_hub_intake;
GRANT DELETE ON refused_record TO ala_hub_intake;
GRANT SELECT ON tenant, device, invite TO ala_hub_registry;
GRANT SELECT (tenant, size) ON frame TO ala_hub_registry;
"""
"""Frames are compressed already: stored as they come (`EXTERNAL`). Counters change in place (`fillfactor`)."""
_OWN_ROWS = sql.SQL("""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON {table} TO ala_hub_intake, ala_hub_reader
    USING (tenant = current_setting('ala.tenant', true));
""")
_REGISTRY: LiteralString = """
CREATE POLICY registry ON tenant FOR SELECT TO ala_hub_registry USING (true);
CREATE POLICY registry ON device FOR SELECT TO ala_hub_registry USING (true);
CREATE POLICY registry ON invite FOR SELECT TO ala_hub_registry USING (true);
CREATE POLICY registry ON frame FOR SELECT TO ala_hub_registry USING (true);
"""


_READ_BY_ALL: LiteralString = """
CREATE POLICY agency ON device FOR SELECT TO ala_hub_reader USING (tenant = 'ALA');
CREATE POLICY ambito ON tenant FOR SELECT TO ala_hub_reader USING (tenant = 'AMBITO');
"""
"""Whoever reads any log may know the public keys of ALA's devices, and where the ambito's log ends."""
_STEPS: tuple[tuple[int, LiteralString], ...] = (
    (2, documents_schema.CREATE),
    (3, devices_schema.CREATE),
    (4, _READ_BY_ALL),
    (5, devices_schema.SHEETS),
    (6, shelf.POSTGRES),
    (8, shelf.POSTGRES_MADE),
)
"""By the version that brought them."""


def prepare(database: Database) -> None:
    """Make the tables and roles where they are missing; a store that is up to date needs no right but membership.

    Raises:
        Mendable: the server cannot be used, or what is there is newer than this program, or not ours.
    """
    try:
        with database.connect() as link:
            _refuse_old_server(link, database)
            if _version(link, database) < VERSION:
                _make(link, database)
            may = "SELECT count(*) FROM pg_roles WHERE rolname = ANY(%s) AND pg_has_role(oid, 'SET')"
            if link.execute(may, (list(_TAKEN_ON),)).fetchone() != (len(_TAKEN_ON),):
                raise _unprepared(database, "i ruoli della centrale non ci sono o non sono di questo utente")
    except psycopg.errors.InsufficientPrivilege as problem:
        raise _unprepared(database, _first_line(problem)) from problem
    except psycopg.OperationalError as problem:
        raise unreachable(database, problem) from problem


def _unprepared(database: Database, reason: str) -> Mendable:
    return Mendable(
        "L'archivio della centrale va preparato da un amministratore",
        f"{database.name}: {reason}.",
        "Aprirlo una volta con «ala-hub status» come utente che può creare ruoli e schemi; poi dare all'utente della "
        f"centrale i ruoli, con GRANT {', '.join(_TAKEN_ON)} TO utente WITH INHERIT FALSE.",
    )


def _refuse_old_server(link: Link, database: Database) -> None:
    if link.info.server_version < _OLDEST * 10_000:
        raise Mendable(
            "Il server PostgreSQL è troppo vecchio",
            f"{database.name}: è la versione {link.info.server_version // 10_000}.",
            f"Aggiornarlo: serve almeno la versione {_OLDEST}.",
        )


def _version(link: Link, database: Database) -> int:
    schema = link.execute("SELECT FROM pg_namespace WHERE nspname = %s", (SCHEMA,)).fetchone()
    if schema is None:
        return 0
    ours = link.execute("SELECT FROM pg_tables WHERE schemaname = %s AND tablename = 'house'", (SCHEMA,)).fetchone()
    if ours is None:
        raise Mendable(
            "L'archivio non è di una centrale",
            f"{database.name}: lo schema «{SCHEMA}» c'è già, e contiene altro.",
            "Indicare un altro database, oppure chiedere a chi lo amministra che cosa contiene.",
        )
    row = link.execute("SELECT version FROM house").fetchone()
    version: int = row[0] if row else 0
    if version > VERSION:
        raise Mendable(
            "L'archivio è di una versione più recente della centrale",
            f"{database.name} è stato scritto da un programma più nuovo di questo.",
            "Aggiornare il programma della centrale.",
        )
    return version


def _make(link: Link, database: Database) -> None:
    """All or nothing; of two hubs that start together the second finds everything made."""
    with link.transaction():
        link.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", (SCHEMA,))
        version = _version(link, database)
        if version == VERSION:
            return
        roles = sql.SQL(", ").join(map(sql.Literal, (*_TAKEN_ON, ANALYST)))
        link.execute(_ROLES.format(roles=roles))
        if version < 1:
            link.execute(_TABLES)
            for table in _FIRST_TABLES:
                link.execute(_OWN_ROWS.format(table=sql.Identifier(table)))
            link.execute(_REGISTRY)
            link.execute("INSERT INTO house VALUES (0, '')")
        for step, statements in _STEPS:
            if version < step:
                link.execute(statements)
        link.execute(restores_schema.CREATE)
        for table in RESTORE_TABLES:
            link.execute(_OWN_ROWS.format(table=sql.Identifier(table)))
        link.execute("UPDATE house SET version = %s", (VERSION,))


def unreachable(database: Database, problem: psycopg.OperationalError) -> Mendable:
    """Why the server does not let us in, in words."""
    text = str(problem)
    for signs, cause, next_step in _TROUBLES:
        if any(sign in text for sign in signs):
            return Mendable("L'archivio della centrale non si può usare", f"{database.name}: {cause}.", next_step)
    return Mendable(
        "L'archivio della centrale non risponde",
        f"{database.name}: {_first_line(problem)}.",
        "Controllare che PostgreSQL sia avviato e che la rete arrivi fin lì, poi riprovare.",
    )


_TROUBLES = (
    (
        ("password authentication failed", "no password supplied", "autenticazione con password fallita"),
        "la parola d'accesso manca o non è giusta",
        "Controllarla: si scrive nel file ~/.pgpass o nella variabile PGPASSWORD.",
    ),
    (
        ("does not exist", "non esiste"),
        "il server non conosce questo database o questo utente",
        "Controllare l'indirizzo dato con --database; un database si crea con «createdb».",
    ),
    (
        ("too many clients", "too many connections", "remaining connection slots", "troppi client"),
        "il server non accetta altre connessioni",
        "Riprovare tra poco; se succede spesso, alzare max_connections del server.",
    ),
    (
        ("no pg_hba.conf entry", "pg_hba.conf rejects"),
        "il server non accetta questo utente da questa macchina",
        "Chiedere a chi amministra il server di permetterlo (pg_hba.conf).",
    ),
    (
        ("No space left", "could not extend"),
        "il disco del server è pieno",
        "Liberare spazio sul server e ripetere.",
    ),
)
"""Signs in the server's words, which come in English or in Italian."""


def _first_line(problem: psycopg.Error) -> str:
    lines = [line.strip() for line in str(problem).splitlines() if line.strip()]
    return lines[-1].rstrip(".") if lines else type(problem).__name__
