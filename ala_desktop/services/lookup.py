"""Finding a record to refer to: its name by id, and a few records by what was typed."""

from __future__ import annotations

from typing import NamedTuple

from ala_desktop.services import lists, naming
from ala_desktop.services.desk import Desk
from ala_desktop.services.listing import Listing, Wanted

MOST_OFFERED = 12
PUBLISHED = "pubblicato da ALA"


class Found(NamedTuple):
    """A record that can be chosen: its id, what it is called, and something that tells it from its namesakes."""

    id: str
    name: str
    detail: str


class Lookup:
    """Names of records, for fields that refer to them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._listings = {spec.kind: Listing(desk, spec) for spec in lists.ALL}
        self._published: dict[str, Listing] = {}
        desk.listen(self._note)

    def _note(self, changed: list[tuple[str, str]]) -> None:
        for listing in (*self._listings.values(), *self._published.values()):
            listing.note(changed)

    def name_of(self, kind: str, record: str) -> str:
        """What a person calls the record that is shown; says so when it was deleted or has not arrived yet."""
        rows = self._desk.many(kind, [self._desk.linked.kept(record)])
        if not rows:
            return "scheda non ancora ricevuta"
        name = naming.name_of(self._desk, kind, rows[0].values)
        return f"{name} (eliminata)" if rows[0].deleted else name

    def find(self, kind: str, text: str) -> list[Found]:
        """The first `MOST_OFFERED` records whose searched text holds what was typed. Not on the window's thread.

        Before the office's own those that ALA published, which say so.
        """
        found: list[Found] = []
        published = self._desk.others.published() if kind in self._desk.catalog.published else None
        if published is not None:
            listing = self._published_listing(published, kind)
            found = [
                one._replace(detail=" · ".join(filter(None, (one.detail, PUBLISHED))))
                for one in _found(published, listing, kind, text)
            ]
        return (found + _found(self._desk, self._listings[kind], kind, text))[:MOST_OFFERED]

    def _published_listing(self, published: Desk, kind: str) -> Listing:
        if not self._published:
            published.listen(self._note)
        if kind not in self._published:
            self._published[kind] = Listing(published, self._listings[kind].spec)
        return self._published[kind]


def _found(desk: Desk, listing: Listing, kind: str, text: str) -> list[Found]:
    lines = [line for line in listing.page(listing.rows(Wanted(text))[:MOST_OFFERED]) if line.id]
    rows = desk.many(kind, [line.id for line in lines])
    told = naming.names_of(desk, kind, [row.values for row in rows])
    names = {row.id: name for row, name in zip(rows, told, strict=True)}
    return [Found(record, names[record], _detail(names[record], cells)) for record, cells in lines if record in names]


def _detail(name: str, cells: tuple[str, ...]) -> str:
    """The first two cells of the list that the name does not say already."""
    return " · ".join([cell for cell in cells if cell and cell not in name][:2])
