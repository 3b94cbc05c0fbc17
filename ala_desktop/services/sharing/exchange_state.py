"""What the status bar says about the exchange with ALA. Reads only; the exchange itself is in `exchange`."""

from __future__ import annotations

from dataclasses import dataclass

from ala_desktop.services.desk import Desk
from ala_desktop.sync import mailbox, outbox, replica
from ala_desktop.sync.workset import shown_claims


@dataclass(frozen=True, slots=True)
class Summary:
    """How this PC stands with the hub.

    Attributes:
        last_exchange: UTC instant of the last complete exchange, `YYYY-MM-DDTHH:MM:SSZ`; None before the first.
        to_send: saves that the hub's log has not returned yet.
        discordant: values that wait for a person's decision.
        to_correct: saves that the hub refused and nobody has corrected yet.
        enrolled: whether this PC has joined a hub.
        by_file: whether it joined without a network.
        letters: files for ALA whose answer was not read. letters_since: when the first of them was written, UTC.
        asked_to_join: when the last request to join by file was written, UTC; None without one that waits.
    """

    last_exchange: str | None
    to_send: int
    discordant: int
    to_correct: int
    enrolled: bool
    by_file: bool = False
    letters: int = 0
    letters_since: str | None = None
    asked_to_join: str | None = None


class ExchangeState:
    """The state of the exchange, asked anew each time."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def summary(self) -> Summary:
        """How things stand now; a few milliseconds, no network."""
        with self._desk.reading() as connection:
            me, mail = replica.read(connection), mailbox.unanswered(connection)
            to_correct = connection.exec_driver_sql("SELECT count(*) FROM correction").scalar_one()
            return Summary(
                last_exchange=me.last_exchange,
                to_send=outbox.waiting(connection),
                discordant=len(shown_claims(connection)),
                to_correct=to_correct,
                enrolled=me.hub is not None,
                by_file=me.hub is not None and not me.hub_url,
                letters=mail.letters,
                letters_since=mail.since,
                asked_to_join=None if me.hub else mail.joining,
            )
