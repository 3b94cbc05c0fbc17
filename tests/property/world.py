"""What a simulated office consists of. What happens to it is in `clerks`, `carriage` and `faults`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random
from sqlite3 import Connection

from ala_desktop.core.ids import NewId
from ala_desktop.core.tenants import ALA
from ala_desktop.models.catalog import build
from tests.property.neighbour import Neighbour
from tests.property.pc import Pc
from tests.property.real_hub import LONGEST, RealHub
from tests.property.settled import Minutes


class World:
    """A hub, two to five PCs of one comune and one of another, and the chance that decides about everything.

    Attributes:
        folder: on the disk. chance: follows from the seed; the hub has its own.
        pcs: of the comune. everyone: with them now and then one of ALA, which has the comune's log too.
        minutes: as they were printed. seen: how often what came up.
        restoring: whether copies of stores are put back in this world. backups: of the hub's; the first is older than
            most of the PCs.
    """

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.chance = Random(seed)
        self.minutes = Minutes()
        self.seen = Counter[str]()
        self._minted = 0
        self._longwinded = self.chance.choice((0.0, 0.05, 0.2))
        self.hub = RealHub(Random(seed + 1), self.chance.choice((0.0, 0.1, 0.4)))
        self.neighbour = Neighbour(self.hub, Random(seed + 3))
        catalog, count = build(), self.chance.choice((2, 3, 3, 3, 4, 5))
        late = self.chance.choice((0, count))
        self.restoring = self.chance.random() < 0.5
        self._numbers = 10
        self.pcs = [Pc(folder / f"pc{n}", catalog, self.ids_of(n), n, has_key=n != late) for n in range(1, count + 1)]
        alas = [Pc(folder / "ala", catalog, self.ids_of(9), 9, office=ALA)] if self.chance.random() < 0.4 else []
        self.everyone = [*self.pcs, *alas]
        self.backups: list[Connection] = []
        for pc in self.everyone:
            pc.join(self.hub, by_line=self.chance.random() < 0.7)
            self.backups = self.backups or [self.hub.copied()]
            for other in self.everyone:
                if other is not pc:
                    pc.meet(other)

    def ids_of(self, _: int) -> NewId:
        """What mints the identifiers of a PC of that number."""
        return self.new_id

    def next_number(self) -> int:
        """Of a PC that has a copy of another's store."""
        self._numbers += 1
        return self._numbers

    def new_id(self) -> str:
        """Identifiers of no order: nothing may rest on it."""
        self._minted += 1
        return f"{self.chance.getrandbits(96):024x}{self._minted:08x}"

    def text(self) -> str:
        """A text that was never written before; now and then longer than the hub's edition of the program takes."""
        self._minted += 1
        text = f"testo {self._minted}"
        return text.ljust(LONGEST + 1, "x") if self.chance.random() < self._longwinded else text

    def pull(self, pc: Pc) -> None:
        """Take in some of what is new, in pages of a few frames."""
        while pc.pull(self.hub, self.chance.randint(1, 4)) and self.chance.random() < 0.6:
            pass

    def close(self) -> None:
        """Give everything back."""
        self.hub.close()
        for backup in self.backups:
            backup.close()
        for pc in self.everyone:
            pc.desk.close()
