"""The annexes of a sitting, over its screen: added while it is minuted, and frozen with the minutes."""

from __future__ import annotations

from ala_desktop.ui.pages.sittings.annexes_dialog import AnnexesDialog


def test_an_annex_is_added_and_frozen_with_the_minutes(bench, tmp_path):
    path = tmp_path / "relazione.pdf"
    path.write_bytes(b"%PDF-1.7 relazione")
    bench.office.application()
    file = bench.office.decided()
    bench.open(file)
    dialog = AnnexesDialog(bench.screen._around, bench.screen._means, bench.screen.session)
    assert dialog.panel.add.isEnabled()

    dialog.panel.attach([path])
    bench.settle()
    bench.settle()
    assert [row["name"] for row in bench.screen.session.known.annexes] == ["relazione.pdf"]
    assert dialog.panel.table.model().index(0, 0).data() == "relazione.pdf"

    bench.screen.approve_seen(bench.file)
    bench.settle()
    assert bench.file.approved
    bench.settle()
    assert not dialog.panel.add.isEnabled()
    assert not dialog.panel.remove.isEnabled()
    assert dialog.panel.open.isEnabled()
    dialog.deleteLater()
