"""What befalls simulated PCs and their hub: deaths in the middle of a write, power cuts, repeated pages."""

from __future__ import annotations

from tests.property.carriage import Carriage
from tests.property.clerks import Clerks
from tests.property.pc import Pc
from tests.property.world import World


class Faults:
    """Faults, each on one PC."""

    def __init__(self, world: World, clerks: Clerks, carriage: Carriage) -> None:
        self._world = world
        self._chance = world.chance
        self._mortal = (
            clerks.create, clerks.save_form, clerks.approve, carriage.pull_one, carriage.seal_only, carriage.exchange,
            carriage.write_letter, carriage.read_answer,
        )  # fmt: skip

    def die(self, pc: Pc) -> None:
        """Something is cut off in the middle; it may happen right after the save, too."""
        deaths = pc.deaths
        with pc.dying(self._chance.randint(1, 14)):
            self._chance.choice(self._mortal)(pc)
        self._world.seen["death in a write"] += pc.deaths - deaths

    def hub_dies(self, pc: Pc) -> None:
        """The hub is cut off while it takes a frame in."""
        pc.seal()
        for frame in pc.frames():
            cut_off = self._world.hub.offer_dying(frame, self._chance.randint(1, 60))
            self._world.seen["death of the hub"] += cut_off

    def crash(self, pc: Pc) -> None:
        """Power cut: what was on the screen is gone."""
        pc.crash()
        self._world.seen["power cut"] += 1

    def repeat(self, pc: Pc) -> None:
        """A page comes twice."""
        pc.pull_twice(self._world.hub)

    def get_key(self, pc: Pc) -> None:
        """The comune's key reaches a PC that had none."""
        if not pc.desk.me.comune_key_final:
            pc.get_key()
            self._world.seen["comune key"] += 1
