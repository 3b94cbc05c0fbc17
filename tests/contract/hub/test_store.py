"""What every store of the hub has to do, whatever database is behind it."""

import threading
import time
from pathlib import Path

import msgspec
import pytest

from ala_desktop.core.errors import Mendable
from ala_desktop.hub.store import Admitted, Before, Held, Invite, Kin, Precedents, Sheet, Step, Store, TenantStatus
from ala_desktop.hub.store_postgres import PostgresStore
from ala_desktop.hub.store_sqlite import SqliteStore
from ala_desktop.sync import chain, envelope
from ala_desktop.sync.declined import Declined
from ala_desktop.sync.messages import MOST_PAGE_TRANSACTIONS, Told, roster_of
from ala_desktop.sync.protocol import Arrived, Entry, Header, Position, Refused
from tests.hub_frames import Pen, creation, line

START = Position(1, 0, chain.START)
AS_OF_5 = """
DROP TABLE link; DROP TABLE offered; DROP TABLE twin; ALTER TABLE blob DROP COLUMN made;
ALTER TABLE frame RENAME TO frame_6;
CREATE TABLE frame (tenant TEXT NOT NULL, first_seq INTEGER NOT NULL, count INTEGER NOT NULL, device TEXT NOT NULL,
    header_hash TEXT NOT NULL, refused BLOB NOT NULL, chain TEXT NOT NULL, sealed BLOB NOT NULL,
    PRIMARY KEY (tenant, first_seq), UNIQUE (tenant, header_hash));
INSERT INTO frame SELECT tenant, first_seq, count, device, header_hash, refused, chain, sealed FROM frame_6;
DROP TABLE frame_6;
CREATE TABLE writer (tenant TEXT NOT NULL, incarnation TEXT NOT NULL, device TEXT NOT NULL,
    next_device_seq INTEGER NOT NULL, head TEXT NOT NULL, previous TEXT NOT NULL,
    PRIMARY KEY (tenant, incarnation)) WITHOUT ROWID;
PRAGMA user_version = 5;
"""
"""Makes a store of this version one of the fifth."""
AS_OF_6 = "ALTER TABLE blob DROP COLUMN made; PRAGMA user_version = 6;"


@pytest.fixture(params=["file", "memory", "postgresql"])
def where(request, tmp_path: Path):
    if request.param == "postgresql":
        made: Store = PostgresStore(request.getfixturevalue("database"))
    else:
        made = SqliteStore(tmp_path / "centrale.db" if request.param == "file" else None)
    yield made
    made.close()


def admitted(pen: Pen, after: Position, count: int = 1, refused: list[Refused] | None = None) -> Admitted:
    sealed = pen.frame(*[line(creation()) for _ in range(count)])
    frame = envelope.split(sealed)
    entry = Entry(after.seq + 1, count, frame.hash, refused or [])
    return Admitted(frame.header, entry, chain.hub_chain(after.chain, entry), sealed)


def append(
    where: Store, pen: Pen, count: int = 1, refused: dict[str, int] | None = None, cleared: tuple[str, ...] = ()
) -> Admitted:
    with where.locked(pen.tenant) as tenancy:
        taken = admitted(pen, tenancy.position(), count)
        tenancy.append(taken, refused=refused or {}, cleared=cleared)
    return taken


def test_an_unknown_tenant_stands_at_the_start_of_its_log(where: Store):
    with where.locked("A995") as tenancy:
        assert tenancy.position() == START


def test_an_appended_frame_moves_position_and_chain(where: Store):
    taken = append(where, Pen(), count=3)

    with where.locked("A995") as tenancy:
        assert tenancy.position() == Position(1, 3, taken.chain)
        assert tenancy.entry(taken.entry.header_hash) == taken.entry
    assert where.entry("A995", taken.entry.header_hash) == taken.entry


def test_the_refusals_of_a_frame_are_kept_with_it(where: Store):
    pen = Pen()
    with where.locked("A995") as tenancy:
        taken = admitted(pen, START, 2, [Refused(1, "bad_value", "Indirizzo")])
        tenancy.append(taken, refused={"r1": 1}, cleared=[])

    assert where.entry("A995", taken.entry.header_hash) == taken.entry


def header(pen: Pen, **changed: str) -> Header:
    made = envelope.split(pen.frame(line(creation()), advance=False)).header
    return msgspec.structs.replace(made, **changed)


def test_a_frame_follows_any_frame_of_its_device(where: Store):
    pen = Pen()
    assert where.precedents(header(pen), "f" * 64, []) == Precedents(None, Before(1, chain.START), {})

    first = append(where, pen, count=4)
    follows = header(pen)
    second = append(where, pen)

    assert where.precedents(header(pen), "f" * 64, []).before == Before(6, pen.head)
    assert where.precedents(follows, "f" * 64, []).before == Before(5, first.header.head)
    assert where.precedents(header(pen, device="d" * 32), "f" * 64, []).before is None
    assert where.precedents(header(pen, previous="e" * 64), "f" * 64, []).before is None
    assert where.precedents(header(Pen(tenant="C816"), previous=pen.previous), "f" * 64, []).before is None
    assert where.precedents(header(pen), second.entry.header_hash, []).entry == second.entry


def test_places_of_the_trunk_are_found_by_their_chain(where: Store):
    pen = Pen()
    first, second = append(where, pen, count=4), append(where, pen)

    asked = [chain.START, first.chain, second.chain, "e" * 64]
    found = where.precedents(header(pen), "f" * 64, asked).seqs

    assert found == {chain.START: 0, first.chain: 4, second.chain: 5}
    assert where.precedents(header(Pen(tenant="C816")), "f" * 64, asked).seqs == {chain.START: 0}


def test_another_frame_after_the_same_one_is_kin(where: Store):
    pen, other = Pen(), Pen()
    start = header(pen)
    first = append(where, pen)
    with where.locked("A995") as tenancy:
        assert tenancy.kin(start, "f" * 64) == Kin(None, siblings=True, forked=False)
        assert tenancy.kin(header(pen), first.entry.header_hash) == Kin(first.entry, siblings=False, forked=False)
        assert tenancy.kin(header(other), "f" * 64) == Kin(None, siblings=False, forked=False)
        tenancy.note_identities(pen.device, {1: "a" * 32})
        assert tenancy.kin(header(pen), "f" * 64).forked


def test_transactions_of_a_forked_device_are_known_by_identity(where: Store):
    pen = Pen()
    taken = [append(where, pen), append(where, pen)]
    with where.locked("A995") as tenancy:
        assert list(tenancy.frames_of(pen.device)) == [(1, taken[0].sealed), (2, taken[1].sealed)]
        assert list(tenancy.frames_of("d" * 32)) == []
        tenancy.note_identities(pen.device, {1: "a" * 32, 2: "b" * 32, 3: "a" * 32})
        assert tenancy.first_places(pen.device, ["a" * 32, "c" * 32]) == {"a" * 32: 1}
        assert tenancy.first_places("d" * 32, ["a" * 32]) == {}
        assert [tenancy.identity_at(seq) for seq in (3, 4)] == ["a" * 32, None]
    with where.locked("C816") as tenancy:
        assert tenancy.identity_at(3) is None
        assert tenancy.first_places(pen.device, ["a" * 32]) == {}


def test_a_side_branch_leads_back_to_the_trunk(where: Store):
    pen, lost = Pen(), Pen(name="PC 2")
    fork = append(where, pen, count=2).chain
    entries = [Entry(3, 2, "1" * 64, []), Entry(5, 1, admitted(lost, START).entry.header_hash, [])]
    afters = [chain.hub_chain(fork, entries[0])]
    afters.append(chain.hub_chain(afters[0], entries[1]))
    with where.locked("A995") as tenancy:
        tenancy.add_links(2, fork, entries)
        assert tenancy.position().epoch == 2
    here = append(where, pen)

    with where.reading("A995") as reading:
        assert reading.way(afters[1]) == [
            Step(afters[0], 5, 1, entries[1].header_hash, here=False), Step(fork, 3, 2, "1" * 64, here=False)
        ]  # fmt: skip
        assert reading.way(fork) == reading.way("e" * 64) == []
        assert reading.entry_at(2) == Entry(1, 2, reading.entry_at(1).header_hash, [])  # pyright: ignore[reportOptionalMemberAccess]
        assert reading.entry_at(9) is None
        assert reading.present([here.entry.header_hash, "1" * 64]) == {here.entry.header_hash}
    with where.reading("C816") as reading:
        assert reading.way(afters[1]) == []
        assert reading.present([here.entry.header_hash]) == set()
    page = where.page("A995", Position(1, 2, fork), "")
    assert page is not None
    assert page.head.place == Position(2, 3, here.chain)


def test_only_awaited_frames_are_kept_as_offered_and_not_for_ever(where: Store):
    with where.locked("A995") as tenancy:
        tenancy.expect(["1" * 64, "2" * 64], "2026-11-20")
        assert tenancy.put_offered("1" * 64, b"frame")
        assert not tenancy.put_offered("3" * 64, b"frame")
    with where.locked("C816") as tenancy:
        assert not tenancy.put_offered("1" * 64, b"frame")
    with where.reading("A995") as reading:
        assert reading.offered_among(["1" * 64, "2" * 64, "3" * 64]) == {"1" * 64}
        assert [reading.offered(one * 64) for one in "123"] == [b"frame", None, None]

    with where.locked("A995") as tenancy:
        tenancy.expect(["1" * 64, "4" * 64], "2026-11-27")
        assert tenancy.offered("1" * 64) == b"frame"
        tenancy.forget_offered(["4" * 64])
        tenancy.expect([], "2026-11-28")
        assert tenancy.offered("1" * 64) is None


def test_a_device_that_was_forgotten_is_added_again(where: Store):
    device = Pen().row(3)
    with where.locked("A995") as tenancy:
        tenancy.add_device(device)
    assert where.devices("A995") == [device]


def test_what_one_tenant_holds_no_other_sees(where: Store):
    pen, foreign = Pen("A995"), Pen("C816")
    pen.enrol(where)
    taken = append(where, pen)
    with where.locked("A995") as tenancy:
        tenancy.put_key(pen.device, "blob")
        tenancy.add_invite(Invite("N", "A995", b"s", b"h", "2027", 5))
        tenancy.append(admitted(pen, tenancy.position()), refused={"r1": 1}, cleared=[])

    with where.locked("C816") as tenancy:
        assert tenancy.position() == START
        assert tenancy.entry(taken.entry.header_hash) is None
        assert tenancy.kin(header(pen), taken.entry.header_hash) == Kin(None, siblings=False, forked=False)
        assert tenancy.refused_among(pen.device, ["r1"]) == {}
        assert tenancy.invite("N") is None
        assert tenancy.devices() == []
    page = where.page("C816", START, foreign.device)
    assert page is not None
    assert page.arrived == []
    assert where.key_for("C816", pen.device) is None
    assert where.devices("C816") == []


def test_a_failed_lock_leaves_nothing_behind(where: Store):
    pen = Pen()

    def fail_after_appending() -> None:
        with where.locked("A995") as tenancy:
            tenancy.append(admitted(pen, START), refused={"r1": 1}, cleared=[])
            tenancy.put_key("d", "blob")
            raise RuntimeError("cut")

    with pytest.raises(RuntimeError, match="cut"):
        fail_after_appending()

    with where.locked("A995") as tenancy:
        assert tenancy.position() == START
        assert tenancy.refused_among(pen.device, ["r1"]) == {}
    assert where.key_for("A995", "d") is None


def test_refused_records_are_remembered_for_their_device_until_it_creates_them(where: Store):
    pen, other = Pen(), Pen(name="PC 2")
    append(where, pen, refused={"r1": 1, "r2": 1})
    append(where, pen, refused={"r2": 2})
    with where.locked("A995") as tenancy:
        assert tenancy.refused_among(pen.device, ["r1", "r2", "r3"]) == {"r1": 1, "r2": 2}
        assert tenancy.refused_among(pen.device, ["r1"]) == {"r1": 1}
        assert tenancy.refused_among(other.device, ["r1", "r2", "r3"]) == {}

    append(where, other, cleared=("r1", "r2"))
    append(where, pen, cleared=("r1",))

    with where.locked("A995") as tenancy:
        assert tenancy.refused_among(pen.device, ["r1", "r2", "r3"]) == {"r2": 2}


def test_a_page_begins_after_the_position_and_holds_frames_verbatim(where: Store):
    mine, other = Pen(), Pen()
    first, second = append(where, other, 2), append(where, mine, 1)

    page = where.page("A995", START, mine.device)

    assert page is not None
    assert page.head.head == Position(1, 3, second.chain)
    assert page.arrived == [Arrived(first.entry, first.sealed), Arrived(second.entry, None)]
    rest = where.page("A995", Position(1, 2, first.chain), other.device)
    assert rest is not None
    assert rest.arrived == [Arrived(second.entry, second.sealed)]


@pytest.mark.parametrize(
    "asked", [Position(1, 1, chain.START), Position(1, 0, "0"), Position(1, 2, "0" * 64), Position(1, 9, "a" * 64)]
)
def test_a_position_that_is_not_in_the_log_has_no_page(where: Store, asked: Position):
    append(where, Pen(), 2)

    assert where.page("A995", asked, "d") is None


def test_a_position_inside_a_frame_or_with_another_chain_has_no_page(where: Store):
    taken = append(where, Pen(), 2)

    assert where.page("A995", Position(1, 1, taken.chain), "d") is None
    assert where.page("A995", Position(1, 2, "b" * 64), "d") is None
    assert where.page("A995", Position(1, 2, taken.chain), "d") is not None


def test_a_page_is_bounded_and_the_next_one_goes_on(where: Store):
    pen = Pen()
    fit = MOST_PAGE_TRANSACTIONS // 900
    frames = [append(where, pen, 900) for _ in range(2 * fit)]

    first = where.page("A995", START, "somebody")
    assert first is not None
    reached = Position(1, 900 * fit, frames[fit - 1].chain)
    second = where.page("A995", reached, "somebody")
    assert second is not None

    assert [item.entry for item in first.arrived + second.arrived] == [taken.entry for taken in frames]
    assert sum(item.entry.count for item in first.arrived) <= MOST_PAGE_TRANSACTIONS
    assert first.head.place == reached
    assert second.head.place == second.head.head == Position(1, 900 * 2 * fit, frames[-1].chain)
    end = where.page("A995", second.head.head, "somebody")
    assert end is not None
    assert end.head.place is None


def test_devices_come_by_ordinal_and_are_found_by_id(where: Store):
    second, first = Pen(name="PC 2"), Pen(name="PC 1")
    second.enrol(where, 2)
    first.enrol(where, 1)

    assert [device.name for device in where.devices("A995")] == ["PC 1", "PC 2"]
    assert where.device(second.device) == second.row(2)
    assert where.device("unknown") is None
    page = where.page("A995", START, first.device)
    assert page is not None
    assert page.head.devices == 2


def test_an_invitation_counts_tries_and_remembers_who_used_it(where: Store):
    pen, invite = Pen(), Invite("N4ME", "A995", b"salt", b"hash", "2026-11-23T09:00:00Z", 5)
    with where.locked("A995") as tenancy:
        tenancy.add_invite(invite)
        tenancy.count_try("N4ME")
        tenancy.enrol("N4ME", pen.row())

    found = where.invited("N4ME")

    assert found == invite._replace(tries=4, device=pen.device)
    assert where.invited("0000") is None


def test_a_wrapped_key_waits_until_a_later_one_replaces_it(where: Store):
    with where.locked("A995") as tenancy:
        tenancy.put_key("d", "first")
        tenancy.put_key("d", "second")

    assert where.key_for("A995", "d") == "second"
    assert where.key_for("A995", "e") is None


def test_the_status_counts_devices_frames_and_bytes(where: Store):
    pen = Pen()
    pen.enrol(where)
    taken = append(where, pen, 3)

    assert where.status() == [TenantStatus("A995", 1, 3, 1, 1, len(taken.sealed))]


def test_writers_of_one_tenant_never_get_the_same_place(where: Store):
    pens = [Pen() for _ in range(4)]

    def write(pen: Pen) -> None:
        for _ in range(5):
            with where.locked("A995") as tenancy:
                position = tenancy.position()
                time.sleep(0.001)
                tenancy.append(admitted(pen, position), refused={}, cleared=[])

    threads = [threading.Thread(target=write, args=(pen,)) for pen in pens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    page = where.page("A995", START, "somebody")
    assert page is not None
    assert [item.entry.first_seq for item in page.arrived] == list(range(1, 21))


def test_a_file_keeps_everything_over_a_restart(tmp_path: Path):
    store = SqliteStore(tmp_path / "centrale.db")
    taken = append(store, Pen(), 2)
    store.close()

    again = SqliteStore(tmp_path / "centrale.db")
    page = again.page("A995", START, "somebody")
    again.close()

    assert page is not None
    assert page.arrived == [Arrived(taken.entry, taken.sealed)]


def test_a_file_that_is_no_store_is_told_in_words(tmp_path: Path):
    path = tmp_path / "centrale.db"
    path.write_bytes(b"not a database, but long enough to be looked at" * 200)

    with pytest.raises(Mendable) as told:
        SqliteStore(path)

    assert told.value.title == "L'archivio della centrale non si apre"


def test_a_store_of_a_newer_hub_is_left_alone(tmp_path: Path):
    import sqlite3

    SqliteStore(tmp_path / "centrale.db").close()
    with sqlite3.connect(tmp_path / "centrale.db") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()

    with pytest.raises(Mendable) as told:
        SqliteStore(tmp_path / "centrale.db")

    assert "più recente" in told.value.title


def test_a_store_of_the_first_version_keeps_what_it_refused(tmp_path: Path):
    import sqlite3

    one, two = Pen(), Pen(name="PC 2")
    store = SqliteStore(tmp_path / "centrale.db")
    one.enrol(store)
    two.enrol(store, 2)
    taken = append(store, one, 3)
    store.close()
    with sqlite3.connect(tmp_path / "centrale.db") as connection:
        connection.executescript(AS_OF_5)
        connection.executescript(
            "DROP TABLE refused_record; PRAGMA user_version = 1;"
            "CREATE TABLE refused_record (tenant TEXT NOT NULL, record TEXT NOT NULL, PRIMARY KEY (tenant, record))"
            "WITHOUT ROWID; INSERT INTO refused_record VALUES ('A995', 'r1'), ('C816', 'r2');"
        )
    connection.close()

    for _ in range(2):
        store = SqliteStore(tmp_path / "centrale.db")
        with store.locked("A995") as tenancy:
            assert [tenancy.refused_among(pen.device, ["r1", "r2"]) for pen in (one, two)] == [{"r1": 3}] * 2
            assert tenancy.position() == Position(1, 3, taken.chain)
        store.close()


def test_a_full_disk_is_told_and_takes_nothing_half(tmp_path: Path):
    store = SqliteStore(tmp_path / "centrale.db")
    pen = Pen()
    first = append(store, pen)
    connections = [store._free.get() for _ in range(store._free.qsize())]
    for connection in connections:
        connection.execute("PRAGMA max_page_count = 1")  # SQLite takes the present size: no page more
        store._free.put(connection)

    with pytest.raises(Declined) as told:
        append(store, pen, count=900)

    assert told.value.code == "full"
    page = store.page("A995", START, "somebody")
    assert page is not None
    assert [item.entry for item in page.arrived] == [first.entry]
    store.close()


def test_a_store_that_another_process_holds_too_long_is_busy(tmp_path: Path, monkeypatch):
    import sqlite3

    from ala_desktop.hub import store_sqlite

    monkeypatch.setattr(store_sqlite, "_WAIT", 0.1)
    store = SqliteStore(tmp_path / "centrale.db")
    other = sqlite3.connect(tmp_path / "centrale.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(Declined) as told:
        append(store, Pen())

    assert told.value.code == "busy"
    other.execute("ROLLBACK")
    other.close()
    append(store, Pen())
    store.close()


def test_a_device_is_shut_out_and_let_in_again(where: Store):
    one, two, other = Pen(), Pen(name="PC 2"), Pen(tenant="C816")
    for number, pen in enumerate((one, two), 1):
        pen.enrol(where, number)
    other.enrol(where)

    def revoked() -> list[bool]:
        found = [where.device(pen.device) for pen in (one, two, other)]
        return [device is not None and device.revoked for device in found]

    for value in (True, False):
        with where.locked("A995") as tenancy:
            tenancy.revoke(two.device, revoked=value)
            tenancy.revoke(other.device, revoked=value)
        assert revoked() == [False, value, False]
        assert [device.revoked for device in where.devices("A995")] == [False, value]


def test_a_page_tells_who_the_devices_are_and_what_they_may(where: Store):
    def heads() -> tuple[int, str]:
        page = where.page("A995", START, "somebody")
        assert page is not None
        return page.head.devices, page.head.roster

    one, two = Pen(), Pen(name="PC 2")
    told = [heads()]
    for number, pen in enumerate((one, two), 1):
        pen.enrol(where, number)
        told.append(heads())
    with where.locked("A995") as tenancy:
        tenancy.revoke(one.device, revoked=True)
    told.append(heads())
    with where.locked("A995") as tenancy:
        tenancy.revoke(one.device, revoked=False)
        tenancy.revoke(two.device, revoked=True)
    told.append(heads())

    assert [devices for devices, _ in told] == [0, 1, 2, 2, 2]
    assert len({roster for _, roster in told}) == 5
    assert told[3][1] == roster_of([(one.device, True), (two.device, False)])


def test_what_a_device_told_last_is_kept_of_those_that_are_not_shut_out(where: Store):
    one, two, other = Pen(), Pen(name="PC 2"), Pen(tenant="C816")
    for number, pen in enumerate((one, two), 1):
        pen.enrol(where, number)
    other.enrol(where)
    first, second = Told("1-a", 1, 4, "AAAA"), Told("1-b", 2, 2**40, "BBBB")
    assert where.pictures("A995") == {}

    with where.locked("A995") as tenancy:
        tenancy.keep_picture(one.device, second)
        tenancy.keep_picture(one.device, first)
        tenancy.keep_picture(two.device, second)
    with where.locked("C816") as tenancy:
        tenancy.keep_picture(other.device, first)

    assert where.pictures("A995") == {one.device: first, two.device: second}
    assert where.pictures("C816") == {other.device: first}
    with where.locked("A995") as tenancy:
        tenancy.revoke(two.device, revoked=True)
    assert where.pictures("A995") == {one.device: first}


def test_frames_that_are_kept_aside_are_in_no_log(where: Store):
    pen = Pen()
    pen.enrol(where)
    frames = [
        Held("A995", letter * 64, pen.device, f"2026-11-22T09:00:0{n}Z", b"\0" + bytes([n]))
        for n, letter in enumerate("ba")
    ]

    for held in (*frames, frames[0]._replace(received="2027-01-01T00:00:00Z", sealed=b"another")):
        with where.locked("A995") as tenancy:
            tenancy.hold(held)

    assert where.held("A995") == frames
    assert where.held("C816") == []
    assert where.entry("A995", "a" * 64) is None
    with where.locked("C816") as tenancy:
        tenancy.release("a" * 64)
    with where.locked("A995") as tenancy:
        assert tenancy.position() == START
        tenancy.release("b" * 64)
    assert where.held("A995") == frames[1:]


def test_a_sheet_is_kept_for_each_device_and_replaced_by_its_next(where: Store):
    with where.locked("A995") as tenancy:
        tenancy.leave_sheet(Sheet("d1", "a" * 64, "first"))
        tenancy.leave_sheet(Sheet("d2", "b" * 64, "other"))
        tenancy.leave_sheet(Sheet("d1", "c" * 64, "second"))

    with where.locked("A995") as tenancy:
        assert tenancy.sheets() == [Sheet("d1", "c" * 64, "second"), Sheet("d2", "b" * 64, "other")]
    with where.locked("C816") as tenancy:
        assert tenancy.sheets() == []


def test_wrong_sheets_are_counted_by_device_and_day(where: Store):
    with where.locked("A995") as tenancy:
        for _ in range(3):
            tenancy.count_wrong_sheet("d1", "2026-11-22")
        assert tenancy.wrong_sheets("d1", "2026-11-22") == 3
        assert tenancy.wrong_sheets("d2", "2026-11-22") == 0
        assert tenancy.wrong_sheets("d1", "2026-11-23") == 0

        tenancy.count_wrong_sheet("d1", "2026-11-23")

        assert tenancy.wrong_sheets("d1", "2026-11-23") == 1
    with where.locked("C816") as tenancy:
        assert tenancy.wrong_sheets("d1", "2026-11-23") == 0


def test_a_store_of_the_third_version_is_brought_up(tmp_path: Path):
    import sqlite3

    store = SqliteStore(tmp_path / "centrale.db")
    taken = append(store, Pen(), 3)
    store.close()
    with sqlite3.connect(tmp_path / "centrale.db") as connection:
        connection.executescript(AS_OF_5 + "DROP TABLE sheet; DROP TABLE sheet_try; PRAGMA user_version = 3;")
    connection.close()

    store = SqliteStore(tmp_path / "centrale.db")
    with store.locked("A995") as tenancy:
        assert tenancy.sheets() == []
        assert tenancy.position() == Position(1, 3, taken.chain)
    store.close()


def test_a_store_of_the_second_version_is_brought_up(tmp_path: Path):
    import sqlite3

    pen = Pen()
    store = SqliteStore(tmp_path / "centrale.db")
    pen.enrol(store)
    taken = append(store, pen, 3)
    store.close()
    with sqlite3.connect(tmp_path / "centrale.db") as connection:
        connection.executescript(AS_OF_5)
        connection.executescript(
            "DROP TABLE picture; DROP TABLE quarantine; DROP TABLE sheet; DROP TABLE sheet_try; "
            "DROP TABLE blob; DROP TABLE piece; PRAGMA user_version = 2;"
        )
    connection.close()

    store = SqliteStore(tmp_path / "centrale.db")
    assert (store.pictures("A995"), store.held("A995")) == ({}, [])
    with store.locked("A995") as tenancy:
        assert tenancy.position() == Position(1, 3, taken.chain)
    store.close()


def test_a_store_of_the_fourth_version_is_brought_up(tmp_path: Path):
    import sqlite3

    SqliteStore(tmp_path / "centrale.db").close()
    with sqlite3.connect(tmp_path / "centrale.db") as connection:
        connection.executescript(AS_OF_5 + "DROP TABLE blob; DROP TABLE piece; PRAGMA user_version = 4;")
    connection.close()

    store = SqliteStore(tmp_path / "centrale.db")
    with store.shelf("A995") as shelf:
        assert (shelf.uploads(), shelf.blobs_size()) == ([], 0)
    store.close()


def test_a_store_of_the_fifth_version_learns_what_each_frame_follows(tmp_path: Path):
    import sqlite3

    pen = Pen()
    store = SqliteStore(tmp_path / "centrale.db")
    start = header(pen)
    first, second = append(store, pen, 3), append(store, pen)
    store.close()
    with sqlite3.connect(tmp_path / "centrale.db") as connection:
        connection.executescript(AS_OF_5)
    connection.close()

    store = SqliteStore(tmp_path / "centrale.db")
    with store.locked("A995") as tenancy:
        assert tenancy.position() == Position(1, 4, second.chain)
        for after, siblings in ((start, True), (header(pen), False), (second.header, True)):
            assert tenancy.kin(after, "f" * 64).siblings is siblings
        assert tenancy.entry(first.entry.header_hash) == first.entry
        assert [sealed for _, sealed in tenancy.frames_of(pen.device)] == [first.sealed, second.sealed]
    store.close()


def test_a_store_of_the_sixth_version_has_made_none_of_its_blobs(tmp_path: Path):
    import sqlite3

    store = SqliteStore(tmp_path / "centrale.db")
    with store.locked("A995") as tenancy:
        tenancy.shelf.put("sent", b"a file")
    store.close()
    with sqlite3.connect(tmp_path / "centrale.db") as connection:
        connection.executescript(AS_OF_6)
    connection.close()

    store = SqliteStore(tmp_path / "centrale.db")
    with store.locked("A995") as tenancy:
        tenancy.shelf.forget("sent")
        assert tenancy.shelf.blob_size("sent") == 6
    store.close()
