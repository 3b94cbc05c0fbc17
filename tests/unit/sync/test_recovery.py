"""An exchange with a hub that was put back: it is given what it lost, or followed; killed anywhere, it goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from ala_desktop.core.errors import Mendable
from ala_desktop.sync import changeover, picture, recovery
from ala_desktop.sync.changeover import Elsewhere
from ala_desktop.sync.engine import Advance, Engine, Outcome
from ala_desktop.sync.notices import Graft
from ala_desktop.sync.protocol import Refused
from ala_desktop.sync.workset import shown_claims
from tests.property.pc import Pc
from tests.unit.sync.restored_hub import copy_of
from tests.unit.sync.restored_line import Office, notices
from tests.unit.sync.scene import OTHER, THIRD, UNIT, Scene, digest, edit, get, sound, unit, waiting


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def two(tmp_path: Path, office: Office) -> tuple[Pc, Pc]:
    """Two PCs with a log of some frames, the same on both."""
    scene = Scene(tmp_path)
    for pc in (scene.one, scene.two):
        office.enrol(pc)
    unit(scene.one, UNIT, address="Via Roma")
    meet(office, scene.one, scene.two, scene.one)
    return scene.one, scene.two


def run(office: Office, pc: Pc) -> Outcome:
    return Engine(pc.desk, office.line(pc)).run()


def meet(office: Office, *pcs: Pc) -> None:
    for pc in pcs:
        run(office, pc)


def agreed(office: Office, *pcs: Pc) -> None:
    """After two rounds: one digest, nothing waits, every store is what its log says."""
    meet(office, *pcs, *pcs)
    assert len({digest(pc) for pc in pcs}) == 1
    for pc in pcs:
        assert sound(pc)
        assert waiting(pc) == 0


def claims(pc: Pc) -> list[object]:
    with pc.desk.reading() as connection:
        return [claim.value for claim in shown_claims(connection)]


def test_a_hub_that_did_nothing_since_is_given_what_it_lost_and_nobody_notices(office: Office, two: tuple[Pc, Pc]):
    one, two_ = two
    backup = office.hub.copied()
    for floor in "1234567":
        edit(one, floor=floor)
        run(office, one)
    before = office.hub.chain
    office.put_back(backup)

    outcome = run(office, one)

    assert outcome.given_back == 7
    assert (office.hub.chain, one.desk.me.epoch) == (before, 1)
    assert get(one)["floor"] == "7"
    agreed(office, one, two_)


def test_a_hub_that_took_new_work_is_followed_and_keeps_both(office: Office, two: tuple[Pc, Pc]):
    one, other = two
    backup = office.hub.copied()
    edit(one, address="Via Po")
    unit(one, OTHER)
    run(office, one)
    edit(one, stair="A")
    office.put_back(backup)
    edit(other, floor="3")
    run(office, other)

    outcome = run(office, one)

    assert outcome.given_back == 2
    assert one.desk.me.epoch == 2
    agreed(office, one, other)
    assert [get(other)[name] for name in ("address", "floor", "stair")] == ["Via Po", "3", "A"]
    assert get(other, OTHER)["code"] == "BL0001"
    assert claims(one) == claims(other) == []


def test_a_form_that_was_open_meanwhile_counts_as_read_where_it_was(office: Office, two: tuple[Pc, Pc]):
    from tests.property.pc import Put

    one, other = two
    backup = office.hub.copied()
    edit(one, address="Via Po")
    meet(office, one, other)
    form = other.read("housing_unit", UNIT)
    office.put_back(backup)
    edit(one, stair="B")
    third = copy_of(one, one.desk.store.path.parent / "clone")
    third.desk.close()
    run(office, one)
    unit(one, THIRD)
    run(office, one)
    other.write(Put(form, {"address": "Via Adda"}))
    agreed(office, one, other)
    assert (get(one)["address"], claims(one)) == ("Via Adda", [])


def test_a_hub_that_forgot_a_pc_is_reminded(office: Office, tmp_path: Path):
    scene = Scene(tmp_path)
    office.enrol(scene.one)
    unit(scene.one)
    run(office, scene.one)
    backup = office.hub.copied()
    office.enrol(scene.two)
    meet(office, scene.two)
    unit(scene.two, OTHER)
    office.put_back(backup)
    edit(scene.one, floor="1")
    run(office, scene.one)

    meet(office, scene.two)

    assert scene.two.device in {pc.device for pc in office.pcs}
    agreed(office, scene.one, scene.two)
    assert get(scene.one, OTHER)["code"] == "BL0001"


def test_one_that_was_put_back_twice_takes_both_lives(office: Office, two: tuple[Pc, Pc]):
    one, other = two
    backup = office.hub.copied()
    edit(one, address="Via Po")
    run(office, one)
    office.put_back(backup)
    edit(other, floor="1")
    run(office, other)
    office.put_back(backup)
    three = office.hub
    assert three.seq < other.desk.me.seq
    edit(one, stair="C")
    run(office, one)
    agreed(office, one, other)
    assert [get(other)[name] for name in ("address", "floor", "stair")] == ["Via Po", "1", "C"]
    assert other.desk.me.epoch >= 2


def test_a_graft_that_is_lost_is_given_back_inside_another(office: Office, two: tuple[Pc, Pc], tmp_path: Path):
    """On the trunk it stands behind a graft of a later epoch than its own, which goes on."""
    one, other = two
    third = copy_of(one, tmp_path / "terzo")
    backup = office.hub.copied()
    edit(one, address="Via Po")
    run(office, one)
    office.put_back(backup)
    edit(other, floor="1")
    meet(office, other, one)
    assert one.desk.me.epoch == 2
    office.put_back(backup)
    edit(third, stair="C")
    meet(office, third, one)

    agreed(office, one, other, third)
    epochs = [notice.epoch for notice in notices(office.hub, office.hub.seq) if isinstance(notice, Graft)]
    assert (epochs, other.desk.me.epoch) == ([3, 2], 3)
    assert [get(other)[name] for name in ("address", "floor", "stair")] == ["Via Po", "1", "C"]
    third.desk.close()


@pytest.mark.parametrize("question", range(1, 14))
def test_one_that_is_put_back_between_two_questions(office: Office, two: tuple[Pc, Pc], question: int):
    one, other = two
    backup = office.hub.copied()
    edit(one, address="Via Po")
    run(office, one)
    office.put_back(backup)
    edit(other, floor="1")
    run(office, other)
    later = office.hub.copied()
    edit(one, stair="C")
    office.before[len(office.asked) + question] = lambda: office.put_back(later)
    run(office, one)
    agreed(office, one, other)
    assert [get(other)[name] for name in ("address", "floor", "stair")] == ["Via Po", "1", "C"]


@pytest.mark.parametrize("question", range(1, 10))
def test_cut_off_at_any_question_the_next_exchange_goes_on(office: Office, two: tuple[Pc, Pc], question: int):
    one, other = two
    backup = office.hub.copied()
    edit(one, address="Via Po")
    run(office, one)
    office.put_back(backup)
    edit(other, floor="1")
    run(office, other)

    def die() -> None:
        raise KeyboardInterrupt

    office.before[len(office.asked) + question] = die
    with pytest.raises(KeyboardInterrupt):
        run(office, one)
    assert sound(one)
    agreed(office, one, other)
    assert [get(other)[name] for name in ("address", "floor")] == ["Via Po", "1"]


def test_killed_while_it_changes_over_everything_is_as_it_was(
    office: Office, two: tuple[Pc, Pc], monkeypatch: pytest.MonkeyPatch
):
    one, other = two
    backup = office.hub.copied()
    edit(one, address="Via Po")
    run(office, one)
    office.put_back(backup)
    edit(other, floor="1")
    run(office, other)
    before = one.whole()
    with monkeypatch.context() as patched:

        def dying(*_: object) -> None:
            raise KeyboardInterrupt

        patched.setattr(picture, "verify", dying)
        patched.setattr("ala_desktop.sync.care.Care.look", lambda _: None)
        with pytest.raises(KeyboardInterrupt):
            run(office, one)
    assert one.whole() == before
    agreed(office, one, other)


def test_a_trunk_that_does_not_know_the_place_is_not_followed(
    office: Office, two: tuple[Pc, Pc], monkeypatch: pytest.MonkeyPatch
):
    """Planted: the hub is put back while the trunk is fetched, so that what is left would be lost."""
    one, other = two
    backup = office.hub.copied()
    edit(one, address="Via Po")
    run(office, one)
    office.put_back(backup)
    edit(other, floor="1")
    run(office, other)
    refused: list[str] = []
    real = changeover.change_over

    def watched(*arguments: object) -> changeover.Changed:
        try:
            return real(*arguments)  # type: ignore[arg-type]
        except Elsewhere:
            refused.append("elsewhere")
            raise

    monkeypatch.setattr(changeover, "change_over", watched)
    fetch = recovery.Recovery.__dict__["_fetch"]

    def put_back_before(self: recovery.Recovery, join: object) -> object:
        if not refused:
            office.put_back(backup)
            edit(other, floor="2")
            run(office, other)
        return fetch(self, join)

    monkeypatch.setattr(recovery.Recovery, "_fetch", put_back_before)
    run(office, one)
    assert refused == ["elsewhere"]
    agreed(office, one, other)
    assert get(other)["address"] == "Via Po"


def test_what_is_to_be_corrected_is_found_where_it_stands_now(office: Office, two: tuple[Pc, Pc]):
    one, other = two
    backup = office.hub.copied()
    edit(one, address="Via Po")
    run(office, one)
    edit(one, stair="Z")
    one.seal()
    office.hub.push(one.frames()[0], [Refused(0, "bad_value", "prova")])
    run(office, one)
    office.put_back(backup)
    edit(other, floor="1")
    edit(other, address="Via Roma 2")
    run(office, other)
    run(office, one)
    agreed(office, one, other)
    with one.desk.reading() as connection:
        [(code, line)] = connection.exec_driver_sql("SELECT code, line FROM correction").all()
    assert (code, b'"Z"' in line) == ("bad_value", True)


def test_the_clerk_may_stop_it_and_it_says_how_far_it_is(office: Office, two: tuple[Pc, Pc]):
    one, other = two
    backup = office.hub.copied()
    for floor in "12345":
        edit(one, floor=floor)
        run(office, one)
    office.put_back(backup)
    told: list[Advance] = []

    outcome = Engine(one.desk, office.line(one), told.append, lambda: len(told) > 2).run()

    assert outcome.stopped
    assert told[0] == Advance("Riconsegna ad ALA", 1, 5)
    agreed(office, one, other)
    assert get(other)["floor"] == "5"


def test_what_the_hub_never_signed_is_not_offered_and_told_in_words(office: Office, two: tuple[Pc, Pc]):
    from ala_desktop.sync import replica

    one, _ = two
    backup = office.hub.copied()
    edit(one, floor="1")
    run(office, one)
    office.put_back(backup)
    with one.desk.store.writing() as connection:
        replica.advance(connection, signature="")
    with pytest.raises(Mendable, match="non riconosce il punto"):
        run(office, one)


def test_a_pc_and_the_hub_put_back_at_once(office: Office, two: tuple[Pc, Pc], tmp_path: Path):
    one, other = two
    backup = office.hub.copied()
    edit(one, address="Via Po")
    meet(office, one)
    old = copy_of(one, tmp_path / "old")
    unit(one, OTHER)
    meet(office, one, other)
    office.put_back(backup)
    edit(old, stair="D")
    agreed(office, old, other)
    assert (get(old, OTHER)["code"], get(other)["stair"], get(other)["address"]) == ("BL0001", "D", "Via Po")
