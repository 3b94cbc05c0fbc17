"""How work travels between simulated PCs and their hub: line and files, late, twice, out of order, or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from ala_desktop.sync import part_files
from ala_desktop.sync.parcels import LEAST_PART_BYTES, MOST_PART_BYTES
from tests.property.pc import Pc
from tests.property.world import World

_MOST_CARRIED = 12


class _Parcel(NamedTuple):
    """Files on their way to a PC, or to the hub, which is none."""

    to: Pc | None
    files: list[Path]


class Carriage:
    """The ways, and what is on its way in files."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._chance = world.chance
        self._bag: list[_Parcel] = []
        self._written = 0

    def send(self, pc: Pc) -> None:
        """Seal and deliver; some frames twice, some only the first time round."""
        pc.seal()
        for frame in pc.frames():
            self._world.hub.offer(frame)
            if self._chance.random() < 0.3:
                assert not self._world.hub.offer(frame)
                self._world.seen["repeated frame"] += 1

    def seal_only(self, pc: Pc) -> None:
        """Seal without delivery: the line fell."""
        pc.seal()

    def pull(self, pc: Pc) -> None:
        """Take in some of what is new."""
        self._world.pull(pc)

    def pull_one(self, pc: Pc) -> None:
        """One page, so that a death in it leaves nothing."""
        pc.pull(self._world.hub, 3)

    def exchange(self, pc: Pc) -> None:
        """A whole exchange: over a line that may be cut, or by file where the PC has no line."""
        if not pc.by_line and not pc.is_alas:
            return self.write_letter(pc)
        lines = self._world.hub.lines
        cut = lines.lost
        try:
            pc.exchange(self._world.hub)
            self._world.seen["exchange"] += 1
        finally:
            self._world.seen["cut line"] += lines.lost - cut

    def write_letter(self, pc: Pc) -> None:
        """Put everything that waits into files for the hub."""
        most = self._chance.choice((MOST_PART_BYTES, LEAST_PART_BYTES))
        self._put(_Parcel(None, pc.write_letter(self._world.hub, self._file(), most)))

    def deliver(self, _: Pc) -> None:
        """Some letter reaches the hub, which answers it; or it is lost."""
        parcel = self._drawn([parcel for parcel in self._bag if parcel.to is None])
        if parcel is not None:
            parts = [file.read_bytes() for file in parcel.files]
            device, answer = self._world.hub.answer(parts, self._world.new_id)
            to = self._chance.choice([pc for pc in self._world.pcs if pc.device == device])
            self._put(_Parcel(to, part_files.write(self._file(), answer)))
            self._world.seen["letter"] += 1

    def read_answer(self, pc: Pc) -> None:
        """An answer reaches this PC, or another one where there is none for this; or it is lost."""
        answers = [parcel for parcel in self._bag if parcel.to is not None]
        parcel = self._drawn([parcel for parcel in answers if parcel.to is pc] or answers)
        if parcel is not None and parcel.to in self._world.pcs:
            parcel.to.read_answer(self._world.hub, self._chance.sample(parcel.files, 1))
            self._world.seen["answer"] += 1

    def go_home(self, pc: Pc) -> None:
        """Everything by the PC's own way, on which nothing happens any more: a whole exchange, or a letter and back."""
        hub = self._world.hub
        if pc.by_line:
            hub.lines.cutting = 0
            pc.exchange(hub)
        else:
            letter = pc.write_letter(hub, self._file(), MOST_PART_BYTES)
            _, answer = hub.answer([file.read_bytes() for file in letter], self._world.new_id)
            pc.read_answer(hub, part_files.write(self._file(), answer))

    def _file(self) -> Path:
        self._written += 1
        return self._world.folder / f"scambio-{self._written}.ala"

    def _put(self, parcel: _Parcel) -> None:
        self._bag.append(parcel)
        del self._bag[:-_MOST_CARRIED]

    def _drawn(self, waiting: list[_Parcel]) -> _Parcel | None:
        """Any of these, however old; it may come again, or never."""
        if not waiting:
            return None
        parcel = self._chance.choice(waiting)
        if self._chance.random() < 0.7:
            self._bag.remove(parcel)
        else:
            self._world.seen["letter or answer that comes again"] += 1
        if self._chance.random() < 0.1:
            self._world.seen["lost letter or answer"] += 1
            return None
        return parcel
