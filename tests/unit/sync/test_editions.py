"""Offices whose programs know different editions of the records: everything is folded, or visibly waits."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from ala_desktop.core.errors import Mendable
from ala_desktop.fields.values import Value
from ala_desktop.hub.intake import Intake
from ala_desktop.services.desk import Desk
from ala_desktop.services.sharing.exchange import Exchange
from ala_desktop.sync import outbox, picture
from tests import editions
from tests.editions import EDITIONS, VISIT, catalog
from tests.hub_frames import HUB, Pen
from tests.local_hub import URL, LocalHub

HOMES = {
    1: {"code": "E1", "rent_cents": 31_100, "state": "taken"},
    2: {"code": "E2", "rent_cents": 32_001, "state": "taken", "lift": 1},
    3: {"code": "E3", "rent_cents": 33_001, "state": "taken", "lift": 1},
}
"""The home of each edition's office, as the third edition reads it."""


@pytest.fixture
def hub():
    made = LocalHub()
    made.intake = Intake(made.store, catalog(3), HUB.hub)
    return made


def sends(hub: LocalHub, edition: int) -> None:
    """A PC of that edition sends what it had waiting."""
    pen = Pen(name=f"PC {edition + 1}")
    device = pen.enrol(hub.store, edition + 1)
    entry = hub.intake.admit(device, pen.frame(*editions.waiting(edition), edition=edition))
    assert entry.refused == []


def joined(hub: LocalHub, folder: Path, edition: int) -> tuple[Desk, Exchange]:
    desk = editions.desk(folder, edition)
    exchange = Exchange(desk, hub.connect)
    exchange.enrol(URL, hub.invite())
    return desk, exchange


def shown(desk: Desk, edition: int) -> Mapping[str, Value] | None:
    rows = desk.many("home", [f"{edition}" * 32])
    wanted = {name: rows[0][name] for name in HOMES[edition]} if rows else None
    return wanted and {name: value for name, value in wanted.items() if value is not None}


def test_the_newest_program_folds_what_every_edition_had_waiting(hub, tmp_path):
    desk, exchange = joined(hub, tmp_path / "ufficio", 3)
    for edition in EDITIONS:
        sends(hub, edition)
    report = exchange.run()
    assert report.received == sum(len(editions.waiting(edition)) for edition in EDITIONS)
    assert [shown(desk, edition) for edition in EDITIONS] == list(HOMES.values())
    assert [row.id for row in desk.find("visit")] == [VISIT]
    assert verified(desk) == []
    desk.close()


@pytest.mark.parametrize("edition", [1, 2])
def test_an_older_program_folds_up_to_what_it_does_not_know_and_says_that_it_must_be_updated(edition, hub, tmp_path):
    desk, exchange = joined(hub, tmp_path / "ufficio", edition)
    for writer in EDITIONS:
        sends(hub, writer)
    with pytest.raises(Mendable, match="va aggiornato"):
        exchange.run()
    known = sum(len(editions.waiting(writer)) for writer in EDITIONS[:edition])
    here = [len(desk.many("home", [f"{writer}" * 32])) for writer in EDITIONS]
    assert here == [int(writer <= edition) for writer in EDITIONS]
    assert hub.store.status()[0].seq > desk.me.seq >= known
    assert verified(desk) == []
    desk.close()

    # Updated, it has everything, and the digest of a program that knew it from the start.
    later = updated(tmp_path / "ufficio", 3)
    exchange = Exchange(later, hub.connect)
    exchange.run()
    assert [shown(later, writer) for writer in EDITIONS] == list(HOMES.values())
    fresh, fresh_exchange = joined(hub, tmp_path / "altro", 3)
    fresh_exchange.run()
    assert digest(fresh) == digest(later)
    assert verified(later) == []
    for one in (fresh, later):
        one.close()


@pytest.mark.parametrize("edition", [1, 2])
def test_what_waits_when_the_program_is_updated_is_shown_sent_and_acknowledged(edition, hub, tmp_path):
    desk, _ = joined(hub, tmp_path / "ufficio", edition)
    editions.work(desk, edition)
    with desk.reading() as connection:
        lines = [bytes(line) for line in connection.exec_driver_sql("SELECT line FROM outbox").scalars()]
    desk.close()

    later = updated(tmp_path / "ufficio", 3)
    assert shown(later, edition) == HOMES[edition]
    assert later.get("home", f"{edition}" * 32)["notes"] == "Citofono rotto"
    with later.reading() as connection:
        assert outbox.waiting(connection) == len(lines)
        assert [bytes(line) for line in connection.exec_driver_sql("SELECT line FROM outbox").scalars()] == lines
    report = Exchange(later, hub.connect).run()
    assert (report.acknowledged, report.rejected) == (len(lines), [])
    assert shown(later, edition) == HOMES[edition]
    assert verified(later) == []
    later.close()


def test_two_editions_disagree_on_one_field_under_both_its_names(hub, tmp_path):
    old, old_exchange = joined(hub, tmp_path / "vecchio", 1)
    new, new_exchange = joined(hub, tmp_path / "nuovo", 3)
    editions.work(old, 1)
    old_exchange.run()
    new_exchange.run()
    home = "1" * 32
    old.save([old.get("home", home).change({"rent": 400})])
    new.save([new.get("home", home).change({"rent_cents": 45_000})])
    old_exchange.run()
    assert new_exchange.run().conflicts == 1
    assert new.get("home", home)["rent_cents"] == 40_000
    assert verified(new) == []
    for one in (old, new):
        one.close()


def test_what_no_step_makes_a_sound_value_is_refused_with_its_reason(hub):
    pen = Pen()
    device = pen.enrol(hub.store)
    line = editions.waiting(1)[0].replace(b'"rent":310', b'"rent":"molto"')
    assert line != editions.waiting(1)[0]
    [refused] = hub.intake.admit(device, pen.frame(line)).refused
    assert refused.code == "bad_value"


def updated(folder: Path, edition: int) -> Desk:
    """The store opened by a program of a later edition, after its migration."""
    return editions.updated(folder, edition)


def digest(desk: Desk) -> str:
    with desk.reading() as connection:
        return picture.digest(connection, desk.rows)


def verified(desk: Desk) -> list[object]:
    with desk.reading() as connection:
        return list(picture.verify(connection, desk.rows))
