"""The forms of a new request to ALA and of ALA's reply: signed when saved; drafts remember what they are about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ala_desktop.fields.values import Value
from ala_desktop.services.desk import Desk
from ala_desktop.services.drafts import Draft, Drafts
from ala_desktop.services.forms import Forms
from ala_desktop.services.row import Row
from ala_desktop.services.sharing.requests import KIND, REPLY, About, Requests
from ala_desktop.sync.capture import Change

_ABOUT = tuple(f"about_{name}" for name in ("kind", "id", "name", "field", "claim"))


class AskingForms(Forms):
    """Saves new requests. Any thread may call."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._requests = Requests(desk)
        self._about: dict[str, About] = {}
        self.drafts = _Drafts(desk, self._named)

    def ask(self, about: About | None) -> Row:
        """A request that is not saved yet, about this record."""
        row = self.blank(KIND)
        if about:
            self._about[row.id] = about
        return row

    def resume(self, draft: Draft) -> Row:
        """The request that a draft began."""
        about = About(*(str(draft.typed.get(name) or "") for name in _ABOUT))
        if about.id:
            self._about[draft.record] = about
        return self.blank(KIND, draft.record)

    def about(self, request: str) -> About | None:
        """The record that a request that is being written is about."""
        return self._about.get(request)

    def _named(self, request: str) -> dict[str, Value]:
        about = self._about.get(request)
        return {name: value for name, value in zip(_ABOUT, about, strict=True) if value} if about else {}

    def started(self) -> Draft | None:
        """The request that was left in the middle last."""
        return next((draft for draft in self.drafts.all() if draft.kind == KIND and draft.is_new), None)

    def save(
        self, row: Row, put: Mapping[str, Value], *, confirmed: bool = False, with_it: Sequence[Change] = ()
    ) -> Row:
        """As `Forms.save`."""
        signed = self._requests.signed(self._about.get(row.id)) if self.is_new(row) else {}
        return super().save(row, {**put, **signed}, confirmed=confirmed, with_it=with_it)


class AnsweringForms(Forms):
    """Saves ALA's reply to one request, signed. Any thread may call."""

    def __init__(self, desk: Desk, request: str) -> None:
        super().__init__(desk)
        self._requests, self._request = Requests(desk), request
        self.drafts = _Drafts(desk, lambda _: {"request_id": request})

    def started(self) -> tuple[Row, Draft | None]:
        """An empty reply, or the one to this request that was left in the middle."""
        for draft in self.drafts.all():
            if draft.kind == REPLY and draft.is_new and draft.typed.get("request_id") == self._request:
                return self.blank(REPLY, draft.record), draft
        return self.blank(REPLY), None

    def save(
        self, row: Row, put: Mapping[str, Value], *, confirmed: bool = False, with_it: Sequence[Change] = ()
    ) -> Row:
        """As `Forms.save`.

        Raises:
            Mendable: also when the request is answered or withdrawn already.
        """
        self._requests.refuse_answer(self._request)
        signed = {"request_id": self._request, **self._requests.signed_reply()}
        return super().save(row, {**put, **signed}, confirmed=confirmed, with_it=with_it)


class _Drafts(Drafts):
    """Keeps with what was typed what the form does not show."""

    def __init__(self, desk: Desk, beside: Callable[[str], Mapping[str, Value]]) -> None:
        super().__init__(desk)
        self._beside = beside

    def keep(self, kind: str, record: str, base: int | None, typed: Mapping[str, Value]) -> None:
        super().keep(kind, record, base, {**typed, **self._beside(record)} if typed else typed)
