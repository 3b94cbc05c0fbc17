"""The encrypted store, and what the disk can do to it: each told in words, and what was saved stays."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError

from ala_desktop.core.errors import Mendable
from ala_desktop.models import engine
from ala_desktop.models.engine import STORE_FILE, Store
from ala_desktop.services.desk import Desk
from ala_desktop.sync import picture
from tests import factory

KEY = bytes(range(32))
ROOT = Path(__file__).parents[3]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / STORE_FILE, KEY)
    with store.structuring() as connection:
        connection.exec_driver_sql("CREATE TABLE write_guard (mode INTEGER)")
        connection.exec_driver_sql("CREATE TABLE paper (text TEXT)")
    yield store
    store.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = factory.desk(tmp_path)
    yield desk
    desk.close()


def engine_of(store: Store) -> Engine:
    return store._engine  # pyright: ignore[reportPrivateUsage]


def write(store: Store, text: str) -> None:
    with store.writing() as connection:
        connection.exec_driver_sql("INSERT INTO paper VALUES (?)", (text,))


def texts(store: Store) -> list[str]:
    with store.reading() as connection:
        return list(connection.exec_driver_sql("SELECT text FROM paper ORDER BY rowid").scalars())


class TestSafety:
    def test_nothing_stands_in_clear_on_the_disk(self, store: Store):
        write(store, "nome che nessuno deve leggere")
        store.close()
        for file in store.path.parent.iterdir():
            content = file.read_bytes()
            assert b"nessuno" not in content
            assert not content.startswith(b"SQLite format 3")

    @pytest.mark.parametrize(
        ("pragma", "value"),
        [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("trusted_schema", 0), ("temp_store", 2)],
    )
    def test_every_connection_is_set_up_for_safety(self, store: Store, pragma: str, value: object):
        with store.reading() as one, store.reading() as other:
            for connection in (one, other):
                assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value

    def test_an_error_in_a_write_takes_all_of_it_back(self, store: Store):
        def fail() -> None:
            with store.writing() as connection:
                connection.exec_driver_sql("INSERT INTO paper VALUES ('mezza')")
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()
        assert texts(store) == []
        write(store, "intera")
        assert texts(store) == ["intera"]

    def test_a_reader_sees_one_view_while_others_write(self, store: Store):
        write(store, "prima")
        with store.reading() as connection:
            count = connection.exec_driver_sql("SELECT count(*) FROM paper").scalar()
            write(store, "dopo")
            assert connection.exec_driver_sql("SELECT count(*) FROM paper").scalar() == count
        assert texts(store) == ["prima", "dopo"]

    def test_writers_of_many_threads_pass_one_at_a_time(self, store: Store):
        def count_up() -> None:
            for _ in range(20):
                with store.writing() as connection:
                    seen = connection.exec_driver_sql("SELECT count(*) FROM paper").scalar_one()
                    connection.exec_driver_sql("INSERT INTO paper VALUES (?)", (str(seen),))

        threads = [threading.Thread(target=count_up) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert texts(store) == [str(n) for n in range(80)]

    def test_a_copy_opens_with_the_same_key_and_holds_the_same(self, store: Store, tmp_path: Path):
        write(store, "da copiare")
        store.copy_to(tmp_path / "copia.db")
        copy = Store(tmp_path / "copia.db", KEY)
        assert texts(copy) == ["da copiare"]
        copy.close()

    def test_a_copy_that_fails_leaves_nothing_under_its_name(self, store: Store, tmp_path: Path):
        write(store, "da copiare " * 1_000)
        (tmp_path / "copia.nuovo").mkdir()
        (tmp_path / "copia.db").write_text("la copia di ieri")
        with pytest.raises(OSError, match=r"copia\.nuovo"):
            store.copy_to(tmp_path / "copia.db")
        assert (tmp_path / "copia.db").read_text() == "la copia di ieri"


class TestWhatCanBeMended:
    def test_a_wrong_key(self, store: Store):
        store.close()
        with pytest.raises(Mendable, match="non si apre"):
            Store(store.path, bytes(32))

    def test_a_file_that_is_something_else(self, tmp_path: Path):
        (tmp_path / STORE_FILE).write_bytes(b"questo non e' un archivio " * 500)
        with pytest.raises(Mendable, match="non si apre"):
            Store(tmp_path / STORE_FILE, KEY)

    def test_a_folder_that_is_not_there(self, tmp_path: Path):
        with pytest.raises(Mendable, match="non si apre"):
            Store(tmp_path / "assente" / STORE_FILE, KEY)

    def test_a_damaged_page(self, store: Store):
        for number in range(400):
            write(store, f"{number} " + "x" * 200)
        store.close()
        content = bytearray(store.path.read_bytes())
        content[len(content) // 2] ^= 1
        store.path.write_bytes(content)
        reopened = Store(store.path, KEY)
        with pytest.raises(Mendable, match="archivio"):
            texts(reopened)
        reopened.close()

    def test_a_file_that_was_cut(self, store: Store):
        for number in range(400):
            write(store, f"{number} " + "x" * 200)
        store.close()
        content = store.path.read_bytes()
        store.path.write_bytes(content[: len(content) // 2])

        def use() -> None:
            reopened = Store(store.path, KEY)
            try:
                texts(reopened)
            finally:
                reopened.close()

        with pytest.raises(Mendable, match="archivio"):
            use()

    def test_another_program_that_keeps_the_file(self, store: Store, monkeypatch: pytest.MonkeyPatch):
        pragmas = tuple("PRAGMA busy_timeout=50" if "busy" in p else p for p in vars(engine)["_PRAGMAS"])
        monkeypatch.setattr(engine, "_PRAGMAS", pragmas)
        impatient = Store(store.path, KEY)
        with store.writing(), pytest.raises(Mendable, match="occupato"):
            write(impatient, "no")
        impatient.close()

    def test_anything_else_stays_our_fault(self, store: Store):
        with pytest.raises(OperationalError), store.reading() as connection:
            connection.exec_driver_sql("SELECT * FROM table_that_nobody_made")


class TestAFullDisk:
    def test_the_save_is_refused_in_words_and_the_earlier_ones_stay(self, desk: Desk):
        kept = factory.unit(desk, "BL0001")
        fired = _no_more_pages(desk.store)
        with pytest.raises(Mendable, match="disco è pieno"):
            factory.unit(desk, "BL0002", notes="x" * 4_000)
        assert fired, "the disk was not full"
        assert [row.id for row in desk.find("housing_unit")] == [kept]

    def test_it_goes_on_when_there_is_room_again(self, desk: Desk):
        listener = _no_more_pages(desk.store)
        with pytest.raises(Mendable):
            factory.unit(desk, "BL0002", notes="x" * 4_000)
        listener.clear()
        factory.unit(desk, "BL0003", notes="x" * 4_000)
        with desk.reading() as connection:
            assert picture.verify(connection, desk.rows) == []
        assert [row["code"] for row in desk.find("housing_unit")] == ["BL0003"]

    def test_a_file_system_that_takes_no_more_bytes(self, tmp_path: Path):
        """The system refuses the write itself: in a process of its own, whose files may not grow."""
        told = _in_a_process(_SMALL_DISK, tmp_path)
        assert told["refused"] in ("Il disco non risponde", "Il disco è pieno")
        assert told["verify"] == "[]"
        desk = factory.desk(tmp_path)
        assert [row["code"] for row in desk.find("housing_unit")] == told["saved"].split()
        desk.close()


def _no_more_pages(store: Store) -> list[int]:
    """Let the store grow no further; returns a list that grows at each try, and that lifts the limit when empty."""
    tries = [0]

    def limit(connection: Connection) -> None:
        pages = 1 if tries else 2**30
        tries.append(pages) if tries else None
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")  # 1 means: the pages that there are

    event.listen(engine_of(store), "begin", limit)
    return tries


_SMALL_DISK = """
import resource, signal, sys
from pathlib import Path
from ala_desktop.core.errors import Mendable
from ala_desktop.sync import picture
from tests import factory
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
folder = Path(sys.argv[1])
desk = factory.desk(folder)
most = max(file.stat().st_size for file in folder.iterdir()) + 40_000
resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
saved = []
try:
    while True:
        factory.unit(desk, f"B{len(saved)}", notes="x" * 2_000)
        saved.append(f"B{len(saved)}")
except Mendable as refusal:
    print("refused", refusal.title, sep="=")
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
with desk.reading() as connection:
    print("verify", picture.verify(connection, desk.rows), sep="=")
print("saved", " ".join(saved), sep="=")
"""

_READ_ONLY = """
import os, sys
from pathlib import Path
from ala_desktop.core.errors import Mendable
from ala_desktop.models.engine import Store
from sqlalchemy.dialects import sqlite  # before the program itself is out of reach
from tests import factory
folder = Path(sys.argv[1])
if os.geteuid() == 0:
    os.setresuid(65534, 65534, 65534)
try:
    store = Store(folder / "archivio.db", bytes.fromhex(sys.argv[2]))
    with store.writing() as connection:
        connection.exec_driver_sql("INSERT INTO paper VALUES ('no')")
except Mendable as refusal:
    print("refused", refusal.title, sep="=")
"""


def _in_a_process(script: str, *arguments: object) -> dict[str, str]:
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr
    return dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)


def test_a_folder_without_the_right_to_write():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = Store(folder / STORE_FILE, KEY)
        with store.structuring() as connection:
            connection.exec_driver_sql("CREATE TABLE write_guard (mode INTEGER)")
            connection.exec_driver_sql("CREATE TABLE paper (text TEXT)")
        store.close()
        for path, rights in ((folder / STORE_FILE, 0o444), (folder, 0o555)):
            os.chmod(path, rights)
        told = _in_a_process(_READ_ONLY, folder, KEY.hex())
        os.chmod(folder, 0o700)
    assert told["refused"] in ("L'archivio è in sola lettura", "L'archivio non si apre")
