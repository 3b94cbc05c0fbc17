"""PostgreSQL itself keeps comuni apart: what the program forgets, row-level security does not (SYNC 15).

Each guard is tried by removing it.
"""

from typing import Any

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from ala_desktop.hub.devices_schema import DEVICE_TABLES
from ala_desktop.hub.documents_schema import ANALYST, DOCUMENT_TABLES, SCRIBE
from ala_desktop.hub.postgres_schema import INTAKE, READER, REGISTRY, TABLES
from ala_desktop.hub.shelf import SHELF_TABLES, Upload
from ala_desktop.hub.store import Admitted, Held, Invite, Kin, Sheet
from ala_desktop.hub.store_postgres import PostgresStore
from ala_desktop.sync import chain, envelope
from ala_desktop.sync.messages import Told
from ala_desktop.sync.protocol import Entry, Position
from tests.hub_frames import Pen, creation, line

START = Position(1, 0, chain.START)
EVERY = (*TABLES, *DEVICE_TABLES, *SHELF_TABLES)


@pytest.fixture
def store(database: str):
    made = PostgresStore(database)
    yield made
    made.close()


def fill(store: PostgresStore, pen: Pen) -> Entry:
    """Something of a comune in every table."""
    pen.enrol(store)
    sealed = pen.frame(line(creation()))
    frame = envelope.split(sealed)
    with store.locked(pen.tenant) as tenancy:
        entry = Entry(1, 1, frame.hash, [])
        taken = Admitted(frame.header, entry, chain.hub_chain(chain.START, entry), sealed)
        tenancy.append(taken, refused={"r1": 1}, cleared=[])
        tenancy.add_invite(Invite("N4ME", pen.tenant, b"s", b"h", "2027", 5))
        tenancy.put_key(pen.device, "blob")
        tenancy.leave_sheet(Sheet(pen.device, "a" * 64, "blob"))
        tenancy.count_wrong_sheet(pen.device, "2026-11-22")
        tenancy.keep_picture(pen.device, Told("1-a", 1, 1, "AAAA"))
        tenancy.shelf.add(Upload(pen.device, "b" * 64), b"blob", "2026")
        tenancy.shelf.keep(pen.device, "b" * 64)
        tenancy.shelf.add(Upload(pen.device, "c" * 64), b"piece", "2026")
        tenancy.add_links(2, chain.START, [Entry(1, 1, "b" * 64, [])])
        tenancy.expect(["b" * 64], "2026-11-22")
        assert tenancy.put_offered("b" * 64, b"x")
        tenancy.note_identities(pen.device, {1: "c" * 32})
        tenancy.hold(Held(pen.tenant, "a" * 64, pen.device, "2026", b"x"))
    return entry


def forget_the_tenant(monkeypatch) -> list[str]:
    """Every statement loses its `tenant = ...`; gives the statements that lost it."""
    honest, robbed = psycopg.Connection.execute, []

    def execute(self, query: Any, params=None, **options):
        if "tenant = %s" not in str(query):
            return honest(self, query, params, **options)
        robbed.append(str(query))
        return honest(self, str(query).replace("tenant = %s", "%s::text IS NOT NULL").encode(), params, **options)

    monkeypatch.setattr(psycopg.Connection, "execute", execute)
    return robbed


def assert_nothing_of_another_is_seen(store: PostgresStore, pen: Pen, entry: Entry) -> None:
    with store.locked("C816") as tenancy:
        assert tenancy.position() == START
        assert tenancy.entry(entry.header_hash) is None
        header = envelope.split(pen.frame(line(creation()), advance=False, previous="")).header
        assert tenancy.kin(header, entry.header_hash) == Kin(None, siblings=False, forked=False)
        assert tenancy.way(chain.hub_chain(chain.START, Entry(1, 1, "b" * 64, []))) == []
        assert tenancy.offered("b" * 64) is None
        assert tenancy.refused_among(pen.device, ["r1"]) == {}
        assert tenancy.invite("N4ME") is None
        assert tenancy.sheets() == []
        assert tenancy.wrong_sheets(pen.device, "2026-11-22") == 0
        assert tenancy.devices() == []
    page = store.page("C816", START, "somebody")
    assert page is not None
    assert page.arrived == []
    assert page.head.devices == 0
    assert store.key_for("C816", pen.device) is None
    assert store.entry("C816", entry.header_hash) is None
    assert store.devices("C816") == []
    assert store.pictures("C816") == {}
    assert store.held("C816") == []
    with store.shelf("C816") as shelf:
        assert shelf.blob_size("b" * 64) is None
        assert shelf.blob_piece("b" * 64, 0) == b""
        assert shelf.uploads() == []
        assert list(shelf.pieces(pen.device, "c" * 64)) == []


def assert_nothing_of_another_is_changed(store: PostgresStore, pen: Pen) -> None:
    with store.locked("C816") as tenancy:
        tenancy.count_try("N4ME")
        tenancy.shelf.drop(pen.device, "c" * 64)
        tenancy.release("a" * 64)
        tenancy.revoke(pen.device, revoked=True)
    invite = store.invited("N4ME")
    assert invite is not None
    assert invite.tries == 5
    assert len(store.held("A995")) == 1
    with store.shelf("A995") as shelf:
        assert list(shelf.pieces(pen.device, "c" * 64)) == [b"piece"]
    assert [device.revoked for device in store.devices("A995")] == [False]


def test_a_forgotten_tenant_shows_and_changes_nothing_of_another(store: PostgresStore, monkeypatch):
    pen = Pen("A995")
    entry = fill(store, pen)
    robbed = forget_the_tenant(monkeypatch)

    assert_nothing_of_another_is_seen(store, pen, entry)
    assert_nothing_of_another_is_changed(store, pen)

    assert {table for table in EVERY if any(f" {table} " in query for query in robbed)} == set(EVERY)


@pytest.mark.parametrize(
    "table", [table for table in EVERY if table != "picture"]
)  # read beside its device, guarded too
def test_without_the_rule_of_a_table_another_comune_would_be_seen(store: PostgresStore, postgres, monkeypatch, table):
    pen = Pen("A995")
    entry = fill(store, pen)
    forget_the_tenant(monkeypatch)
    postgres.admin(f"ALTER TABLE ala_hub.{table} DISABLE ROW LEVEL SECURITY")

    with pytest.raises(AssertionError):
        assert_nothing_of_another_is_seen(store, pen, entry)


def test_without_a_tenant_nothing_is_seen(store: PostgresStore):
    fill(store, Pen())

    for pool in (store._intake, store._readers):
        with pool.transaction("") as link:
            assert [link.execute(f"SELECT count(*) FROM {table}").fetchall() for table in EVERY] == [[(0,)]] * len(
                EVERY
            )


def test_a_row_cannot_be_written_into_another_comune(store: PostgresStore):
    with pytest.raises(InsufficientPrivilege, match="row-level security"), store._intake.transaction("C816") as link:
        link.execute("INSERT INTO key_box VALUES ('A995', 'd', 'blob')")


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        ("intake", "UPDATE frame SET sealed = ''"),
        ("intake", "DELETE FROM frame"),
        ("intake", "DELETE FROM device"),
        ("intake", "UPDATE blob SET bytes = ''"),
        ("readers", "DELETE FROM piece"),
        ("registry", "SELECT bytes FROM blob"),
        ("intake", "UPDATE quarantine SET sealed = ''"),
        ("readers", "INSERT INTO key_box VALUES ('A995', 'd', 'blob')"),
        ("readers", "UPDATE tenant SET counter = 0"),
        ("registry", "SELECT sealed FROM frame"),
        ("registry", "SELECT blob FROM key_box"),
        ("registry", "UPDATE invite SET tries = 5"),
    ],
)
def test_a_role_does_only_its_own_work(store: PostgresStore, role: str, statement: str):
    fill(store, Pen())
    pool = {"intake": store._intake, "readers": store._readers, "registry": store._registry}[role]

    with pytest.raises(InsufficientPrivilege, match="permission denied"), pool.transaction("A995") as link:
        link.execute(statement.encode())


def test_only_what_the_hub_made_itself_can_be_taken_away(store: PostgresStore):
    with store.locked("A995") as tenancy:
        tenancy.shelf.put("made", b"a part of a snapshot")
        tenancy.shelf.add(Upload("d", "sent"), b"a file", "2026-11-22T09:00:00Z")
        tenancy.shelf.keep("d", "sent")

    with store._intake.transaction("A995") as link:
        link.execute("DELETE FROM blob")
    with store.reading("A995") as here:
        assert (here.shelf.blob_size("made"), here.shelf.blob_size("sent")) == (None, 6)


def test_every_table_has_its_rule_and_its_tenant_first(store: PostgresStore, database: str):
    query = """
        SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity,
            (SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
             WHERE i.indrelid = c.oid AND i.indisprimary)
        FROM pg_class c WHERE c.relnamespace = 'ala_hub'::regnamespace AND c.relkind = 'r' AND c.relname <> 'house'"""
    with psycopg.connect(database) as link:
        tables = link.execute(query).fetchall()

    assert {table for table, _, _ in tables} >= {*EVERY, *DOCUMENT_TABLES}
    assert {tuple(rule) for _, *rule in tables} == {(True, "tenant")}


def test_the_roles_cannot_log_in_nor_pass_the_rules_by(store: PostgresStore, database: str):
    query = "SELECT rolcanlogin, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = ANY(%s)"
    with psycopg.connect(database) as link:
        assert (
            link.execute(query, ([INTAKE, READER, REGISTRY, SCRIBE, ANALYST],)).fetchall()
            == [(False, False, False)] * 5
        )
