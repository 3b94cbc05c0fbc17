"""The second PC of the same comune: another data folder, worked through the services, without a window."""

from __future__ import annotations

from pathlib import Path

from ala_desktop.demo.hub_child import HubChild
from ala_desktop.demo.people import BELFIORE, COLLEAGUE, COMUNE, PASSPHRASE
from ala_desktop.demo.trouble import DemoFailed
from ala_desktop.services.office import NewOffice
from ala_desktop.services.row import Row
from ala_desktop.services.sharing.exchange import Report
from ala_desktop.services.soundness import Soundness
from ala_desktop.wiring import exchange_of, open_office

NAME = "Sportello"


class SecondPc:
    """The colleague at the counter.

    Attributes:
        desk: the open office. reports: of its exchanges, in order.
    """

    def __init__(self, folder: Path, hub: HubChild) -> None:
        self.desk, _ = open_office(folder).set_up(NewOffice(BELFIORE, COMUNE, COLLEAGUE), PASSPHRASE)
        self._exchange = exchange_of(self.desk)
        self.reports: list[Report] = []
        self._exchange.enrol(hub.url, hub.invite(BELFIORE), NAME)

    def exchange(self) -> Report:
        """One exchange with the hub."""
        report = self._exchange.round()
        self.reports.append(report)
        return report

    @property
    def digits(self) -> str:
        """The digits that this PC shows beside the first one, to be read aloud on the telephone."""
        others = [device for device in self._exchange.devices() if not device.here]
        if len(others) != 1:
            raise DemoFailed(f"il secondo PC vede {len(others)} altri PC")
        return others[0].fingerprint

    def confirm(self, device: str) -> None:
        """Say that the digits are those that the other PC shows."""
        self._exchange.confirm(device)

    def the_unit(self, code: str) -> Row:
        """The housing unit with this code."""
        found = self.desk.find("housing_unit", code=code)
        if len(found) != 1:
            raise DemoFailed(f"sul secondo PC l'alloggio {code} compare {len(found)} volte")
        return found[0]

    def write(self, row: Row, **put: str) -> Row:
        """Change fields of a record as it stands here."""
        return self.desk.save([row.change(dict(put))])[0]

    @property
    def soundness(self) -> Soundness:
        """Digest and verification."""
        return Soundness(self.desk)

    def close(self) -> None:
        """Leave the office."""
        self.desk.close()
