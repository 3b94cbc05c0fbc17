"""Lists leave an office and come back: into the same office nothing is new, into another everything is."""

from __future__ import annotations

from pathlib import Path

import pytest

from ala_desktop.core.errors import Mendable
from ala_desktop.services.attachments.attachments import Attachments
from ala_desktop.services.registers.exporting import Exporting
from ala_desktop.services.registers.importing import Importing
from ala_desktop.services.sharing.exchange import Exchange
from tests import factory
from tests.hubs import over_http

REGISTERS = Path(__file__).parents[3] / "data" / "registri"
KINDS = {
    "household": "nuclei.csv",
    "housing_unit": "alloggi.csv",
    "housing_application": "domande.xlsx",
    "intervention": "contributi.csv",
}


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@pytest.mark.parametrize("kind", KINDS)
def test_an_export_comes_back_as_what_it_was(tmp_path, desk, kind, suffix):
    importing = Importing(desk)
    first = importing.run(importing.preview(kind, REGISTERS / KINDS[kind]))
    path = tmp_path / f"esportati{suffix}"
    count = Exporting(desk).export(kind, path)
    assert count == first.taken + first.with_warnings
    again = importing.preview(kind, path).report
    assert (len(again.duplicates), again.refused, again.differences) == (count, (), ())
    other = factory.desk(tmp_path / "altro ufficio")
    copied = Importing(other).run(Importing(other).preview(kind, path))
    assert (copied.taken + copied.with_warnings, copied.refused) == (count, ())
    other.close()


def test_an_exported_list_can_be_worked_on_and_brought_back(tmp_path, desk):
    record = factory.unit(desk, "BL1", notes="prima riga\nseconda")
    path = tmp_path / "alloggi.csv"
    Exporting(desk).export("housing_unit", path)
    path.write_text(path.read_text("utf-8-sig").replace("BL1", "BL7"), encoding="utf-8-sig")
    importing = Importing(desk)
    report = importing.run(importing.preview("housing_unit", path), accept_changes=True)
    assert [(d.record, d.field, d.file) for d in report.differences] == [(record, "code", "BL7")]
    assert desk.get("housing_unit", record)["code"] == "BL7"
    assert desk.get("housing_unit", record)["notes"] == "prima riga\nseconda"


def test_deleted_records_stay_in(tmp_path, desk):
    factory.unit(desk, "BL1")
    (row,) = desk.find("housing_unit")
    desk.save([factory.Change("housing_unit", row.id, {"_deleted": 1}, row.position)])
    assert Exporting(desk).export("housing_unit", tmp_path / "a.csv") == 0


def test_an_unknown_kind_is_told(tmp_path, desk):
    with pytest.raises(Mendable, match="Tipo di scheda sconosciuto"):
        Exporting(desk).export("casa", tmp_path / "a.csv")


def test_the_key_of_an_attached_file_never_leaves(tmp_path, desk):
    lease = tmp_path / "contratto.pdf"
    lease.write_bytes(b"%PDF-1.7 contratto di locazione")
    row = Attachments(desk, Exchange(desk, over_http)).attach("housing_unit", factory.unit(desk), lease)
    path = tmp_path / "allegati.csv"
    assert Exporting(desk).export("attachment", path) == 1
    text = path.read_text("utf-8-sig")
    assert row.text("content_hash") in text
    assert row.text("key") not in text
    assert "Chiave del file" not in text
