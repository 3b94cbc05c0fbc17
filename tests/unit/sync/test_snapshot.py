"""Snapshots: what the fold knows at a place, as bytes, and back; a store that begins with one folds on alike."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from itertools import count
from pathlib import Path

import pytest
import zstandard

from ala_desktop.models.guards import FOLD
from ala_desktop.services import edition
from ala_desktop.sync import checkup, healing, history, picture, snapshot, stored_snapshot, telling
from ala_desktop.sync.folding import Folding
from ala_desktop.sync.healing import NeedsLog
from ala_desktop.sync.notices import MOST_PART_BYTES, seal_notice
from ala_desktop.sync.protocol import Malformed
from ala_desktop.sync.snapshot import Packed
from tests.property.pc import Pc
from tests.property.real_hub import IDENTITY
from tests.unit.sync.photographs import begun, empty, folded, notice_of, opened
from tests.unit.sync.restored_hub import SIGN_KEY, RestoredHub, copy_of
from tests.unit.sync.scene import OTHER, THIRD, UNIT, Scene, digest, edit, get, sound, unit


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return Scene(tmp_path_factory.mktemp("scene"))


@pytest.fixture(scope="module")
def hub(scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> RestoredHub:
    """A log with all that there can be: a discordant edit, a copied PC, a value kept sealed, a stretch grafted on."""
    hub = RestoredHub()
    unit(scene.one, UNIT, address="Via Roma")
    scene.one.create(("household", THIRD, {"name": "Famiglia", "notes": "riservate"}))
    hub.exchange(scene.one, scene.two)
    edit(scene.one, UNIT, address="Via Po")
    edit(scene.two, UNIT, address="Via Adda")
    hub.exchange(scene.one, scene.two)
    twin = copy_of(scene.one, tmp_path_factory.mktemp("twin") / "copy")
    edit(twin, UNIT, floor="1")
    edit(scene.one, UNIT, stair="A")
    hub.exchange(scene.one, twin, scene.two)
    before = hub.copied()
    edit(scene.one, UNIT, lift=1)
    hub.exchange(scene.one, scene.two)
    before.graft(hub, len(before.log))
    twin.desk.close()
    return before


_numbers = count(3)


def fresh(scene: Scene, number: int, *, has_key: bool = False) -> Pc:
    """A PC that has received nothing yet."""
    made = scene.pc(number, has_key=has_key)
    for known in (scene.one, scene.two):
        if known.device != made.device:
            made.meet(known)
    return made


@pytest.fixture(scope="module")
def folding(scene: Scene, hub: RestoredHub) -> Folding:
    return folded(scene.one, hub.log)


@pytest.fixture(scope="module")
def four(scene: Scene, hub: RestoredHub) -> Iterator[Pc]:
    """A PC that has received the whole log."""
    four = fresh(scene, next(_numbers), has_key=True)
    hub.serve(four)
    yield four
    four.desk.close()


class TestBytes:
    def test_what_it_says_is_what_was_folded(self, folding: Folding):
        packed = snapshot.pack("A995", opened(folding))

        place, state, ledger, holder = snapshot.unpack(
            notice_of(packed, folding), "A995", packed.parts, *empty(folding)
        )

        assert telling.told_of(state, place.epoch, place.seq) == telling.told_of(
            folding.state, folding.reached.epoch, folding.reached.seq
        )
        claims = [
            {claim for one in s.records.values() for claim in one.claims.values()} for s in (state, folding.state)
        ]
        assert claims[0] == claims[1] != set()
        assert list(ledger.spots.items()) == list(folding.ledger.spots.items())
        assert (ledger.lines, ledger.links, ledger.chains) == (
            folding.ledger.lines, folding.ledger.links, folding.ledger.chains,
        )  # fmt: skip
        assert ledger.links != {}
        assert (holder, packed.records, place) == ("d" * 32, 2, folding.reached)

    def test_the_same_log_has_the_same_digest_however_its_records_lie(self, folding: Folding):
        first = snapshot.pack("A995", opened(folding))
        folding.state.records = dict(reversed(folding.state.records.items()))

        assert snapshot.pack("A995", opened(folding)) == first

    def test_parts_are_cut_between_lines(self, folding: Folding, monkeypatch: pytest.MonkeyPatch):
        whole = snapshot.pack("A995", opened(folding))
        monkeypatch.setattr(snapshot, "_FULL_BYTES", 300)

        cut = snapshot.pack("A995", opened(folding))

        assert len(cut.parts) > 3
        assert cut.digest == whole.digest
        said = snapshot.unpack(notice_of(cut, folding), "A995", cut.parts, *empty(folding))
        assert said.state.records.keys() == folding.state.records.keys()

    @pytest.mark.parametrize("parent", ["nowhere", "itself", "each other"])
    def test_lines_that_lead_nowhere_are_refused(self, folding: Folding, parent: str):
        lines = dict(folding.ledger.lines)
        one, other, *_ = lines
        odd = {"nowhere": {one: "x"}, "itself": {one: one}, "each other": {one: other, other: one}}[parent]
        ledger = copy(folding.ledger)
        ledger.lines = lines | {name: lines[name]._replace(parent=to) for name, to in odd.items()}
        packed = snapshot.pack("A995", opened(folding)._replace(ledger=ledger))

        with pytest.raises(Malformed, match="da dove viene"):
            snapshot.unpack(notice_of(packed, folding), "A995", packed.parts, *empty(folding))

    @pytest.mark.parametrize("what", ["a byte", "a part less", "another tenant", "another place", "another digest"])
    def test_what_is_not_as_the_hub_signed_it_is_refused(self, folding: Folding, what: str):
        packed = snapshot.pack("A995", opened(folding))
        notice, parts, tenant = notice_of(packed, folding), packed.parts, "A995"
        if what == "a byte":
            parts = [parts[0][:-1] + bytes([parts[0][-1] ^ 1])]
        elif what == "a part less":
            parts = []
        elif what == "another tenant":
            tenant = "C816"
        elif what == "another place":
            notice = notice_of(packed, folding, seq=notice.seq - 1)
        else:
            notice = notice_of(packed, folding, digest="0" * 64)

        with pytest.raises(Malformed):
            snapshot.unpack(notice, tenant, parts, *empty(folding))

    @pytest.mark.parametrize(
        "content",
        [b"[]\n", b'["record","housing_unit"]\n', b"x\n", b"\xff\n", b'["snapshot",9,"A995",1,0,"",null]\n',
         b'["record","nonsense","%s",{},null,[1,""],[],[]]\n' % (b"a" * 32),
         b'["record","housing_unit","%s",{"code":7},null,[1,""],[],[]]\n' % (b"a" * 32),
         b'["record","housing_unit","UPPER",{"code":"a"},null,[1,""],[],[]]\n', b"[" * 5_000 + b"\n"],
    )  # fmt: skip
    def test_lines_of_another_shape_are_refused(self, folding: Folding, content: bytes):
        part = zstandard.ZstdCompressor().compress(content)
        notice = notice_of(Packed("0" * 64, [part], 0), folding)

        with pytest.raises(Malformed):
            snapshot.unpack(notice, "A995", [part], *empty(folding))

    def test_a_part_that_would_take_too_much_memory_is_not_opened(self, folding: Folding):
        part = zstandard.ZstdCompressor().compress(bytes(MOST_PART_BYTES + 1))
        notice = notice_of(Packed("0" * 64, [part], 0), folding)

        with pytest.raises(Malformed, match="troppo grande"):
            snapshot.unpack(notice, "A995", [part], *empty(folding))


class TestAStoreThatBeginsWithOne:
    @pytest.fixture
    def three(self, scene: Scene, hub: RestoredHub) -> Iterator[Pc]:
        three = begun(fresh(scene, next(_numbers)), hub.log)
        yield three
        three.desk.close()

    def test_it_shows_what_the_others_show(self, three: Pc, four: Pc):
        assert digest(three) == digest(four)
        assert sound(three)
        with three.desk.reading() as one, four.desk.reading() as other:
            assert picture.tell(one, three.desk.rows) == picture.tell(other, four.desk.rows)

    def test_it_folds_on_alike(self, three: Pc, four: Pc, hub: RestoredHub):
        later = hub.copied()
        three.meet(four)
        four.meet(three)
        edit(four, UNIT, floor="2")
        edit(three, UNIT, floor="3")
        unit(three, OTHER)
        later.exchange(four, three)

        assert digest(three) == digest(four)
        assert sound(three)
        assert get(four, OTHER)["code"]

    def test_who_wrote_what_it_begins_with_is_told_by_the_pc_alone(self, three: Pc):
        with three.desk.reading() as connection:
            told = history.of_cell(connection, three.desk.me, "housing_unit", UNIT, "address")
        assert told == history.Written("", "PC 1", "")

    def test_a_damaged_snapshot_is_found_and_wants_the_log_from_its_beginning(self, three: Pc, hub: RestoredHub):
        before = digest(three)
        with three.desk.store.writing() as connection:
            connection.exec_driver_sql("UPDATE snapshot_piece SET bytes = substr(bytes, 2)")
        with three.desk.reading() as connection:
            (fault,) = picture.verify(connection, three.desk.rows)
        assert (fault.kind, fault.id) == ("snapshot", str(three.desk.me.seq))

        with pytest.raises(NeedsLog), three.desk.store.writing(FOLD) as connection:
            healing.heal(connection, three.desk.rows, "2026-11-22T11:00:00Z")
        with three.desk.store.writing(FOLD) as connection:
            healing.heal_with(connection, three.desk.rows, hub.log, "2026-11-22T11:00:00Z")

        assert sound(three)
        assert digest(three) == before
        with three.desk.reading() as connection:
            assert stored_snapshot.horizon(connection) == 0

    @pytest.mark.parametrize("statement", [
        "UPDATE frame SET head = replace(head, substr(head, 1, 1), 'x') WHERE first_seq = 1",
        "UPDATE frame SET header_hash = 'x' WHERE first_seq = 1",
        "DELETE FROM frame WHERE first_seq = 1",
        "UPDATE snapshot SET notice = (SELECT certificate FROM replica)",
    ])  # fmt: skip
    def test_what_is_not_as_the_snapshot_says_is_found(self, three: Pc, statement: str):
        with three.desk.store.writing() as connection:
            if "certificate" in statement:
                other = notice_of(
                    Packed("0" * 64, [b"x"], 0), Folding(three.catalog, "A995", lambda _: None), seq=three.desk.me.seq
                )
                sealed = seal_notice(other, "A995", IDENTITY.hub, SIGN_KEY)
                connection.exec_driver_sql("UPDATE replica SET certificate = ?", (sealed,))
            assert connection.exec_driver_sql(statement).rowcount == 1

        assert not sound(three)

    def test_a_program_of_another_edition_fetches_the_log(self, three: Pc, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(three.desk.catalog, "edition", three.desk.catalog.edition + 1)

        edition.take_up(three.desk)

        with three.desk.reading() as connection:
            assert checkup.state(connection).due
            assert picture.verify(connection, three.desk.rows)[0].kind == "snapshot"


def test_work_of_this_device_has_to_come_back_in_the_log(tmp_path: Path, hub: RestoredHub):
    empty = Scene(tmp_path).one

    with pytest.raises(Malformed, match="il lavoro di questo PC"):
        begun(empty, hub.log)
