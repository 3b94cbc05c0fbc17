"""Letters of a PC that was shut out, and what two PCs without a network tell of their state."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ala_desktop.core.errors import Mendable
from ala_desktop.core.ids import new_id
from ala_desktop.hub.post import Post
from ala_desktop.hub.revoking import Quarantine, revoke
from ala_desktop.services.sharing.exchange_state import ExchangeState
from ala_desktop.services.soundness import Soundness
from tests import factory, hub_frames
from tests.factory import FixedClock
from tests.hub_frames import CATALOG, HUB
from tests.hubs import pc
from tests.local_hub import LocalHub
from tests.unit.services.sharing.test_divergence import by_hand, look
from tests.unit.services.sharing.test_file_exchange import Stick


@pytest.fixture
def both(tmp_path: Path, hub: LocalHub) -> Iterator[tuple[Stick, Stick]]:
    """Two PCs of a comune without a network, with one unit."""
    post = Post(hub.store, CATALOG, HUB, new_id, hub.enrolment, FixedClock())
    made: list[Stick] = []
    for name in ("uno", "due"):
        (tmp_path / f"chiavetta-{name}").mkdir()
        made.append(Stick(tmp_path / f"chiavetta-{name}", pc(tmp_path / name, hub.connect), post, hub))
        made[-1].join()
    factory.unit(made[0].pc.desk)
    for stick in made:
        stick.trip()
    yield made[0], made[1]
    for stick in made:
        stick.pc.desk.close()


def quarantine(hub: LocalHub) -> Quarantine:
    return Quarantine(hub.store, hub_frames.intake(hub.store), FixedClock())


def test_a_letter_of_a_pc_that_was_shut_out_waits_for_a_person(both: tuple[Stick, Stick], hub: LocalHub):
    one, two = both
    factory.unit(two.pc.desk, "BL0002")
    letter = two.write()
    revoke(hub.store, HUB, FixedClock(), two.pc.desk.me.device, revoked=True)

    for _ in range(2):
        answered = two.answered(letter)
        assert (answered.frames, answered.held, set(answered.declined)) == (0, 1, {"revoked"})
    with pytest.raises(Mendable) as told:
        two.files.read(two.answer(letter))

    assert "non è più abilitato" in told.value.title
    assert ExchangeState(two.pc.desk).summary().to_send == 1
    assert one.trip().received == 0
    [kept] = quarantine(hub).all()
    assert (kept.transactions, kept.kinds, kept.next) == (1, ["housing_unit"], True)

    quarantine(hub).admit(kept.frame)

    assert one.trip().received == 1
    revoke(hub.store, HUB, FixedClock(), two.pc.desk.me.device, revoked=False)
    assert two.trip().acknowledged == 1
    assert one.pc.digest == two.pc.digest
    assert one.pc.unsound == two.pc.unsound == []


def test_a_pc_that_was_shut_out_can_still_write_its_work_into_a_file(both: tuple[Stick, Stick], hub: LocalHub):
    _, two = both
    revoke(hub.store, HUB, FixedClock(), two.pc.desk.me.device, revoked=True)
    with pytest.raises(Mendable):
        two.trip()
    factory.unit(two.pc.desk, "BL0002")

    assert two.answered(two.write()).held == 1
    assert [kept.device.name for kept in quarantine(hub).all()] == ["PC 2"]


def test_a_damage_is_found_by_letters_too(both: tuple[Stick, Stick]):
    one, two = both
    look(one.pc, two.pc)
    for stick in both:
        stick.trip()
    by_hand(two.pc.desk, "UPDATE housing_unit SET address = 'Via Falsa'")
    look(two.pc)

    report = two.trip()

    assert report.healed > 0
    assert two.pc.unsound == []
    assert two.pc.digest == one.pc.digest


def test_a_damaged_log_comes_again_with_the_next_answer(both: tuple[Stick, Stick]):
    for stick in both:
        factory.unit(stick.pc.desk, "BL0002")
        by_hand(stick.pc.desk, "DELETE FROM frame")
        assert Soundness(stick.pc.desk).verify()

        report = stick.trip()

        assert report.acknowledged == 1
        assert report.healed > 0
        assert stick.pc.unsound == []


def test_an_answer_that_was_asked_before_the_damage_was_known_heals_nothing_and_is_read(both: tuple[Stick, Stick]):
    one, two = both
    factory.unit(one.pc.desk, "BL0002")
    one.trip()
    letter = two.write()
    by_hand(two.pc.desk, "UPDATE frame SET sealed = x'00'")
    assert Soundness(two.pc.desk).verify()

    with pytest.raises(Mendable) as told:
        two.files.read(two.answer(letter))

    assert "scambio" in told.value.next_step
    assert len(two.pc.desk.find("housing_unit")) == 2
    two.trip()
    assert two.pc.unsound == []
