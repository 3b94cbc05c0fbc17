"""The exchange by file in the window: letters are written, answers read; on a PC with a network too."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from ala_desktop.core.ids import new_id
from ala_desktop.services.sharing.exchange_state import ExchangeState
from ala_desktop.services.sharing.file_exchange import FileExchange
from ala_desktop.sync.capture import Change
from ala_desktop.ui.pages.exchange import devices_panel
from ala_desktop.ui.pages.exchange.by_file import dialog as by_file
from tests import factory
from tests.hubs import pc
from tests.ui.clipping import misfits
from tests.ui.exchange.acts import exchange, faults, lines, link, tabs, words
from tests.ui.exchange.ala import joining
from tests.ui.wording import foreign, texts

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def dialog(place, joined):
    shown = joined.file_dialog()
    shown.show()
    place.settle()
    return shown


def dialog_faults(dialog, *names):
    shown = texts(dialog)
    for name in names:
        shown = [text.replace(str(name), "") for text in shown]
    return misfits(dialog) + foreign(shown, frozenset({"desktop"}))


# --- writing and reading ---------------------------------------------------------------------------------------------


def test_a_trip_of_the_stick_from_the_first_press_to_the_account(place, joined, dialog, ala, tmp_path):
    other = pc(tmp_path / "altro", ala.hub.connect)
    files = ala.join(other)
    factory.unit(other.desk, "ALTRO")
    ala.trip(files)
    for code in ("BL1", "BL2", "BL3"):
        factory.unit(place.desk, code)
    dialog.begin()
    place.settle()
    assert dialog.start.to_send.text() == "Porta ad ALA 3 modifiche e chiede le novità."
    assert QApplication.focusWidget() is dialog.start.go_write
    assert dialog_faults(dialog) == []

    letter = ala.path("lettera")
    dialog.write_to(letter)
    place.settle()
    assert dialog.written.title.text() == "Il file per ALA è pronto"
    assert dialog.written.carries.text() == "Contiene 3 modifiche e chiede ad ALA le novità."
    assert "portarla ad ALA" in dialog.written.steps.text()
    assert dialog_faults(dialog, ala.folder, letter.name) == []
    assert joined.band.headline.text() == "3 modifiche da inviare · 1 file per ALA senza risposta dal 22/11/2026"
    status = place.shown.status.exchange.text()
    assert status.endswith("3 modifiche da inviare · 1 file per ALA senza risposta dal 22/11/2026")

    dialog.back.click()
    place.settle()
    assert dialog.start.awaited.text().startswith("Il file preparato il 22/11/2026")
    assert QApplication.focusWidget() is dialog.start.go_read
    dialog.read_files(ala.answer(letter))
    place.settle()
    assert dialog.outcome.lines.text() == (
        "3 modifiche registrate da ALA, 1 modifica ricevuta."
    )  # fmt: skip
    assert dialog_faults(dialog) == []
    assert joined.band.headline.text() == f"Risposta di ALA letta: {dialog.outcome.lines.text()}"
    assert joined.band.detail.text().startswith("Ultimo scambio adesso (")
    assert place.shown.status.exchange.text() == "Ultimo scambio adesso"
    assert tabs(joined)[0] == "Da inviare"
    dialog.leave.click()
    assert not dialog.isVisible()
    other.desk.close()


def many(count):
    return ([Change("housing_unit", new_id(), {"code": f"B{n}", "address": f"Via {new_id()}"})] for n in range(count))


def test_by_mail_a_letter_goes_in_parts_and_the_missing_one_is_named(place, joined, dialog, ala, tmp_path, monkeypatch):
    other = pc(tmp_path / "altro", ala.hub.connect)
    files = ala.join(other)
    other.desk.save_each(many(1_000), group="importazione")
    ala.trip(files)
    monkeypatch.setattr("ala_desktop.ui.pages.exchange.by_file.start_step.MOST_PART_BYTES", 12_000)
    place.desk.save_each(many(1_000), group="importazione")
    dialog.start.by_mail.setChecked(True)
    letter = ala.path("lettera")
    dialog.write_to(letter)
    place.settle()
    parts = sorted(ala.folder.glob(f"{letter.stem}-*di*.ala"))
    assert len(parts) > 2
    assert dialog.written.title.text() == f"Le {len(parts)} parti per ALA sono pronte"
    assert f"{len(parts)} messaggi di PEC" in dialog.written.steps.text()
    assert dialog.written.table.model().rowCount() == len(parts)
    assert dialog_faults(dialog, ala.folder, letter.stem) == []

    reply = ala.answer(parts[1], most=12_000)
    moved = reply[0].rename(ala.folder.parent / reply[0].name)
    dialog.read_files(reply[1:2])
    place.settle()
    assert lines(dialog.start.strip)[0] == "Mancano parti del file"
    assert dialog.height() == 620
    assert dialog_faults(dialog) == []
    dialog.read_files([moved, *reply[1:]])
    place.settle()
    assert "1.000 modifiche registrate da ALA, 1.000 modifiche ricevute" in dialog.outcome.lines.text()
    other.desk.close()


def test_a_long_answer_shows_how_far_it_is_and_can_be_stopped(place, joined, dialog, ala, tmp_path, monkeypatch):
    monkeypatch.setattr("ala_desktop.sync.transport_file.MOST_PAGE_TRANSACTIONS", 1)
    other = pc(tmp_path / "altro", ala.hub.connect)
    files = ala.join(other)
    other.desk.save_each(many(12_000), group="importazione")
    ala.trip(files)
    letter = ala.path("lettera")
    dialog.write_to(letter)
    place.settle()
    reply = ala.answer(letter)
    seen = []
    dialog._advanced.connect(lambda *advance: seen.append(advance))
    dialog._advanced.connect(lambda *_: dialog.halt.click() if len(seen) == 1 else None)
    dialog.read_files(reply)
    assert dialog.halt.isVisible()
    assert QApplication.focusWidget() is dialog.halt
    assert misfits(dialog) == []
    dialog.reject()
    assert dialog.isVisible()
    place.settle()
    assert seen[0][0] == "Ricezione"
    assert 0 < seen[0][1] < seen[0][2] == 12_000
    assert dialog.outcome.title.text() == "Lettura fermata"
    assert "Leggere di nuovo lo stesso file completa la lettura" in dialog.outcome.lines.text()
    assert 0 < len(place.desk.find("housing_unit")) < 12_000
    dialog.back.click()
    place.settle()
    dialog.read_files(reply)
    place.settle()
    assert dialog.outcome.title.text() == "Risposta di ALA letta"
    assert len(place.desk.find("housing_unit")) == 12_000
    other.desk.close()


def test_what_cannot_be_read_or_written_is_told_and_nothing_is_lost(place, joined, dialog, ala):
    factory.unit(place.desk)
    dialog.write_to(ala.folder / "manca" / "lettera.ala")
    place.settle()
    assert lines(dialog.start.strip)[0] == "La cartella non esiste"
    letter = ala.path("lettera")
    dialog.write_to(letter)
    place.settle()
    dialog.back.click()
    place.settle()
    dialog.read_files([letter])
    place.settle()
    assert lines(dialog.start.strip)[0] == "La risposta non è per questo PC, o è già stata letta"
    assert dialog_faults(dialog) == []
    assert ExchangeState(place.desk).summary().to_send == 1


def test_names_and_folder_are_proposed_and_the_folder_is_kept(place, joined, dialog, ala, monkeypatch):
    proposed = []

    def choose(parent, title, suggested, kinds, last):
        proposed.append((suggested, last.start))
        last.note(ala.folder / suggested)
        return ala.folder / suggested

    monkeypatch.setattr(by_file, "ask_save", choose)
    dialog.start.go_write.click()
    place.settle()
    assert (ala.folder / "ala-borghetto-lodigiano-2026-11-22.ala").exists()
    again = joined.file_dialog()
    again._choose_target()
    place.settle()
    assert [name for name, _ in proposed] == ["ala-borghetto-lodigiano-2026-11-22.ala"] * 2
    assert proposed[1][1] == ala.folder


def test_the_keys_open_the_dialog_and_only_where_it_works(place, page, ala, monkeypatch):
    opened = []

    def note(shown):
        opened.append(shown)

    monkeypatch.setattr(by_file.FileDialog, "exec", note)
    place.key(page, Qt.Key.Key_E, CONTROL)
    place.key(page, Qt.Key.Key_E, CONTROL | SHIFT)
    assert opened == []
    joining(place, page, ala)
    place.key(page.band.go, Qt.Key.Key_E, CONTROL)
    place.key(page.band.go, Qt.Key.Key_E, CONTROL | SHIFT)
    place.key(page.band.go, Qt.Key.Key_Return)
    assert len(opened) == 3


# --- beside the network ----------------------------------------------------------------------------------------------


def test_a_pc_with_a_network_may_use_files_too_and_a_later_exchange_overtakes_them(place, page, own_hub, tmp_path):
    link(place, page, own_hub)
    assert page.band.go.text() == "Scambia ora"
    assert page.by_file.isVisible()
    factory.unit(place.desk)
    shown = page.file_dialog()
    letter, reply = tmp_path / "lettera.ala", tmp_path / "risposta.ala"
    shown.write_to(letter)
    place.settle()
    assert "1 file per ALA senza risposta" in page.band.headline.text()
    assert faults(place) == []
    exchange(place, page)
    assert "senza risposta" not in page.band.detail.text()
    own_hub.stop()
    factory.unit(place.desk, "BL2")
    shown.write_to(letter)
    place.settle()
    done = own_hub.ask("post", str(letter), "--reply", str(reply))
    assert json.loads(done.stdout)["declined"] == []
    shown.read_files([reply])
    place.settle()
    assert page.band.headline.text() == "Risposta di ALA letta: 1 modifica registrata da ALA."
    assert ExchangeState(place.desk).summary().to_send == 0
    own_hub.start()
    exchange(place, page)
    assert page.band.headline.text() == "Scambio concluso: nessuna novità."


def test_confirming_another_pc_without_a_network_says_that_the_key_leaves_with_the_next_file(
    place, joined, dialog, ala, tmp_path, monkeypatch
):
    other = pc(tmp_path / "altro", ala.hub.connect)
    files = ala.join(other)
    letter = ala.path("lettera")
    dialog.write_to(letter)
    place.settle()
    dialog.read_files(ala.answer(letter))
    place.settle()
    dialog.reject()
    joined.tabs.setCurrentWidget(joined.devices)
    place.settle()
    told = []

    def compare(question):
        question.show()
        told.append(words(question))
        assert misfits(question) + foreign(texts(question)) == []
        question.hide()
        return True

    monkeypatch.setattr(devices_panel.ConfirmDevice, "exec", compare)
    joined.devices.ask(joined.devices._shown[1])
    place.settle()
    assert "parte con il prossimo file per ALA" in told[0]
    assert place.said[-1].endswith("è confermato: la chiave parte con il prossimo file per ALA")
    assert not other.exchange.devices()[0].confirmed
    ala.trip(FileExchange(place.desk, joined._exchange))
    ala.trip(files)
    assert not other.exchange.devices()[0].confirmed, "the other side has not compared yet"
    other.exchange.confirm(place.desk.me.device)
    ala.trip(files)
    assert other.exchange.devices()[0].confirmed
    other.desk.close()


def test_a_pc_without_a_network_that_is_not_confirmed_is_told_to_exchange_by_file(place, page, ala, tmp_path):
    first = pc(tmp_path / "primo", ala.hub.connect)
    ala.trip(ala.join(first))
    joining(place, page, ala)
    shown = page.file_dialog()
    letter = ala.path("lettera")
    shown.write_to(letter)
    place.settle()
    shown.read_files(ala.answer(letter))
    place.settle()
    page.tabs.setCurrentWidget(page.devices)
    place.settle()
    assert "scambiare qui per file" in lines(page.devices.strip)[2]
    assert faults(place) == []
    first.desk.close()
