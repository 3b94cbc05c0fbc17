"""What is PostgreSQL's own: reaching the server, making the tables, losing connections. The rest is in the contract."""

import threading
import time

import psycopg
import pytest

from ala_desktop.core.errors import Mendable
from ala_desktop.hub import postgres_pool
from ala_desktop.hub.documents_schema import ANALYST, SCRIBE
from ala_desktop.hub.postgres_schema import INTAKE, READER, REGISTRY
from ala_desktop.hub.store_postgres import PostgresStore
from ala_desktop.sync import chain
from ala_desktop.sync.declined import Declined
from ala_desktop.sync.protocol import Position
from tests.hub_frames import Pen, creation, intake, line

CUT = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'ala-hub'"


@pytest.fixture
def store(database: str):
    made = PostgresStore(database)
    yield made
    made.close()


def push(store: PostgresStore, pen: Pen, count: int = 1) -> None:
    intake(store).admit(pen.row(), pen.frame(*[line(creation()) for _ in range(count)]))


def seq(store: PostgresStore, tenant: str = "A995") -> int:
    with store.locked(tenant) as tenancy:
        return tenancy.position().seq


def told(url: str) -> Mendable:
    with pytest.raises(Mendable) as raised:
        PostgresStore(url)
    return raised.value


def test_the_store_keeps_everything_over_a_restart(database: str):
    first = PostgresStore(database)
    push(first, Pen(), 3)
    first.close()

    again = PostgresStore(database)

    assert seq(again) == 3
    again.close()


def test_two_hubs_that_start_together_make_the_tables_once(database: str):
    made: list[PostgresStore] = []
    threads = [threading.Thread(target=lambda: made.append(PostgresStore(database))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [seq(store) for store in made] == [0] * 4
    for store in made:
        store.close()


def test_connections_that_the_server_cut_are_replaced(store: PostgresStore, postgres):
    pen = Pen()
    push(store, pen)
    postgres.admin(CUT)

    push(store, pen)

    assert seq(store) == 2


def test_many_threads_share_few_connections(store: PostgresStore, postgres):
    barrier, seen = threading.Barrier(12), []

    def work(number: int) -> None:
        barrier.wait()
        for _ in range(5):
            with store.locked(f"T{number}") as tenancy:
                seen.append(tenancy.position().seq)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert seen == [0] * 60
    assert 1 <= len(store._intake._idle) <= 4
    assert store._intake._places._value == 4


def test_a_closed_store_leaves_no_connection_open(store: PostgresStore, database: str):
    push(store, Pen())
    with store.locked("A995") as tenancy:
        tenancy.position()
        store.close()

    query = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'ala-hub'"
    with psycopg.connect(database) as link:
        until = time.monotonic() + 10
        while (left := link.execute(query).fetchone()) != (0,) and time.monotonic() < until:
            time.sleep(0.02)
            link.rollback()

    assert left == (0,)


def test_a_cut_in_the_middle_leaves_nothing_and_says_busy(store: PostgresStore, postgres):
    def cut_while_locked() -> None:
        with store.locked("A995") as tenancy:
            tenancy.put_key("d", "blob")
            postgres.admin(CUT)

    with pytest.raises(Declined) as raised:
        cut_while_locked()

    assert raised.value.code == "busy"
    assert store.key_for("A995", "d") is None


def test_a_tenant_that_somebody_holds_too_long_is_busy(database: str, monkeypatch):
    monkeypatch.setattr(postgres_pool, "_WAIT", "50ms")
    store, other = PostgresStore(database), PostgresStore(database)

    with other.locked("A995") as held:
        held.position()
        with pytest.raises(Declined) as raised:
            seq(store)
        assert seq(store, "C816") == 0

    assert raised.value.code == "busy"
    assert seq(store) == 0
    store.close()
    other.close()


def test_a_full_disk_takes_nothing_half(store: PostgresStore, postgres):
    pen = Pen()
    push(store, pen)
    postgres.admin(
        "CREATE FUNCTION ala_hub.fail() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$",
        "CREATE TRIGGER fail BEFORE INSERT ON ala_hub.frame FOR EACH ROW EXECUTE FUNCTION ala_hub.fail()",
    )

    with pytest.raises(Declined) as raised:
        push(store, pen)

    assert raised.value.code == "full"
    page = store.page("A995", Position(1, 0, chain.START), "somebody")
    assert page is not None
    assert page.head.head.seq == len(page.arrived) == 1


@pytest.mark.parametrize("url", ["", "centrale.db", "mysql://a/b", "postgresql://h/d?boh=1"])
def test_what_is_no_address_is_told(url: str):
    assert "non si capisce" in told(url).title


def test_a_server_that_is_not_there_is_told_without_the_password():
    problem = told("postgresql://centrale:segreta@127.0.0.1:9/hub")

    assert problem.title == "L'archivio della centrale non risponde"
    assert "segreta" not in f"{problem.cause}{problem.next_step}"


def test_a_database_that_is_not_there_is_told(postgres):
    assert "non conosce" in told(postgres.url("altrove")).cause


def test_a_wrong_password_is_told(postgres):
    postgres.admin("DROP ROLE IF EXISTS parola_1", "CREATE ROLE parola_1 LOGIN PASSWORD 'giusta'")

    for attempt in (postgres.url("postgres", "parola_1"), postgres.url("postgres", "parola_1:sbagliata")):
        assert "parola d'accesso" in told(attempt).cause


def test_a_store_of_a_newer_hub_is_left_alone(database: str, store: PostgresStore, postgres):
    postgres.admin("UPDATE ala_hub.house SET version = 99")

    assert "più recente" in told(database).title


def test_a_schema_that_is_not_ours_is_left_alone(database: str, postgres):
    postgres.admin("CREATE SCHEMA ala_hub", "CREATE TABLE ala_hub.house_plants (name text)")

    assert "non è di una centrale" in told(database).title


def test_whoever_may_make_no_tables_is_told_and_serves_once_they_are_made(database: str, postgres):
    postgres.admin("DROP ROLE IF EXISTS semplice", "CREATE ROLE semplice LOGIN")
    plain = postgres.url("postgres", "semplice")
    problem = told(plain)
    assert "amministratore" in problem.title
    PostgresStore(database).close()
    assert "amministratore" in told(plain).title
    postgres.admin(f"GRANT {INTAKE}, {READER}, {REGISTRY}, {SCRIBE} TO semplice WITH INHERIT FALSE")

    store = PostgresStore(plain)
    push(store, Pen())

    assert seq(store) == 1
    store.close()


def test_the_owner_of_the_tables_need_not_be_the_servers_administrator(database: str, postgres):
    postgres.admin(
        f"DROP ROLE IF EXISTS {INTAKE}, {READER}, {REGISTRY}, {SCRIBE}, {ANALYST}",
        "DROP ROLE IF EXISTS padrone",
        "CREATE ROLE padrone LOGIN CREATEROLE",
        "GRANT CREATE ON DATABASE postgres TO padrone",
    )

    store = PostgresStore(postgres.url("postgres", "padrone"))
    push(store, Pen())

    assert seq(store) == 1
    with psycopg.connect(postgres.url("postgres", "padrone")) as link:
        assert link.execute("SELECT count(*) FROM ala_hub.frame").fetchall() == [(0,)]
    store.close()
    postgres.admin("DROP SCHEMA ala_hub CASCADE", "DROP OWNED BY padrone CASCADE", "DROP ROLE padrone")


def test_a_store_belongs_to_one_hub(store: PostgresStore):
    assert store.hub() == ""
    store.belong_to("prima")
    store.belong_to("prima")

    with pytest.raises(Mendable) as raised:
        store.belong_to("seconda")

    assert "altra centrale" in raised.value.title
    assert store.hub() == "prima"
