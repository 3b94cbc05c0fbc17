"""What has come to a simulated PC, read from its own log: in which order, and where it stands now."""

from __future__ import annotations

from sqlalchemy import Connection

from ala_desktop.sync import envelope
from ala_desktop.sync.replica import Me
from tests.property.identity import IDENTITY
from tests.property.lineage import Lineage
from tests.property.oracle import Sight, TransactionKey
from tests.property.ordering_hub import START


class Arrivals:
    """The log of one PC, followed.

    Attributes:
        arrived: by transaction of others, the how manieth came; some may have come before the store was copied.
        places: by transaction, the seq where it stands first.
        turns: how often the log was changed for another branch of the hub's.
    """

    def __init__(self) -> None:
        self.arrived: dict[TransactionKey, int] = {}
        self.places: dict[TransactionKey, int] = {}
        self.turns = 0
        self._followed = START

    def copied(self) -> Arrivals:
        """As it stands."""
        twin = Arrivals()
        twin.arrived, twin.places = dict(self.arrived), dict(self.places)
        twin.turns, twin._followed = self.turns, self._followed
        return twin

    @property
    def sight(self) -> Sight:
        """What has arrived by now."""
        return Sight(self.arrived, len(self.arrived))

    def key_at(self, seq: int) -> TransactionKey:
        """The transaction that stands there first."""
        return next(key for key, place in self.places.items() if place == seq)

    def follow(self, connection: Connection, me: Me, life: str, lineage: Lineage) -> None:
        """Note what has come. Whatever the log is changed for, it holds what it held before."""
        position, last = me.position, me.next_device_seq - 1
        if position == self._followed:
            return
        before = self._start_again(connection) if position.epoch > self._followed.epoch else set[TransactionKey]()
        query = "SELECT first_seq, sealed FROM frame WHERE first_seq > ? ORDER BY first_seq"
        for first, sealed in connection.exec_driver_sql(query, (self._followed.seq,)).all():
            for place, key in enumerate(lineage.keys(envelope.split(sealed).header), first):
                self.places.setdefault(key, place)
                if key[0] != IDENTITY.hub and not lineage.wrote(life, last, key):
                    self.arrived.setdefault(key, len(self.arrived))
        self._followed = position
        assert before <= self.places.keys(), f"forgotten: {before - self.places.keys()}"

    def _start_again(self, connection: Connection) -> set[TransactionKey]:
        """The log may be another branch now; returns what was in it."""
        query = "SELECT count(*) FROM frame WHERE chain = ?"
        self.turns += not connection.exec_driver_sql(query, (self._followed.chain,)).scalar_one()
        before = {key for key in self.places if key[0] != IDENTITY.hub}
        self._followed = START
        self.places.clear()
        return before
