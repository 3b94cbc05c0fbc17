"""Days of an office with several PCs and a hub, at random from a seed: the real code, and faults.

    python -m tests.simulation SEED [STEPS]

replays one seed, step by step, and tells what broke. `tests/property/test_replicas.py` runs many. The parts: `world`,
`clerks`, `carriage`, `faults`; what must come of it is told by `oracle` and `promises`, and compared by `settled`.
"""

from __future__ import annotations

import secrets
import sys
import tempfile
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from random import Random
from unittest import mock

from ala_desktop.core.errors import Mendable
from ala_desktop.sync.workset import shown_claims
from tests.property import settled
from tests.property.carriage import Carriage
from tests.property.clerks import COMUNE, Clerks
from tests.property.faults import Faults
from tests.property.losses import Losses
from tests.property.oracle import DELETED
from tests.property.pc import Pc
from tests.property.world import World

STEPS = 80
"""Of a day, if nobody asks for more."""


class Day:
    """Some steps in a world, the trace of them, and the end.

    Attributes:
        told: the trace, by which two runs of a seed are compared.
        seen: how often each trouble came up; complete if it was asked for.
    """

    def __init__(self, folder: Path, seed: int, *, counting: bool) -> None:
        self.world = World(folder, seed)
        self.seen = self.world.seen
        self.told: list[str] = []
        self._counting = counting
        self._clerks = clerks = Clerks(self.world)
        self._carriage = carriage = Carriage(self.world)
        self._faults = faults = Faults(self.world, clerks, carriage)
        self.losses = losses = Losses(self.world)
        self._acts: list[tuple[int, Callable[[Pc], None]]] = [
            (6, clerks.create), (20, clerks.open_form), (30, clerks.save_form), (5, clerks.delete_or_restore),
            (6, clerks.resolve), (3, clerks.bring_in), (2, clerks.undo_import), (4, clerks.prepare_sitting),
            (5, clerks.approve), (8, carriage.send), (4, carriage.seal_only), (12, carriage.pull),
            (5, carriage.exchange), (4, carriage.write_letter), (7, carriage.deliver), (9, carriage.read_answer),
            (2, faults.repeat), (2, faults.crash), (4, faults.die), (2, faults.hub_dies), (1, faults.get_key),
            (2, self.world.neighbour.work), (1, self.world.neighbour.trespass),
        ]  # fmt: skip
        self._alas: list[tuple[int, Callable[[Pc], None]]] = [
            (6, clerks.resolve), (3, carriage.send), (1, carriage.seal_only), (6, carriage.pull), (1, faults.crash),
        ]  # fmt: skip
        if self.world.restoring:
            self._acts += [
                (8, carriage.exchange), (3, losses.back_up_hub), (3, losses.restore_hub), (4, losses.back_up),
                (5, losses.restore),
            ]  # fmt: skip
            self._alas.append((5, carriage.exchange))

    def run(self, steps: int) -> None:
        """The steps, then everybody exchanges until nothing is left, then everything is checked."""
        self._begin()
        self.losses.begin()
        for step in range(steps):
            self._step(step)
        self._settle()
        self._tell("settled: " + " ".join(pc.digest() for pc in self.world.everyone))
        self.seen["refused transaction"] += len(self.world.hub.refused)
        self.seen["another branch"] += sum(pc.log.turns for pc in self.world.everyone)

    def _begin(self) -> None:
        """A few records that everybody has."""
        first = self.world.pcs[0]
        self._clerks.begin(first)
        self._carriage.send(first)
        for pc in self.world.everyone:
            self._carriage.pull(pc)

    def _step(self, step: int) -> None:
        chance = self.world.chance
        pc = chance.choice(self.world.everyone)
        pc.clock.moment = f"{chance.choice((2016, 2026, 2036))}-0{chance.randint(1, 9)}-11T09:00:00Z"
        acts = self._alas if pc.is_alas else self._acts
        (act,) = chance.choices([act for _, act in acts], [weight for weight, _ in acts])
        refused = ""
        try:
            act(pc)
        except Mendable as refusal:
            settled.check_refusal(refusal, restored=self.world.restoring)
            refused = f", refused: {refusal.title}"
        if self.world.restoring:
            self.losses.count()
        self._tell(f"{step}: {act.__name__} on {pc.number}, {pc.state}{refused}")
        self.world.minutes.look(pc)
        if self._counting:
            self._count(pc)

    def _settle(self) -> None:
        """Exchange until quiet, now and then by each PC's own way alone, then check."""
        world, before = self.world, list[int]()
        meet = self._way_to_meet()
        for _ in range(25):
            for pc in world.everyone:
                self._faults.get_key(pc)
                meet(pc)
                world.minutes.look(pc)
            ends = [world.hub.position.seq, *(pc.desk.position() for pc in world.everyone)]
            if ends == before:
                settled.check(world.everyone, world.hub, self.losses.meant, self.losses.gone, world.minutes)
                world.neighbour.check()
                return
            before = ends
        raise AssertionError("the exchange never comes to an end")

    def _way_to_meet(self) -> Callable[[Pc], None]:
        """How everybody exchanges in the end. Where stores were put back everybody needs a line (ADR 14)."""
        if self.world.restoring:
            self.losses.end()
            return self._by_line
        return self._go_home if self.world.chance.random() < 0.2 else self._send_and_pull

    def _by_line(self, pc: Pc) -> None:
        """A whole exchange; it may have to wait for that of another PC that the hub forgot."""
        try:
            pc.exchange(self.world.hub)
        except Mendable as refusal:
            settled.check_refusal(refusal, restored=True)

    def _go_home(self, pc: Pc) -> None:
        (self._send_and_pull if pc.is_alas else self._carriage.go_home)(pc)

    def _send_and_pull(self, pc: Pc) -> None:
        pc.seal()
        for frame in pc.frames():
            self.world.hub.offer(frame)
        while pc.pull(self.world.hub, 5):
            self.world.minutes.look(pc)

    def _tell(self, what: str) -> None:
        end = self.world.hub.position
        self.told.append(f"{what}; hub at {end.seq} {end.chain[:16]}")

    def _count(self, pc: Pc) -> None:
        """Count what there is of trouble, so that a test can tell that all of it comes up."""
        with pc.desk.reading() as connection:
            for claim in shown_claims(connection):
                asked = "asked deletion" if claim.field == DELETED else "conflict"
                self.seen["rectification" if claim.rectification else asked] += 1
            shared = f"SELECT count(*) FROM pending_edit JOIN outbox USING (device_seq) WHERE record = '{COMUNE}' "
            created = f"{shared} AND line LIKE '%\"{COMUNE}\",null%'"
            self.seen["shared creation"] += connection.exec_driver_sql(created).scalar_one()


def play(seed: int, steps: int = STEPS, *, counting: bool = False) -> Day:
    """One seed from beginning to end; returns what is left of it: its trace, and how often each trouble came up.

    Raises:
        AssertionError: with the seed and the command that replays it.
    """
    with tempfile.TemporaryDirectory(prefix="ala-sim-") as folder, _drawn_secrets(seed):
        day = Day(Path(folder), seed, counting=counting)
        try:
            day.run(steps)
        except Exception as problem:
            raise AssertionError(f"seed {seed}: replay with python -m tests.simulation {seed} {steps}") from problem
        finally:
            day.losses.close()
            day.world.close()
        return day


def _drawn_secrets(seed: int) -> AbstractContextManager[object]:
    """What the program draws from the system's randomness follows from the seed, too: salts and nonces."""
    chance = Random(seed + 2)
    return mock.patch.object(secrets, "token_hex", lambda count: chance.randbytes(count).hex())


def main(seed: int, steps: int = STEPS) -> int:
    """Replay one seed and show its trace."""
    try:
        day = play(seed, steps)
    except AssertionError:
        traceback.print_exc()
        return 1
    sys.stdout.write("\n".join([*day.told, "nothing broke\n"]))
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))
