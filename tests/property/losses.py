"""Copies of the hub's store and of PCs' stores: put back without a word, at any moment, or used beside the first."""

from __future__ import annotations

from random import Random

from tests.property.oracle import Saved, TransactionKey
from tests.property.pc import Pc
from tests.property.world import World

_MOST_KEPT, _MOST_PCS = 3, 5


class Losses:
    """Backups, and what becomes of them.

    Attributes:
        meant: what clerks saved on any store that there ever was.
        gone: what only disks had that were lost.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._chance = world.chance
        self._stores = list(world.everyone)
        self._disks: list[tuple[Pc, Pc]] = []
        self.gone: set[TransactionKey] = set()
        often = world.chance.choice((0.0, 0.01, 0.05))
        self._often = often if world.restoring else 0.0

    @property
    def meant(self) -> dict[TransactionKey, Saved]:
        return {key: saved for pc in self._stores for key, saved in pc.saved.items()}

    def back_up_hub(self, _: Pc) -> None:
        """Keep a copy of the hub's store."""
        self._world.backups.append(self._world.hub.copied())
        del self._world.backups[:-_MOST_KEPT]

    def restore_hub(self, _: Pc) -> None:
        """One of the copies takes the place of the hub's store."""
        self._restore_hub(self._chance)

    def _restore_hub(self, chance: Random) -> None:
        self._world.hub.put_back(chance.choice(self._world.backups))
        self._world.seen["hub restored"] += 1

    def begin(self) -> None:
        """From now on the hub may be put back between two questions of one exchange, too."""

        def perhaps(chance: Random) -> None:
            if chance.random() < self._often:
                self._restore_hub(chance)
                self._world.seen["hub restored within an exchange"] += 1

        self._world.hub.lines.restoring = perhaps if self._often else None

    def end(self) -> None:
        """Nothing is put back any more, and everybody has a line that holds."""
        lines = self._world.hub.lines
        lines.restoring, lines.cutting = None, 0
        for pc in self._world.everyone:
            pc.get_line(self._world.hub.url)

    def back_up(self, pc: Pc) -> None:
        """Copy a PC's store."""
        if not pc.is_alas:
            self._disks.append((pc, self._copied(pc)))
            for _, old in self._disks[:-_MOST_KEPT]:
                old.desk.close()
            del self._disks[:-_MOST_KEPT]

    def restore(self, _: Pc) -> None:
        """A store is put back; or its copy is used on another PC, and the first one goes on."""
        if not self._disks:
            return
        of, disk = self._chance.choice(self._disks)
        back = self._copied(disk)
        self._stores.append(back)
        if of in self._world.pcs and (self._chance.random() < 0.5 or len(self._world.pcs) >= _MOST_PCS):
            self._lose(of, back)
            self._world.seen["PC restored"] += 1
        elif len(self._world.pcs) < _MOST_PCS:
            self._world.seen["store in use twice"] += 1
            self._world.pcs.append(back)
            self._world.everyone.append(back)

    def _copied(self, pc: Pc) -> Pc:
        number = self._world.next_number()
        return pc.copied(self._world.folder / f"pc{number}", number)

    def _lose(self, pc: Pc, back: Pc) -> None:
        held = pc.held()
        for pcs in (self._world.pcs, self._world.everyone):
            pcs[pcs.index(pc)] = back
        self._world.minutes.forget(pc)
        pc.desk.close()
        self._count(held)

    def count(self) -> None:
        """What the hub was put back without, and nobody has, is gone; another comune sends its own again."""
        lost, self._world.hub.lost = self._world.hub.lost, set()
        if lost:
            self._count(lost)
        self._world.neighbour.send_again()

    def _count(self, lost: set[TransactionKey]) -> None:
        self.gone |= lost - self._world.hub.keys.union(*(pc.held() for pc in self._world.everyone))
        self._world.seen["lost with a disk"] += len(self.gone)

    def close(self) -> None:
        """Give the copies back."""
        for _, disk in self._disks:
            disk.desk.close()
