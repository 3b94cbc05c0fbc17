"""Two PCs of one office and the hub between them, one step at a time: a page can be changed before it is taken in."""

from __future__ import annotations

from pathlib import Path

from ala_desktop.models.catalog import build
from ala_desktop.models.guards import FOLD
from ala_desktop.services.row import Row
from ala_desktop.sync import intake, outbox, picture
from ala_desktop.sync.intake import Arrived, Taken
from ala_desktop.sync.protocol import Entry, Refused
from tests.property.ordering_hub import OrderingHub
from tests.property.pc import Pc, Put

UNIT, OTHER, THIRD = "a" * 32, "b" * 32, "c" * 32


class Scene:
    """`send` delivers what waits, `page` is what the hub would serve next, `take` takes a page in."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._minted = 0
        self.hub = OrderingHub()
        self.one, self.two = self.pc(1), self.pc(2)
        self.one.meet(self.two)
        self.two.meet(self.one)

    def new_id(self) -> str:
        self._minted += 1
        return f"{self._minted:032x}"

    def pc(self, number: int, *, has_key: bool = True) -> Pc:
        return Pc(self._folder / f"pc{number}", build(), self.new_id, number, has_key=has_key)

    def send(self, pc: Pc) -> None:
        pc.seal()
        for frame in pc.frames():
            self.hub.offer(frame)

    def page(self, pc: Pc) -> list[Arrived]:
        return self.hub.page(pc.device, pc.desk.me.position, 100)

    def take(self, pc: Pc, page: list[Arrived]) -> Taken:
        with pc.desk.store.writing(FOLD) as connection:
            return intake.take(connection, pc.desk.rows, page, "2026-11-22T10:00:00Z")

    def exchange(self, *pcs: Pc) -> None:
        """Everybody sends and receives until nothing is left."""
        for _ in range(2):
            for pc in pcs:
                self.send(pc)
                page = self.page(pc)
                if page:
                    self.take(pc, page)

    def refused(self, page: list[Arrived], *indexes: int) -> list[Arrived]:
        """A page whose last frame comes back with refusals."""
        entry = page[-1].entry
        out = [Refused(index, "bad_value", "prova") for index in indexes]
        changed = Entry(entry.first_seq, entry.count, entry.header_hash, out)
        return [*page[:-1], Arrived(changed, page[-1].sealed)]


def unit(pc: Pc, record: str = UNIT, **values: str | int | None) -> None:
    pc.create(("housing_unit", record, {"code": "BL0001", **values}))


def get(pc: Pc, record: str = UNIT) -> Row:
    return pc.desk.get("housing_unit", record)


def edit(pc: Pc, record: str = UNIT, **values: str | int | None) -> None:
    pc.write(Put(pc.read("housing_unit", record), values))


def waiting(pc: Pc) -> int:
    with pc.desk.reading() as connection:
        return outbox.waiting(connection)


def digest(pc: Pc) -> str:
    with pc.desk.reading() as connection:
        return picture.digest(connection, pc.desk.rows)


def sound(pc: Pc) -> bool:
    with pc.desk.reading() as connection:
        return picture.verify(connection, pc.desk.rows) == []
