"""Views with typed columns for ALA's analysts, one for each kind of record, generated from the records' fields.

They stand in a schema of their own, `ala_analysis`, over what `documents` keeps; deleted records and values kept to a
comune are not in them. A value that does not fit its column, from another version of a field, is shown empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from typing import LiteralString

import psycopg
from psycopg import sql

from ala_desktop.core.errors import Mendable
from ala_desktop.fields.kinds import Day, FieldKind, Money, Number, Tags, TimeOfDay, YesNo
from ala_desktop.fields.spec import Catalog, RecordSpec
from ala_desktop.hub.documents_schema import ANALYST
from ala_desktop.hub.postgres_pool import Database, Link
from ala_desktop.sync.protocol import encode

VIEWS = "ala_analysis"
_OWN_COLUMNS = (
    ("comune_code", "tenant", "Codice catastale del comune"),
    ("record_id", "record", "Identificativo della scheda"),
    ("log_position", "position", "Posto nel registro del comune a cui la scheda è nata"),
    ("import_group", "imported", "Importazione che l'ha portata"),
)
_VIEW = sql.SQL("""
CREATE OR REPLACE VIEW {view} WITH (security_invoker = true) AS
SELECT {columns} FROM ala_hub.document WHERE kind = {kind} AND NOT deleted""")


def refresh(url: str, catalog: Catalog) -> bool:
    """Make the views, or make them anew where the records have changed; returns whether anything was done.

    Raises:
        Mendable: this user may not, or somebody's own view rests on a column that has changed.
    """
    database = Database(url)
    wanted = fingerprint(catalog)
    try:
        with database.connect() as link, link.transaction():
            link.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", (VIEWS,))
            query: LiteralString = "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = %s"
            if link.execute(query, (VIEWS,)).fetchone() == (wanted,):
                return False
            _make(link, catalog, wanted)
    except psycopg.errors.InsufficientPrivilege as problem:
        raise Mendable(
            "Le viste per gli analisti vanno rifatte da chi le ha create",
            f"{database.name}: a questo utente manca un permesso.",
            "Eseguire una volta «ala-hub documents» con l'utente che ha preparato l'archivio.",
        ) from problem
    except psycopg.errors.DependentObjectsStillExist as problem:
        raise Mendable(
            "Le viste per gli analisti non si possono rifare",
            f"{database.name}: altre viste dipendono da colonne che sono cambiate ({problem.diag.message_detail}).",
            "Togliere o correggere quelle viste, poi ripetere il comando.",
        ) from problem
    return True


def fingerprint(catalog: Catalog) -> str:
    """A name for these very views."""
    columns = [
        (spec.kind, spec.plural, name, expression.as_string(), label)
        for spec in catalog.values()
        for name, expression, label in _columns(spec)
    ]
    return blake2b(encode(columns), digest_size=8).hexdigest()


def _columns(spec: RecordSpec) -> Iterator[tuple[str, sql.Composable, str]]:
    """Name, expression over a document and Italian label of each column of a kind's view."""
    for name, column, label in _OWN_COLUMNS:
        yield name, sql.Identifier(column), label
    for name, field in spec.fields.items():
        if not field.sealed:
            # Amounts are kept in cents and shown in euro, so their columns are not called cents.
            shown = name.removesuffix("_cents") if isinstance(field.kind, Money) else name
            yield shown, _expression(name, field.kind), field.label


def _expression(name: str, kind: FieldKind) -> sql.Composable:
    """A field's value in its own type."""
    text = sql.SQL("(body ->> {})").format(sql.Literal(name))
    if isinstance(kind, Tags):
        return sql.SQL("string_to_array({}, chr(10))").format(text)
    if isinstance(kind, YesNo):
        return sql.SQL("CASE {} WHEN '1' THEN true WHEN '0' THEN false END").format(text)
    wanted = _type_of(kind)
    if wanted is None:
        return text
    cast = sql.SQL("CASE WHEN pg_input_is_valid({text}, {name}) THEN {text}::{wanted} END").format(
        text=text, name=sql.Literal(wanted), wanted=sql.SQL(wanted)
    )
    if isinstance(kind, Number) and kind.scale:
        return sql.SQL("({} / {})::numeric(20, {})").format(cast, sql.Literal(10**kind.scale), sql.Literal(kind.scale))
    return cast


def _type_of(kind: FieldKind) -> LiteralString | None:
    """The type that a text is cast to; None for a text that stays one."""
    if isinstance(kind, Day):
        return "date"
    if isinstance(kind, TimeOfDay):
        return "time"
    if isinstance(kind, Number):
        return "numeric" if kind.scale else "bigint"
    return None


def _make(link: Link, catalog: Catalog, wanted: str) -> None:
    schema, analyst = sql.Identifier(VIEWS), sql.Identifier(ANALYST)
    link.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(schema))
    link.execute(sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(schema, analyst))
    for spec in catalog.values():
        view = sql.Identifier(VIEWS, spec.kind)
        _replace(link, view, spec)
        link.execute(sql.SQL("GRANT SELECT ON {} TO {}").format(view, analyst))
        link.execute(sql.SQL("COMMENT ON VIEW {} IS {}").format(view, sql.Literal(spec.plural)))
        for name, _, label in _columns(spec):
            column = sql.Identifier(VIEWS, spec.kind, name)
            link.execute(sql.SQL("COMMENT ON COLUMN {} IS {}").format(column, sql.Literal(label)))
    link.execute(sql.SQL("COMMENT ON SCHEMA {} IS {}").format(schema, sql.Literal(wanted)))


def _replace(link: Link, view: sql.Identifier, spec: RecordSpec) -> None:
    """In place where columns were only added, so that what analysts built on the view stays."""
    columns = [sql.SQL("{} AS {}").format(expression, sql.Identifier(name)) for name, expression, _ in _columns(spec)]
    statement = _VIEW.format(view=view, columns=sql.SQL(", ").join(columns), kind=sql.Literal(spec.kind))
    try:
        with link.transaction():
            link.execute(statement)
    except psycopg.errors.InvalidTableDefinition:
        link.execute(sql.SQL("DROP VIEW {}").format(view))
        link.execute(statement)
