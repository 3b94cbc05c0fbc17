"""ALA at the other end of the road, in this process, and a window's PC that joins it without a network."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ala_desktop.core.ids import new_id
from ala_desktop.hub.post import Post
from ala_desktop.services.sharing.file_exchange import FileExchange
from ala_desktop.sync import introduction, part_files
from tests.hub_frames import CATALOG, HUB
from tests.local_hub import LocalHub


@dataclass
class Ala:
    """Reads letters, writes answers."""

    folder: Path
    hub: LocalHub = field(default_factory=LocalHub)
    trips: int = 0

    def __post_init__(self) -> None:
        self.folder.mkdir()
        self.presentation = self.folder / "presentazione.ala"
        self.presentation.write_bytes(introduction.of(HUB.public, "A995", "Borghetto Lodigiano"))
        self.post = Post(self.hub.store, CATALOG, HUB, new_id, self.hub.enrolment)

    def path(self, what: str) -> Path:
        self.trips += 1
        return self.folder / f"{self.trips}-{what}.ala"

    def answer(self, *letter: Path, most: int = 3_500_000) -> list[Path]:
        return part_files.write(self.path("risposta"), self.post.answer(part_files.read(letter), most).parts)

    def join(self, one) -> FileExchange:
        """Without a window."""
        files = FileExchange(one.desk, one.exchange)
        letter = files.enrol(self.presentation, self.hub.invite(), self.path("richiesta"))
        files.read(self.answer(*letter.files))
        return files

    def trip(self, files: FileExchange) -> None:
        files.read(self.answer(*files.write(self.path("lettera")).files))


def joining(place, page, ala):
    letter = ask(place, page, ala)
    page.link.by_file.read_files(ala.answer(letter))
    place.settle()
    assert place.desk.me.hub is not None


def ask(place, page, ala, code=""):
    form = page.link.by_file
    page.link.no_network.setChecked(True)
    form.presentation.setText(str(ala.presentation))
    form.code.setText(code or ala.hub.invite())
    form.name.setText("Sportello")
    letter = ala.path("richiesta")
    form.ask_in(letter)
    place.settle()
    return letter
