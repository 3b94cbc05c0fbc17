"""What ALA's analysts see: the hub folds the log as PCs do, and shows each kind of record in typed columns."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from ala_desktop.core.errors import Mendable
from ala_desktop.core.ids import new_id
from ala_desktop.fields.kinds import Text, YesNo
from ala_desktop.fields.spec import Catalog, Field, RecordSpec
from ala_desktop.hub import analysts_views
from ala_desktop.hub.analysts_views import VIEWS
from ala_desktop.hub.documents import Scribe
from ala_desktop.hub.documents_schema import ANALYST
from ala_desktop.hub.postgres_schema import TABLES
from ala_desktop.hub.restores_schema import RESTORE_TABLES
from ala_desktop.hub.series import Series
from ala_desktop.hub.store_postgres import PostgresStore
from ala_desktop.sync import envelope
from ala_desktop.sync.protocol import Malformed, Op
from ala_desktop.sync.sealing import ComuneKey
from tests.factory import FixedClock
from tests.hub_frames import CATALOG, HUB, Pen, creation, edit, intake, line


@pytest.fixture
def store(database: str):
    made = PostgresStore(database)
    analysts_views.refresh(database, CATALOG)
    yield made
    made.close()


@pytest.fixture
def scribe(store: PostgresStore, database: str):
    made = Scribe(database, CATALOG)
    yield made
    made.close()


@pytest.fixture
def see(database: str):
    """Asks as an analyst does."""
    with psycopg.connect(database, autocommit=True) as link:
        link.execute(f"SET ROLE {ANALYST}".encode())
        link.execute(f"SET search_path = {VIEWS}".encode())
        yield lambda query: link.execute(query.encode()).fetchall()


def push(store: PostgresStore, pen: Pen, *ops: Op) -> None:
    """Each op a transaction of its own."""
    intake(store).admit(pen.row(), pen.frame(*[line(op) for op in ops]))


def test_a_record_stands_in_its_view_in_typed_columns(store, scribe, see):
    record = new_id()
    put = {"protocol": "12/2026", "submitted_on": "2026-03-01", "isee_cents": 751230, "score": 1250}
    building = creation(kind="building", address="Via Roma", year_built=1968, lift=0)
    push(store, Pen(), creation(record, "housing_application", **put), building)

    assert see("SELECT * FROM housing_application") == []
    assert scribe.bring_up("A995") == 2

    query = "SELECT comune_code, record_id, log_position, protocol, submitted_on, isee, score, decided_on"
    assert see(f"{query} FROM housing_application") == [
        ("A995", record, 1, "12/2026", date(2026, 3, 1), Decimal("7512.30"), Decimal("12.50"), None)
    ]
    assert see("SELECT address, year_built, lift FROM building") == [("Via Roma", 1968, False)]


def test_what_the_hub_itself_says_in_the_log_is_no_record(store, scribe, see):
    lost, heir = Pen(), Pen(name="PC 2")
    devices = lost.enrol(store).device, heir.enrol(store, 2).device
    push(store, lost, creation())
    Series(store, HUB, FixedClock()).shut_out_and_move(*devices)
    push(store, heir, creation())

    assert scribe.bring_up("A995") == 2
    assert see("SELECT log_position FROM housing_unit ORDER BY log_position") == [(1,), (4,)]


def test_the_documents_follow_the_log_and_only_what_changed_is_written(store, scribe, see):
    pen, record = Pen(), new_id()
    push(store, pen, creation(record), creation(), creation())
    assert scribe.bring_up("A995") == 3
    assert scribe.bring_up("A995") == 0

    push(store, pen, edit(record, 3, address=("Via Roma", "Via Nuova")))

    assert scribe.bring_up("A995") == 1
    assert sorted(see("SELECT address FROM housing_unit")) == [("Via Nuova",), ("Via Roma",), ("Via Roma",)]


def test_a_copied_pc_is_folded_as_the_desktops_fold_it(store, scribe, see):
    pen, record = Pen(), new_id()
    push(store, pen, creation(record))
    copied = replace(pen)
    push(store, pen, edit(record, 1, address=("Via Roma", "Via Po")))
    push(store, copied, edit(record, 1, address=("Via Roma", "Via Adda"), floor=(None, "2")))

    scribe.bring_up("A995")

    assert see("SELECT address, floor FROM housing_unit") == [("Via Po", "2")]


def test_what_was_deleted_is_not_shown_until_it_is_restored(store, scribe, see):
    pen, record = Pen(), new_id()
    push(store, pen, creation(record))
    push(store, pen, edit(record, 1, _deleted=(None, 1)))
    scribe.bring_up("A995")
    assert see("SELECT * FROM housing_unit") == []

    push(store, pen, edit(record, 2, _deleted=(1, None)))
    scribe.bring_up("A995")

    assert see("SELECT code FROM housing_unit") == [("BL0001",)]


def test_a_value_that_waits_for_a_decision_is_not_the_one_in_force(store, scribe, see):
    one, two, record = Pen(), Pen(name="PC 2"), new_id()
    push(store, one, creation(record))
    push(store, one, edit(record, 1, address=("Via Roma", "Via Prima")))
    push(store, two, edit(record, 1, address=("Via Roma", "Via Seconda")))

    scribe.bring_up("A995")

    assert see("SELECT address FROM housing_unit") == [("Via Prima",)]


def test_what_the_hub_refused_has_no_effect(store, scribe, see):
    push(store, Pen(), creation(code="BL0001", address="x" * 5_000), creation(code="BL0002", address="Via Roma"))

    assert scribe.bring_up("A995") == 1

    assert see("SELECT code FROM housing_unit") == [("BL0002",)]


def test_values_kept_to_the_comune_are_nowhere(store, scribe, see):
    record = new_id()
    sealed = ComuneKey(bytes(64)).seal("household", record, "notes", "riservata")
    push(store, Pen(), creation(record, "household", name="Bianchi", notes=sealed))

    assert scribe.bring_up("A995") == 1

    assert see("SELECT body FROM ala_hub.document") == [({"name": "Bianchi"},)]
    with pytest.raises(psycopg.errors.UndefinedColumn):
        see("SELECT notes FROM household")


def test_an_analyst_sees_every_comune_and_nothing_but_documents(store, scribe, see):
    for tenant in ("A995", "C816"):
        push(store, Pen(tenant), creation())
        scribe.bring_up(tenant)

    assert see("SELECT comune_code FROM housing_unit ORDER BY 1") == [("A995",), ("C816",)]
    for forbidden in ("SELECT * FROM ala_hub.frame", "SELECT * FROM ala_hub.device", "DELETE FROM ala_hub.document"):
        with pytest.raises(InsufficientPrivilege):
            see(forbidden)


@pytest.mark.parametrize("guarded", [True, False])
def test_the_scribe_of_one_comune_reads_nothing_of_another(store, scribe, postgres, monkeypatch, guarded):
    """And would fold nothing of it."""
    for tenant in ("A995", "C816"):
        push(store, Pen(tenant), creation())
    if not guarded:
        postgres.admin("ALTER TABLE ala_hub.frame DISABLE ROW LEVEL SECURITY")
    from ala_desktop.hub import documents

    names = "first_seq, count, header_hash, refused, sealed"
    everything = f"SELECT {names} FROM frame WHERE %s <> '' AND first_seq > %s ORDER BY first_seq"
    monkeypatch.setattr(documents, "_FRAMES", everything)

    if guarded:
        assert scribe.bring_up("C816") == 1
    else:
        with pytest.raises(Malformed):
            scribe.bring_up("C816")


def test_other_rules_and_another_log_write_everything_anew(store, scribe, see, postgres):
    push(store, Pen(), creation(), creation())
    scribe.bring_up("A995")
    stray = "INSERT INTO ala_hub.document VALUES ('A995', 'housing_unit', 'x', 1, NULL, false, '{}')"

    for change in ("rules = 'older'", "chain = 'another'", "epoch = 0"):
        postgres.admin(stray, f"UPDATE ala_hub.documented SET {change}")
        assert scribe.bring_up("A995") == 2
        assert see("SELECT count(*) FROM housing_unit") == [(2,)]


def test_a_value_that_does_not_fit_its_column_is_shown_empty(store, scribe, see, postgres):
    push(store, Pen(), creation(kind="building", address="Via Roma", year_built=1968, lift=1))
    scribe.bring_up("A995")
    postgres.admin("""UPDATE ala_hub.document SET body = '{"address": "Via Roma", "year_built": "?", "lift": 7}'""")

    assert see("SELECT address, year_built, lift FROM building") == [("Via Roma", None, None)]


def test_every_kind_has_a_view_with_a_column_for_each_shared_field(store, see):
    query = "SELECT column_name FROM information_schema.columns WHERE table_schema = 'ala_analysis' AND table_name = "

    for kind, spec in CATALOG.items():
        columns = [name for (name,) in see(f"{query}'{kind}' ORDER BY ordinal_position")]
        shared = [name.removesuffix("_cents") for name, field in spec.fields.items() if not field.sealed]
        assert columns == ["comune_code", "record_id", "log_position", "import_group", *shared]
        assert see(f"SELECT count(*) FROM {kind}") == [(0,)]


def catalog_of(*fields: Field) -> Catalog:
    return Catalog([RecordSpec("thing", "Cosa", "Cose", {field.name: field for field in fields})])


def test_views_are_made_anew_only_when_the_records_change(database: str, store, postgres):
    name, lift = Field("name", Text(), "Nome"), Field("lift", YesNo(), "Ascensore")
    assert analysts_views.refresh(database, catalog_of(name))
    assert not analysts_views.refresh(database, catalog_of(name))
    postgres.admin("CREATE VIEW ala_analysis.mine AS SELECT name FROM ala_analysis.thing")

    assert analysts_views.refresh(database, catalog_of(name, lift))

    with psycopg.connect(database) as link:
        assert link.execute("SELECT * FROM ala_analysis.mine").fetchall() == []
    with pytest.raises(Mendable, match="dipendono"):
        analysts_views.refresh(database, catalog_of(lift))


def test_a_store_of_the_first_version_gets_its_documents(database: str, store, see, postgres):
    pen = Pen()
    push(store, pen, creation())
    with psycopg.connect(database) as link:
        tables = link.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'ala_hub'").fetchall()
    postgres.admin(
        *(
            f"DROP TABLE ala_hub.{table} CASCADE"
            for (table,) in tables
            if table not in (*TABLES, "house") or table in RESTORE_TABLES
        ),
        "ALTER TABLE ala_hub.frame DROP COLUMN previous, DROP COLUMN epoch",
        "DROP INDEX ala_hub.frame_chain",
        "CREATE TABLE ala_hub.writer (tenant text)",
        "DROP POLICY scribe ON ala_hub.frame",
        "DROP POLICY scribe ON ala_hub.tenant",
        "DROP POLICY agency ON ala_hub.device",
        "DROP POLICY ambito ON ala_hub.tenant",
        "DROP SCHEMA ala_analysis CASCADE",
        "UPDATE ala_hub.house SET version = 1",
    )

    PostgresStore(database).close()
    analysts_views.refresh(database, CATALOG)
    scribe = Scribe(database, CATALOG)

    assert scribe.bring_up("A995") == 1
    assert see("SELECT code FROM housing_unit") == [("BL0001",)]
    with store.locked("A995") as tenancy:  # and what each frame follows is read from the frames
        first, next_one = (
            envelope.split(pen.frame(line(creation()), previous=one)).header for one in ("", pen.previous)
        )
        assert [tenancy.kin(header, "f" * 64).siblings for header in (first, next_one)] == [True, False]
    scribe.close()
