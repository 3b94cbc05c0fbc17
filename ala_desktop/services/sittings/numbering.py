"""Giving numbers to approved minutes: definitive where the series is held, emergency elsewhere (DOMAIN 5, SYNC 22).

`Sittings.approve` appends the number in the same transaction as the approval; `settle` follows a synchronisation.
"""

from __future__ import annotations

from ala_desktop.rules.numbering import Fault, Given, faults, next_definitive, next_emergency, unsettled
from ala_desktop.services.desk import Desk
from ala_desktop.services.row import Row
from ala_desktop.services.sittings.sitting_file import given_of
from ala_desktop.sync import peers, replica
from ala_desktop.sync.capture import Change


class Numbering:
    """The numbers of one office's minutes, as far as this PC may give them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def next_for(self, sitting: Row) -> Change:
        """The record that gives a sitting its number, to be saved with its approval.

        Definitive if this PC holds the series, else the next of this PC's emergency register. The caller holds
        `Desk.numbering` until it is saved.
        """
        year = int(str(sitting["held_on"])[:4])
        commission = str(sitting["commission_id"])
        given = self._given()
        if self._desk.holds_series:
            return self._record(Given(commission, year, next_definitive(given, commission, year), "", sitting.id))
        register = self._desk.device_name
        return self._record(Given(commission, year, next_emergency(given, register, year), register, sitting.id))

    def settle(self) -> list[Row]:
        """Give their definitive number to sittings that have only an emergency one; returns the new number rows.

        Does nothing on a PC that does not hold the series. Each number is a transaction of its own.
        """
        if not self._desk.holds_series:
            return []
        added: list[Row] = []
        with self._desk.numbering:
            given = self._given()
            for one in unsettled(given):
                number = next_definitive(given, one.commission_id, one.year)
                definitive = Given(one.commission_id, one.year, number, "", one.sitting_id)
                added += self._desk.save([self._record(definitive)])
                given.append(definitive)
        return added

    def hand_over(self) -> list[Row]:
        """Turn definitive numbers into emergency ones if another PC turns out to hold the series.

        A PC that approved minutes before it joined its comune numbered them definitively, as the only one it knew of.
        What it has not sent yet goes out under its emergency register, and the holder settles it.
        """
        if self._desk.holds_series:
            return []
        query = (
            "SELECT id FROM minutes_number WHERE _deleted IS NULL AND emergency_register IS NULL "
            "AND -created_seq IN (SELECT device_seq FROM outbox) ORDER BY id"
        )
        with self._desk.numbering:
            with self._desk.reading() as connection:
                waiting = list(connection.exec_driver_sql(query).scalars())
            rows = self._desk.many("minutes_number", waiting)
            register = self._desk.device_name
            return [self._desk.save([row.change({"emergency_register": register})])[0] for row in rows]

    def holder(self) -> str:
        """Who numbers the comune's minutes, in words; empty on a PC that knows of no other."""
        with self._desk.reading() as connection:
            me, others = replica.read(connection), peers.known(connection)
        others = [peer for peer in others if not peer.agency]
        if me.hub is None or not others:
            return ""
        if me.holds_series:
            return "I verbali li numera questo PC"
        name = next((peer.name for peer in others if me.numbers(peer.device, peer.ordinal)), "")
        whose = f"«{name}»" if name else "un altro PC"
        return f"I verbali li numera {whose}; qui i numeri sono di emergenza"

    def faults(self) -> list[Fault]:
        """Gaps and doubles in the definitive series, as far as this PC has received them; empty when all is well."""
        return faults(self._given())

    def _given(self) -> list[Given]:
        return [given_of(row) for row in self._desk.find("minutes_number")]

    def _record(self, given: Given) -> Change:
        return Change(
            "minutes_number",
            self._desk.new_id(),
            {
                "commission_id": given.commission_id,
                "year": given.year,
                "number": given.number,
                "emergency_register": given.register or None,
                "sitting_id": given.sitting_id,
                "given_on": self._desk.clock.today().isoformat(),
            },
        )
