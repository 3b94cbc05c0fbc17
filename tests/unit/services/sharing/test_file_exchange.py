"""PCs without a network: letters to the hub and its answers, on a stick that is lost, copied and read twice."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ala_desktop.core.errors import Mendable
from ala_desktop.core.ids import new_id
from ala_desktop.hub.identity import Identity
from ala_desktop.hub.post import Answered, Post
from ala_desktop.services.sharing.exchange import Advance, Report
from ala_desktop.services.sharing.exchange_state import ExchangeState
from ala_desktop.services.sharing.file_exchange import FileExchange
from ala_desktop.sync import introduction, part_files
from ala_desktop.sync.capture import Author, Change
from tests.hub_frames import CATALOG, HUB
from tests.hubs import Pc, pc
from tests.local_hub import LocalHub

FAR = (("code", "BL0001"), ("address", "Via Roma"))


@dataclass
class Stick:
    """Carries files between one PC and ALA."""

    folder: Path
    pc: Pc
    post: Post
    hub: LocalHub
    trips: int = 0

    @property
    def files(self) -> FileExchange:
        return FileExchange(self.pc.desk, self.pc.exchange)

    def path(self, what: str) -> Path:
        self.trips += 1
        return self.folder / f"{self.trips}-{what}.ala"

    def answer(self, letter: list[Path], most: int = 3_500_000) -> list[Path]:
        answered = self.answered(letter, most)
        return part_files.write(self.path("risposta"), answered.parts)

    def answered(self, letter: list[Path], most: int = 3_500_000) -> Answered:
        return self.post.answer(part_files.read(letter), most)

    def join(self, code: str = "") -> None:
        presentation = self.path("presentazione")
        presentation.write_bytes(introduction.of(HUB.public, "A995", "Borghetto Lodigiano"))
        letter = self.files.enrol(presentation, code or self.hub.invite(), self.path("richiesta"))
        self.files.read(self.answer(letter.files))

    def write(self, most: int = 3_500_000) -> list[Path]:
        return self.files.write(self.path("lettera"), most).files

    def trip(self) -> Report:
        return self.files.read(self.answer(self.write()))


@pytest.fixture
def sticks(tmp_path: Path, hub: LocalHub) -> Iterator[tuple[Stick, Stick]]:
    """Two PCs, not joined yet."""
    post = Post(hub.store, CATALOG, HUB, new_id, hub.enrolment)
    made: list[Stick] = []
    for name in ("uno", "due"):
        folder = tmp_path / f"chiavetta-{name}"
        folder.mkdir()
        made.append(Stick(folder, pc(tmp_path / name, hub.connect), post, hub))
    yield made[0], made[1]
    for stick in made:
        stick.pc.desk.close()


@pytest.fixture
def joined(sticks: tuple[Stick, Stick]) -> tuple[Stick, Stick]:
    for stick in sticks:
        stick.join()
    return sticks


def unit(where: Stick, **values: str | int | None) -> str:
    record = new_id()
    where.pc.desk.save([Change("housing_unit", record, {**dict(FAR), **values})])
    return record


def put(where: Stick, record: str, **values: str | int | None) -> None:
    row = where.pc.desk.get("housing_unit", record)
    where.pc.desk.save([Change("housing_unit", record, values, row.position, row.values)])


def told(where: Stick, files: list[Path]) -> Mendable:
    with pytest.raises(Mendable) as raised:
        where.files.read(files)
    return raised.value


def alike(one: Stick, two: Stick) -> bool:
    assert one.pc.unsound == two.pc.unsound == []
    return one.pc.digest == two.pc.digest


def test_a_comune_that_never_has_a_network_works_by_stick_alone(joined: tuple[Stick, Stick]):
    one, two = joined
    assert (one.pc.desk.me.ordinal, two.pc.desk.me.ordinal) == (1, 2)
    record = unit(one, notes="Da ritinteggiare")

    sent = one.trip()
    assert (sent.acknowledged, sent.seq) == (1, 1)
    assert two.trip().received == 1
    assert two.pc.desk.get("housing_unit", record)["address"] == "Via Roma"

    put(one, record, address="Via di uno")
    put(two, record, address="Via di due")
    for stick in (one, two, one):
        stick.trip()
    assert alike(one, two)
    assert len(one.pc.claims) == len(two.pc.claims) == 1


def test_the_comunes_key_travels_by_file_once_the_other_pc_is_confirmed(joined: tuple[Stick, Stick]):
    one, two = joined
    record = new_id()
    one.pc.desk.save([Change("person", record, {"surname": "Prova", "name": "Anna", "notes": "riservata"})])
    for stick in (one, two):
        stick.trip()
    assert two.pc.desk.get("person", record).get("notes") is None
    one.pc.exchange.confirm(two.pc.desk.me.device)
    two.pc.exchange.confirm(one.pc.desk.me.device)

    for stick in (one, two):
        stick.trip()

    assert two.pc.desk.me.comune_key_final == 1
    assert two.pc.desk.get("person", record)["notes"] == "riservata"
    assert alike(one, two)


def test_any_mixture_of_files_and_network_ends_alike(sticks: tuple[Stick, Stick], hub: LocalHub):
    one, two = sticks
    one.join()
    two.pc.exchange.enrol("http://127.0.0.1:1", hub.invite())
    record = unit(one)
    one.trip()
    two.pc.exchange.run()
    put(two, record, notes="in rete")
    put(one, record, rent_cents=12_050)
    letter = two.write()
    two.pc.exchange.run()
    one.trip()
    two.files.read(two.answer(letter))
    two.pc.exchange.run()
    one.trip()

    assert alike(one, two)
    assert one.pc.desk.get("housing_unit", record)["rent_cents"] == 12_050


def test_a_letter_answered_twice_and_an_answer_read_twice_change_nothing(joined: tuple[Stick, Stick]):
    one, two = joined
    unit(one)
    letter = one.write()
    first, second = one.answer(letter), one.answer(letter)

    assert one.files.read(second).acknowledged == 1
    assert "già stata letta" in told(one, first).title
    assert "già stata letta" in told(one, second).title
    two.trip()
    assert alike(one, two)


def test_lost_letters_and_lost_answers_are_made_good_by_the_next(joined: tuple[Stick, Stick]):
    one, two = joined
    unit(one)
    one.write()
    unit(one, code="BL0002")
    one.answer(one.write())
    unit(one, code="BL0003")

    assert one.trip().acknowledged == 3
    two.trip()
    assert alike(one, two)
    assert len(two.pc.desk.find("housing_unit")) == 3


def test_an_answer_may_be_read_after_a_later_one(joined: tuple[Stick, Stick]):
    one, two = joined
    unit(one)
    early = one.answer(one.write())
    unit(one, code="BL0002")
    late = one.answer(one.write())

    assert one.files.read(late).acknowledged == 2
    assert one.files.read(early).acknowledged == 0
    two.trip()
    assert alike(one, two)


def waits(where: Stick) -> tuple[int, bool]:
    summary = ExchangeState(where.pc.desk).summary()
    assert (summary.letters > 0) == (summary.letters_since is not None)
    return summary.letters, summary.asked_to_join is not None


def test_what_waits_for_an_answer_is_known_until_it_came_or_a_later_one_did(sticks: tuple[Stick, Stick]):
    one, _ = sticks
    presentation = one.path("presentazione")
    presentation.write_bytes(introduction.of(HUB.public, "A995", "Borghetto Lodigiano"))
    asked = one.files.enrol(presentation, one.hub.invite(), one.path("richiesta"))
    assert waits(one) == (0, True)
    assert not ExchangeState(one.pc.desk).summary().by_file
    one.files.read(one.answer(asked.files))
    assert waits(one) == (0, False)
    assert ExchangeState(one.pc.desk).summary().by_file

    first, second, third = one.write(), one.write(), one.write()
    assert waits(one) == (3, False)
    one.files.read(one.answer(second))
    assert waits(one) == (1, False)
    one.files.read(one.answer(first))
    assert waits(one) == (1, False)
    one.files.read(one.answer(third))
    assert waits(one) == (0, False)


def test_an_exchange_over_the_network_overtakes_a_letter(sticks: tuple[Stick, Stick], hub: LocalHub):
    one, _ = sticks
    one.pc.exchange.enrol("http://127.0.0.1:1", hub.invite())
    letter = one.write()
    assert waits(one) == (1, False)
    one.pc.exchange.run()
    assert waits(one) == (0, False)
    one.files.read(one.answer(letter))


def test_an_answer_that_was_stopped_is_read_to_its_end_another_time(joined: tuple[Stick, Stick]):
    one, two = joined
    one.pc.desk.save_each(
        ([Change("housing_unit", new_id(), {"code": f"BL{n:05}"})] for n in range(12_000)), group=new_id()
    )
    one.trip()
    answer, seen = two.answer(two.write()), list[Advance]()

    first = two.files.read(answer, seen.append, lambda: bool(seen))

    assert first.stopped
    assert 0 < first.received < 12_000
    assert seen[-1] == Advance("Ricezione", first.received, 12_000)
    assert waits(two) == (1, False)
    assert two.files.read(answer).received == 12_000 - first.received
    assert waits(two) == (0, False)
    assert alike(one, two)


def test_parts_go_by_mail_and_the_missing_one_is_named(joined: tuple[Stick, Stick], tmp_path: Path):
    one, two = joined
    one.pc.desk.save_each(
        ([Change("housing_unit", new_id(), {"code": f"BL{n:04}", "address": f"Via {new_id()}"})] for n in range(1_500)),
        group=new_id(),
    )
    letter = one.write(most=12_000)
    assert len(letter) > 2
    assert all(file.stat().st_size <= 12_000 for file in letter)
    lonely = tmp_path / "posta"
    lonely.mkdir()
    for file in (*letter[:1], *letter[2:]):
        shutil.copy(file, lonely)
    with pytest.raises(Mendable, match="Mancano parti") as problem:
        one.answered([lonely / letter[0].name])
    assert f"Su {len(letter)} parti mancano: 2" in problem.value.cause

    answer = one.answer([letter[-1]], most=12_000)
    assert one.files.read(answer).acknowledged == 1_500
    two.trip()
    assert alike(one, two)


def test_a_long_log_comes_in_one_answer(joined: tuple[Stick, Stick]):
    one, two = joined
    one.pc.desk.save_each(
        ([Change("housing_unit", new_id(), {"code": f"BL{n:05}"})] for n in range(12_000)), group=new_id()
    )
    assert one.trip().acknowledged == 12_000

    answer = two.answered(two.write())

    assert two.files.read(part_files.write(two.path("risposta"), answer.parts)).received == 12_000
    assert alike(one, two)


def test_what_the_hub_refuses_waits_to_be_corrected_and_blocks_nothing(joined: tuple[Stick, Stick]):
    from ala_desktop.sync import capture

    one, two = joined
    with one.pc.desk.store.writing() as connection:
        change = Change("housing_unit", new_id(), {"code": "BL9999", "rent_cents": "molto"})
        capture.save(connection, one.pc.desk.rows, [[change]], Author("Piera", one.pc.desk.clock.now()), None)
    unit(one)

    report = one.trip()

    assert (report.acknowledged, len(report.rejected)) == (1, 1)
    two.trip()
    assert alike(one, two)


class TestWhatIsNotTaken:
    def test_an_answer_for_another_pc(self, joined: tuple[Stick, Stick]):
        one, two = joined
        answer = two.answer(two.write())
        assert "non è per questo PC" in told(one, answer).title

    def test_an_answer_of_another_hub(self, joined: tuple[Stick, Stick]):
        one, _ = joined
        other = LocalHub()
        letter = one.write()
        stranger = Post(other.store, CATALOG, Identity(Ed25519PrivateKey.generate()), new_id, other.enrolment)
        with pytest.raises(Mendable, match="non è per questa centrale"):
            stranger.answer(part_files.read(letter))

    def test_a_letter_read_in_the_place_of_an_answer(self, joined: tuple[Stick, Stick]):
        one, _ = joined
        assert "non è per questo PC" in told(one, one.write()).title

    @pytest.mark.parametrize("content", [b"", b"\x89PNG", b"ALAF", b"ALAI{}", b"codice;cognome\n"])
    def test_a_file_that_is_something_else(self, joined: tuple[Stick, Stick], tmp_path: Path, content: bytes):
        file = tmp_path / "foto.ala"
        file.write_bytes(content)
        assert "non è di uno scambio" in told(joined[0], [file]).title

    def test_a_damaged_answer(self, joined: tuple[Stick, Stick]):
        one, _ = joined
        unit(one)
        (file,) = one.answer(one.write())
        data = bytearray(file.read_bytes())
        data[-20] ^= 1
        file.write_bytes(data)
        assert "non è di uno scambio" in told(one, [file]).title
        assert one.trip().acknowledged == 1

    def test_a_letter_of_a_revoked_pc(self, joined: tuple[Stick, Stick], monkeypatch: pytest.MonkeyPatch):
        one, _ = joined
        unit(one)
        letter = one.write()
        device = one.hub.store.device(one.pc.desk.me.device)
        assert device is not None
        monkeypatch.setattr(one.hub.store, "device", lambda _: device._replace(revoked=True))
        answered = one.answered(letter)
        assert set(answered.declined) == {"revoked"}
        assert answered.frames == 0
        problem = told(one, part_files.write(one.path("risposta"), answered.parts))
        assert "non è più abilitato" in problem.title

    def test_a_wrong_code(self, sticks: tuple[Stick, Stick]):
        one, _ = sticks
        with pytest.raises(Mendable) as problem:
            one.join("ABCD-0000-0000")
        assert "codice" in problem.value.title.lower()
        assert one.pc.desk.me.hub is None
        one.join()
        assert one.pc.desk.me.ordinal == 1

    def test_the_presentation_for_another_comune(self, sticks: tuple[Stick, Stick]):
        one, _ = sticks
        file = one.path("presentazione")
        file.write_bytes(introduction.of(HUB.public, "E648", "Lodi"))
        with pytest.raises(Mendable):
            one.files.enrol(file, one.hub.invite(), one.path("richiesta"))

    def test_a_letter_before_joining(self, sticks: tuple[Stick, Stick]):
        with pytest.raises(Mendable, match="non è ancora collegato"):
            sticks[0].write()


def test_nothing_of_a_letter_or_an_answer_can_be_read_by_who_finds_it(joined: tuple[Stick, Stick]):
    one, _ = joined
    unit(one, address="Via del Segreto")
    letter = one.write()
    answer = one.answer(letter)
    for file in (*letter, *answer):
        assert b"Segreto" not in file.read_bytes()


def test_a_pc_joined_by_file_says_so_when_it_is_asked_to_use_the_network(joined: tuple[Stick, Stick]):
    with pytest.raises(Mendable, match="per file"):
        joined[0].pc.exchange.run()
