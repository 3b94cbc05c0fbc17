"""An opened office: what a save tells, and to whom."""

from pathlib import Path

from ala_desktop.core import report
from ala_desktop.sync.capture import Change
from tests import factory


def test_a_listener_that_fails_undoes_no_save_and_keeps_nobody_from_hearing(tmp_path: Path):
    desk = factory.desk(tmp_path)
    heard: list[list[tuple[str, str]]] = []

    def fail(changed: list[tuple[str, str]]) -> None:
        raise KeyError("Bianchi")

    desk.listen(fail)
    desk.listen(heard.append)
    saved = desk.save([Change("housing_unit", desk.new_id(), {"code": "BL0001"})])[0]

    assert desk.get("housing_unit", saved.id)["code"] == "BL0001"
    assert heard == [[("housing_unit", saved.id)]]
    (told,) = (desk.store.path.parent / report.FOLDER).iterdir()
    assert "KeyError" in told.read_text(encoding="utf-8")
    assert "Bianchi" not in told.read_text(encoding="utf-8")
    desk.close()
