"""What the status bar is told about the exchange."""

from pathlib import Path

from ala_desktop.services.sharing.exchange_state import ExchangeState, Summary
from tests import factory


def test_a_fresh_office_has_nothing_to_send_and_no_hub(tmp_path: Path):
    desk = factory.desk(tmp_path)

    assert ExchangeState(desk).summary() == Summary(None, 0, 0, 0, enrolled=False)


def test_each_save_counts_as_one_thing_to_send(tmp_path: Path):
    desk = factory.desk(tmp_path)

    factory.unit(desk, "BL0001")
    factory.unit(desk, "BL0002")

    assert ExchangeState(desk).summary().to_send == 2
