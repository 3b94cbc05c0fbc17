"""What the foot of the window says."""

import pytest

from ala_desktop.services.sharing.exchange_state import Summary
from ala_desktop.ui.phrases import ago, counted, size
from ala_desktop.ui.status import Status, exchange_text
from ala_desktop.ui.work import Job
from tests.ui.clipping import misfits

NOW = "2026-11-22T10:00:00Z"


@pytest.mark.parametrize(
    ("summary", "text"),
    [
        (Summary("2026-11-19T09:00:00Z", 12, 1, 0, enrolled=True),
         "Ultimo scambio 3 giorni fa · 12 modifiche da inviare · 1 dato discordante"),
        (Summary("2026-11-22T09:59:30Z", 0, 0, 0, enrolled=True), "Ultimo scambio adesso"),
        (Summary(None, 1, 0, 0, enrolled=True), "Nessuno scambio ancora fatto · 1 modifica da inviare"),
        (Summary(None, 0, 0, 0, enrolled=False), "PC non ancora collegato ad ALA"),
        (Summary("2026-11-21T08:00:00Z", 0, 2, 1, enrolled=True),
         "Ultimo scambio ieri · 1 invio da correggere · 2 dati discordanti"),
        (Summary("2026-11-21T08:00:00Z", 4, 0, 0, enrolled=True, by_file=True, letters=2,
                 letters_since="2026-11-20T09:00:00Z"),
         "Ultimo scambio ieri · 4 modifiche da inviare · 2 file per ALA senza risposta dal 20/11/2026"),
        (Summary(None, 1, 0, 0, enrolled=False, asked_to_join="2026-11-20T09:00:00Z"),
         "PC non ancora collegato ad ALA · richiesta senza risposta dal 20/11/2026 · 1 modifica da inviare"),
    ],
)  # fmt: skip
def test_the_exchange_is_told_in_the_words_of_the_office(summary, text):
    assert exchange_text(summary, NOW) == text


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        ("2026-11-22T09:48:00Z", "12 minuti fa"),
        ("2026-11-22T08:59:00Z", "1 ora fa"),
        ("2026-11-22T05:00:00Z", "5 ore fa"),
        ("2026-11-30T05:00:00Z", "adesso"),
    ],
)
def test_how_long_ago_also_with_a_clock_that_was_set_back(instant, text):
    assert ago(instant, NOW) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "1 KB"), (1_000, "1 KB"), (1_001, "2 KB"), (999_000, "999 KB"), (999_001, "1,0 MB"), (3_500_000, "3,5 MB"),
     (64_000_000, "64,0 MB")],
)  # fmt: skip
def test_sizes_are_told_as_mailboxes_count_them(count, text):
    assert size(count) == text


def test_counts_have_points_between_thousands():
    assert counted(100_000, "alloggio", "alloggi") == "100.000 alloggi"


def test_a_job_shows_only_if_it_lasts_and_can_be_stopped(qtbot, dressed, monkeypatch):
    monkeypatch.setattr("ala_desktop.ui.status._SOON", 20)
    status = Status()
    qtbot.addWidget(status)
    status.show()
    quick, slow = Job("Veloce"), Job("Importazione…")
    status.watch(quick)
    quick.ended.emit()
    qtbot.wait(40)
    assert not status.bar.isVisible()
    status.watch(slow)
    qtbot.waitUntil(status.bar.isVisible)
    slow.progress(3, 10)
    assert (status.bar.value(), status.bar.maximum()) == (3, 10)
    status.stop.click()
    assert slow.stopped()
    assert "Si ferma" in status.label.text()
    slow.ended.emit()
    assert not status.bar.isVisible()


def test_the_bar_follows_what_waits_to_be_sent(place, window):
    assert window.status.exchange.text() == "PC non ancora collegato ad ALA"
    place.forms.save(place.forms.blank("housing_unit"), {"code": "A1"})
    place.settle()
    assert window.status.exchange.text() == "PC non ancora collegato ad ALA · 1 modifica da inviare"


def test_everything_at_once_fits_while_a_job_runs(place, window, monkeypatch):
    monkeypatch.setattr("ala_desktop.ui.status._SOON", 1)
    told = Summary(
        "2026-11-19T09:00:00Z", 1_234, 12, 3, enrolled=True, by_file=True, letters=2,
        letters_since="2026-11-20T09:00:00Z",
    )  # fmt: skip
    job = Job("Conferma di Ufficio tecnico")
    window.status.watch(job)
    window.status.show_exchange(told, NOW)
    place.qtbot.waitUntil(window.status.bar.isVisible)
    place.settle()
    assert window.width() == 1366
    assert misfits(window) == []
    job.ended.emit()
