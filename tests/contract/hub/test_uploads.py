"""Uploads by pieces and the comune's attachments, on every store: as far as it came, bounded, each comune its own."""

import random
from pathlib import Path

import pytest

from ala_desktop.hub import uploads
from ala_desktop.hub.shelf import Upload
from ala_desktop.hub.store import Device, Store
from ala_desktop.hub.store_postgres import PostgresStore
from ala_desktop.hub.store_sqlite import SqliteStore
from ala_desktop.hub.uploads import MOST_UPLOADS, Uploads
from ala_desktop.sync.declined import Declined
from ala_desktop.sync.pieces import MOST_BLOB_BYTES, MOST_PIECE_BYTES, Uploaded, name_of
from tests.factory import FixedClock
from tests.hub_frames import Pen

CONTENT = random.Random(7).randbytes(2 * MOST_PIECE_BYTES + 5)
NAME = name_of(CONTENT)


@pytest.fixture(params=["file", "memory", "postgresql"])
def where(request, tmp_path: Path):
    if request.param == "postgresql":
        made: Store = PostgresStore(request.getfixturevalue("database"))
    else:
        made = SqliteStore(tmp_path / "centrale.db" if request.param == "file" else None)
    yield made
    made.close()


@pytest.fixture
def device(where: Store) -> Device:
    return Pen().enrol(where)


@pytest.fixture
def house(where: Store) -> Uploads:
    return Uploads(where, FixedClock())


def upload(house: Uploads, device: Device, content: bytes = CONTENT, name: str = "") -> str:
    name = name or name_of(content)
    for at in range(0, len(content), MOST_PIECE_BYTES):
        house.take(device, name, at, content[at : at + MOST_PIECE_BYTES])
    return name


def fetched(house: Uploads, tenant: str, name: str) -> bytes:
    content = b""
    while piece := house.blob(tenant, name, len(content)):
        content += piece
    return content


def code(deed) -> str:
    with pytest.raises(Declined) as told:
        deed()
    return told.value.code


def test_what_was_uploaded_becomes_an_attachment_of_the_comune(house: Uploads, where: Store, device: Device):
    colleague = Pen(name="PC 2").enrol(where, 2)
    assert house.state(device, NAME) == Uploaded(0)
    upload(house, device)
    assert house.state(device, NAME) == Uploaded(len(CONTENT))
    assert house.state(colleague, NAME) == Uploaded(0)

    assert house.keep(device, NAME) == Uploaded(len(CONTENT), kept=True)

    assert fetched(house, "A995", NAME) == CONTENT
    assert house.blob("A995", NAME, MOST_PIECE_BYTES - 3) == CONTENT[MOST_PIECE_BYTES - 3 :][:MOST_PIECE_BYTES]
    assert house.state(colleague, NAME) == Uploaded(len(CONTENT), kept=True)
    with where.shelf("A995") as shelf:
        assert shelf.uploads() == []


def test_a_piece_goes_where_the_last_one_ended_or_nowhere(house: Uploads, device: Device):
    house.take(device, NAME, 0, CONTENT[:10])

    assert house.take(device, NAME, 0, b"x" * 20) == Uploaded(10)
    assert house.take(device, NAME, 11, b"x" * 20) == Uploaded(10)
    assert house.take(device, NAME, 10, CONTENT[10:30]) == Uploaded(30)


def test_asking_again_does_no_more_than_asking_once(house: Uploads, device: Device):
    upload(house, device)
    house.keep(device, NAME)

    assert house.keep(device, NAME).kept
    assert house.take(device, NAME, 0, CONTENT[:10]).kept
    assert fetched(house, "A995", NAME) == CONTENT


def test_rubbish_under_a_hash_is_never_taken_for_what_has_it(house: Uploads, where: Store, device: Device):
    rascal = Pen(name="PC 2").enrol(where, 2)
    upload(house, rascal, bytes(100), NAME)
    upload(house, device)

    assert code(lambda: house.keep(rascal, NAME)) == "bad_upload"
    assert code(lambda: house.frame(rascal, NAME)) == "bad_upload"

    assert house.state(rascal, NAME) == Uploaded(0)
    assert house.keep(device, NAME).kept


def test_a_half_upload_is_no_attachment(house: Uploads, device: Device):
    house.take(device, NAME, 0, CONTENT[:MOST_PIECE_BYTES])

    assert code(lambda: house.keep(device, NAME)) == "bad_upload"
    assert code(lambda: house.blob("A995", NAME, 0)) == "unknown_blob"


def test_another_comune_has_nothing_of_it_though_it_knows_the_hash(house: Uploads, where: Store, device: Device):
    stranger = Pen("C816").enrol(where)
    upload(house, device)
    house.keep(device, NAME)

    assert code(lambda: house.blob("C816", NAME, 0)) == "unknown_blob"
    assert house.state(stranger, NAME) == Uploaded(0)
    assert code(lambda: house.keep(stranger, NAME)) == "bad_upload"


def test_an_uploaded_frame_comes_whole_and_again(house: Uploads, device: Device):
    upload(house, device)

    assert [house.frame(device, NAME) for _ in range(2)] == [CONTENT, CONTENT]


def test_an_upload_is_bounded_in_bytes_and_pieces(house: Uploads, device: Device, where: Store, monkeypatch):
    with where.locked("A995") as tenancy:
        tenancy.shelf.add(Upload(device.device, NAME), b"x", "2026-01-01T00:00:00Z")
    monkeypatch.setattr(uploads, "MOST_PIECES", 1)
    assert code(lambda: house.take(device, NAME, 1, b"x")) == "too_large"

    monkeypatch.setattr(uploads, "MOST_UPLOAD_BYTES", 10)
    assert code(lambda: house.take(device, "d" * 64, 0, b"x" * 11)) == "too_large"
    assert MOST_BLOB_BYTES < 17_000_000


def test_a_device_has_few_uploads_under_way_and_no_others_pay(house: Uploads, device: Device, where: Store):
    colleague = Pen(name="PC 2").enrol(where, 2)
    upload(house, colleague)

    for number in range(MOST_UPLOADS + 3):
        house.take(device, f"{number:064}", 0, b"x" * 100)

    with where.shelf("A995") as shelf:
        assert sum(one.device == device.device for one in shelf.uploads()) == MOST_UPLOADS
    assert house.state(device, f"{MOST_UPLOADS + 2:064}") == Uploaded(100)
    assert house.state(colleague, NAME) == Uploaded(len(CONTENT))


def test_an_upload_that_nobody_went_on_with_is_forgotten(house: Uploads, device: Device, where: Store):
    with where.locked("A995") as tenancy:
        tenancy.shelf.add(Upload("gone", NAME), CONTENT[:9], "2020-01-01T00:00:00Z")

    house.take(device, "e" * 64, 0, b"x")

    with where.shelf("A995") as shelf:
        assert [one.name for one in shelf.uploads()] == ["e" * 64]


def test_the_attachments_of_a_comune_have_a_bound_of_their_own(where: Store, device: Device):
    house = Uploads(where, FixedClock(), room=len(CONTENT) + 10)
    house.keep(device, upload(house, device))
    more = upload(house, device, b"y" * 11)

    assert code(lambda: house.keep(device, more)) == "no_room"
    assert house.keep(device, upload(house, device, b"z" * 10)).kept
    other = Pen("C816").enrol(where)
    assert house.keep(other, upload(house, other, b"y" * 11)).kept


def test_a_full_disk_takes_no_half_piece(tmp_path: Path):
    store = SqliteStore(tmp_path / "centrale.db")
    device = Pen().enrol(store)
    house = Uploads(store, FixedClock())
    house.take(device, NAME, 0, CONTENT[:100])
    connections = [store._free.get() for _ in range(store._free.qsize())]
    for connection in connections:
        connection.execute("PRAGMA max_page_count = 1")  # SQLite takes the present size: no page more
        store._free.put(connection)

    assert code(lambda: house.take(device, NAME, 100, CONTENT[100 : 100 + MOST_PIECE_BYTES])) == "full"

    assert house.state(device, NAME) == Uploaded(100)
    store.close()
