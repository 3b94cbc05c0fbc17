"""An import made on one PC, worked on from another, and taken back."""

from __future__ import annotations

import pytest

from ala_desktop.services.registers import undo as import_undo
from ala_desktop.services.registers.importing import Importing
from ala_desktop.sync.capture import Change
from tests.hubs import HubProcess, Pc, pc


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ufficio")
    hub = HubProcess(folder / "hub").start()
    pcs = [pc(folder / name) for name in ("uno", "due")]
    for one in pcs:
        one.exchange.enrol(hub.url, hub.invite())
    yield pcs
    for one in pcs:
        one.desk.close()
    hub.stop()


def exchange(*pcs: Pc) -> None:
    for one in (*pcs, *pcs):
        one.exchange.run()


def test_what_another_pc_edited_is_left_by_the_undoing(tmp_path, office):
    first, second = office
    path = tmp_path / "alloggi.csv"
    path.write_text("Codice;Indirizzo\nA;Via Po\nB;Via Po\nC;Via Po\n", encoding="utf-8")
    importing = Importing(first.desk)
    report = importing.run(importing.preview("housing_unit", path))
    exchange(first, second)
    (home,) = second.desk.find("housing_unit", code="B")
    second.desk.save([Change("housing_unit", home.id, {"address": "Via Adda"}, home.position)])
    exchange(second, first)
    undone = importing.undo(str(report.import_id))
    assert [(left.id, left.reason) for left in undone.left] == [(home.id, import_undo.EDITED)]
    exchange(first, second)
    assert {row["code"] for row in second.desk.find("housing_unit")} & set("ABC") == {"B"}
    assert first.digest == second.digest
    assert first.unsound == second.unsound == []


def test_the_other_pc_can_take_the_import_back(tmp_path, office):
    first, second = office
    path = tmp_path / "alloggi.csv"
    path.write_text("Codice;Indirizzo\nD;Via Po\nE;Via Po\n", encoding="utf-8")
    importing = Importing(first.desk)
    report = importing.run(importing.preview("housing_unit", path))
    exchange(first, second)
    assert Importing(second.desk).run(Importing(second.desk).preview("housing_unit", path)).taken == 0
    assert Importing(second.desk).undo(str(report.import_id)).removed == 2
    exchange(second, first)
    assert not {row["code"] for row in first.desk.find("housing_unit")} & set("DE")
    assert first.digest == second.digest
    assert first.unsound == second.unsound == []
