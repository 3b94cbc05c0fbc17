"""The PCs of the comune: another one is let in by comparing digits."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QPushButton

from ala_desktop.models.keyring import new_recovery_code
from ala_desktop.services.sharing.exchange import Exchange
from ala_desktop.sync.capture import Change
from ala_desktop.ui.pages.exchange import devices_panel
from tests import factory
from tests.hubs import over_http, pc
from tests.ui.clipping import misfits
from tests.ui.exchange.acts import exchange, faults, lines, link, tabs
from tests.ui.wording import foreign, texts


def shown_figures(page):
    return [
        label.text() for label in page.devices.findChildren(QLabel) if label.isVisible() and label.text()[:5].isdigit()
    ]


def test_another_pc_is_confirmed_by_comparing_the_same_digits(place, page, own_hub, tmp_path, monkeypatch):
    link(place, page, own_hub)
    other = pc(tmp_path / "altro")
    other.exchange.enrol(own_hub.url, own_hub.invite(), "Ufficio tecnico")
    exchange(place, page)
    other.exchange.run()
    page.tabs.setCurrentWidget(page.devices)
    place.settle()
    assert shown_figures(page) == [other.exchange.devices()[1].fingerprint]
    assert tabs(page)[4] == "PC del comune (1)"
    assert faults(place) == []
    asked = []

    def compare(dialog):
        dialog.show()
        asked.append([label.text() for label in dialog.findChildren(QLabel)])
        assert misfits(dialog) + foreign(texts(dialog)) == []
        dialog.hide()
        return True

    monkeypatch.setattr(devices_panel.ConfirmDevice, "exec", compare)
    [button] = [one for one in page.devices.findChildren(QPushButton) if one.text() == "Confronta e conferma…"]
    button.click()
    place.settle()
    assert any("Telefonare" in text for text in asked[0])
    assert other.exchange.devices()[1].fingerprint in asked[0]
    assert "✓ Confermato" in [label.text() for label in page.devices.findChildren(QLabel)][-3:]
    assert tabs(page)[4] == "PC del comune"
    assert not other.exchange.devices()[0].confirmed
    other.exchange.confirm(place.desk.me.device)
    other.exchange.run()
    assert other.exchange.devices()[0].confirmed
    other.desk.close()


def test_the_sheet_of_a_lost_pc_is_used_from_the_page(place, page, own_hub, tmp_path, monkeypatch):
    desk, code = factory.office(tmp_path / "perso").set_up(factory.BORGHETTO, factory.PASSPHRASE)
    lost = Exchange(desk, over_http)
    lost.enrol(own_hub.url, own_hub.invite())
    record = desk.new_id()
    desk.save([Change("person", record, {"surname": "Brambilla", "notes": "riservata"})])
    lost.run()
    desk.close()
    link(place, page, own_hub)
    exchange(place, page)
    page.tabs.setCurrentWidget(page.devices)
    place.settle()
    assert faults(place) == []
    typed = [new_recovery_code(), code]

    def type_it(dialog):
        dialog.show()
        assert not dialog.use.isEnabled()
        dialog.line.setText(typed[0][:-1] + ("0" if typed[0][-1] != "0" else "1"))
        assert "errore di copiatura" in dialog.note.text()
        dialog.line.setText(typed.pop(0))
        assert dialog.use.isEnabled()
        assert misfits(dialog) + foreign(texts(dialog)) == []
        dialog.hide()
        return True

    def press():
        [button] = [one for one in page.devices.findChildren(QPushButton) if one.text().startswith("Nessun altro PC")]
        button.click()
        place.settle()

    monkeypatch.setattr(devices_panel.UseSheet, "exec", type_it)
    press()
    assert lines(page.devices.strip)[0] == "Il codice non apre la chiave del comune"
    assert faults(place) == []
    press()
    assert place.desk.get("person", record)["notes"] == "riservata"
    assert not page.devices.strip.isVisible()
    assert typed == []


def test_who_numbers_minutes_stands_among_the_pcs_and_above_the_commissions(place, page, own_hub, tmp_path):
    first = pc(tmp_path / "primo")
    first.exchange.enrol(own_hub.url, own_hub.invite())
    first.exchange.run()
    link(place, page, own_hub)
    exchange(place, page)
    assert numbering(place) == "I verbali li numera «PC 1»; qui i numeri sono di emergenza"

    done = own_hub.ask("revoke", first.desk.me.device, "--series-to", place.desk.me.device)
    assert done.returncode == 0, done.stderr
    exchange(place, page)

    page.tabs.setCurrentWidget(page.devices)
    place.settle()
    assert "Secondo PC collegato, numera i verbali" in [label.text() for label in page.devices.findChildren(QLabel)]
    assert faults(place) == []
    assert numbering(place) == "I verbali li numera questo PC"
    assert faults(place) == []
    first.desk.close()


def numbering(place):
    """What the page of commissions says; the window is back on the exchange afterwards."""
    window = place.window()
    window.go_to("sittings")
    place.settle()
    said = window.page.numbering.text()
    assert faults(place) == []
    window.go_to("exchange")
    place.settle()
    return said


def test_a_hub_that_is_away_confirms_nothing_and_says_so_calmly(place, page, own_hub, tmp_path):
    link(place, page, own_hub)
    other = pc(tmp_path / "altro")
    other.exchange.enrol(own_hub.url, own_hub.invite())
    exchange(place, page)
    page.tabs.setCurrentWidget(page.devices)
    place.settle()
    own_hub.stop()
    page.devices.confirm(page.devices._shown[1])
    place.settle()
    assert lines(page.devices.strip)[0] == "La centrale di ALA non risponde"
    assert page.devices.strip.property("role") == "notice"
    assert tabs(page)[4] == "PC del comune (1)"
    assert faults(place) == []
    other.desk.close()


def test_digits_that_differ_confirm_nothing_and_say_whom_to_call(place, page, own_hub, tmp_path, monkeypatch):
    link(place, page, own_hub)
    other = pc(tmp_path / "altro")
    other.exchange.enrol(own_hub.url, own_hub.invite())
    exchange(place, page)
    page.tabs.setCurrentWidget(page.devices)
    place.settle()

    def differ(dialog):
        dialog._differ()
        return False

    monkeypatch.setattr(devices_panel.ConfirmDevice, "exec", differ)
    page.devices.ask(page.devices._shown[1])
    place.settle()
    assert lines(page.devices.strip)[0] == "PC 2 non è stato confermato"
    other.exchange.run()
    assert not other.exchange.devices()[0].confirmed
    assert faults(place) == []
    other.desk.close()


def test_a_pc_that_is_not_confirmed_says_what_it_will_read_and_compares_too(
    place, page, own_hub, tmp_path, monkeypatch
):
    first = pc(tmp_path / "primo")
    first.exchange.enrol(own_hub.url, own_hub.invite())
    first.exchange.run()
    link(place, page, own_hub)
    exchange(place, page)
    page.tabs.setCurrentWidget(page.devices)
    place.settle()
    told = lines(page.devices.strip)
    assert told[0] == "Questo PC non è ancora confermato"
    assert "Le note riservate degli altri PC si leggeranno qui dopo la conferma" in told[1]
    first.exchange.run()
    first.exchange.confirm(place.desk.me.device)
    exchange(place, page)
    assert page.devices.strip.isVisible(), "a key that nobody compared here is not taken"
    asked: list[str] = []

    def compare(dialog):
        asked.extend(label.text() for label in dialog.findChildren(QLabel))
        return True

    monkeypatch.setattr(devices_panel.ConfirmDevice, "exec", compare)
    [button] = [one for one in page.devices.findChildren(QPushButton) if one.text() == "Confronta e conferma…"]
    button.click()
    place.settle()
    assert any("questo PC riceve da «PC 1» la chiave" in text for text in asked)
    exchange(place, page)
    assert faults(place) == []
    assert not page.devices.strip.isVisible()
    first.desk.close()
