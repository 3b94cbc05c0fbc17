"""The comune's key under recovery sheets: kept for devices, given to another device of the comune that shows a sheet.

What is kept cannot be opened here. The token that a device shows has 256 bits that follow from the 130 of a code, so
guessing is hopeless anyway; the five tries a day keep mistaken and hostile devices from asking without end.
"""

from __future__ import annotations

from ala_desktop.core.clock import Clock
from ala_desktop.hub.store import Device, Sheet, Store
from ala_desktop.sync import sheet
from ala_desktop.sync.declined import Declined
from ala_desktop.sync.messages import FoundSheet, LeftSheet, ShownSheet

TRIES = 5
"""Wrong sheets that a device may show in a day."""


class Sheets:
    """What devices left under their recovery sheets.

    A device's own is replaced with each new sheet, and stays when the device is revoked: it is for the day on which
    that PC is lost. A revoked device can neither leave nor get one, like anything else.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def leave(self, device: Device, left: LeftSheet) -> None:
        """Keep the key that `device` wrapped under its sheet, instead of what it left before."""
        with self._store.locked(device.tenant) as tenancy:
            tenancy.leave_sheet(Sheet(device.device, left.name, left.blob))

    def show(self, device: Device, shown: ShownSheet) -> FoundSheet:
        """What some device of the comune left under the sheet that `device` shows.

        Raises:
            Declined: `no_sheet`, `bad_sheet`, `too_many_tries`.
        """
        name, day = sheet.name_of(shown.token), self._clock.now()[:10]
        with self._store.locked(device.tenant) as tenancy:
            if tenancy.wrong_sheets(device.device, day) >= TRIES:
                raise Declined("too_many_tries", device.device)
            sheets = tenancy.sheets()
            if not sheets:
                raise Declined("no_sheet", device.tenant)
            found = next((one for one in sheets if one.name == name), None)
            if found is None:
                tenancy.count_wrong_sheet(device.device, day)
        if found is None:
            raise Declined("bad_sheet", device.device)
        return FoundSheet(found.device, found.blob)
