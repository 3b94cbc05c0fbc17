"""Votes on the items of a sitting: all in favour with one key, then the exceptions (DOMAIN 5, 7).

Each verb is one transaction: the votes, the hour, the manner of the decision and the outcome that follows. The outcome
is proposed only: it keeps following the votes until somebody chooses another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from ala_desktop.fields.values import Value
from ala_desktop.rules.agenda import answers_for
from ala_desktop.rules.room import Ballot, ballot_of, in_room
from ala_desktop.rules.votes import counted, proposed_outcome
from ala_desktop.services.desk import Desk
from ala_desktop.services.row import Row
from ala_desktop.services.sittings.roll_call import wall_hour
from ala_desktop.services.sittings.sitting_file import SittingFile, load, text
from ala_desktop.sync.capture import Change


class Voting:
    """Votes of the office's sittings.

    Every verb takes the sitting as the screen shows it, so that a value which arrived since is not overwritten unseen,
    and returns the sitting as it then stands.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def all_favourable(self, file: SittingFile, item_id: str) -> SittingFile:
        """Everybody with a vote in the room votes in favour; who declared a conflict and stayed abstains."""
        item = file.item(item_id)
        at = self._hour(file, item)
        conflicted = {ballot.member_id for ballot in file.ballots(item_id) if ballot.conflict}
        puts: dict[str, dict[str, Value]] = {}
        for seat in _voters_at(file, item_id, at):
            puts[seat] = {"vote": "astenuto" if seat in conflicted else "favorevole"}
        return self._save(file, item, puts, {"decision": "voto", "treated_at": at})

    def vote(self, file: SittingFile, item_id: str, member_id: str, vote: str | None) -> SittingFile:
        """One member's vote; None takes it back."""
        item = file.item(item_id)
        at = self._hour(file, item) if vote else text(item["treated_at"])
        put: dict[str, Value] = {"treated_at": at}
        if vote and item["decision"] in (None, "consenso"):
            put["decision"] = "voto"
        return self._save(file, item, {member_id: {"vote": vote}}, put)

    def decide(self, file: SittingFile, item_id: str, decision: str) -> SittingFile:
        """Decide without counting: `unanimita` or `consenso`; votes recorded before are taken back."""
        item = file.item(item_id)
        puts: dict[str, dict[str, Value]] = {
            ballot.member_id: {"vote": None} for ballot in file.ballots(item_id) if ballot.vote
        }
        return self._save(file, item, puts, {"decision": decision, "treated_at": self._hour(file, item)})

    def clear(self, file: SittingFile, item_id: str) -> SittingFile:
        """Take back votes, manner and outcome; declared conflicts stay."""
        item = file.item(item_id)
        puts: dict[str, dict[str, Value]] = {
            ballot.member_id: {"vote": None} for ballot in file.ballots(item_id) if ballot.vote
        }
        changes = self._ballots(file, item, puts)
        emptied: dict[str, Value] = {"decision": None, "outcome": None, "treated_at": None}
        changes.append(item.change(emptied))
        self._desk.save(changes)
        return load(self._desk, file.sitting.id)

    def declare_conflict(self, file: SittingFile, item_id: str, member_id: str, *, leaves: bool = True) -> SittingFile:
        """A member declares a conflict of interest and leaves the room for this item, or stays and abstains.

        L. 241/1990 art. 6-bis: who is in conflict abstains and says so.
        """
        item = file.item(item_id)
        put: dict[str, Value] = {"conflict": 1, "left_room": int(leaves), "vote": None if leaves else "astenuto"}
        return self._save(file, item, {member_id: put}, {})

    def withdraw_conflict(self, file: SittingFile, item_id: str, member_id: str) -> SittingFile:
        """Take back a declaration that was recorded by mistake; the member's vote is to be recorded again."""
        item = file.item(item_id)
        return self._save(file, item, {member_id: {"conflict": None, "left_room": None, "vote": None}}, {})

    def step_out(self, file: SittingFile, item_id: str, member_id: str, *, out: bool = True) -> SittingFile:
        """A member is out of the room for this item only, without a conflict; or comes back."""
        item = file.item(item_id)
        put: dict[str, Value] = {"left_room": 1, "vote": None} if out else {"left_room": None}
        return self._save(file, item, {member_id: put}, {})

    def proposal(self, file: SittingFile, item_id: str) -> str | None:
        """The outcome that the votes suggest for an item; None when nothing was decided on it."""
        item = file.item(item_id)
        return self._proposed(file, item, file.ballots(item_id), text(item["decision"]), text(item["treated_at"]))

    def _proposed(
        self, file: SittingFile, item: Row, ballots: Iterable[Ballot], decision: str | None, at: str | None
    ) -> str | None:
        applications = self._desk.many("housing_application", [str(item["application_id"] or "")])
        answers = answers_for(applications[0]["service"] if applications else None, item["intervention_id"])
        cast = list(ballots)
        if decision == "consenso":
            return answers[0]
        found = counted(decision, file.seats, cast, at)
        return proposed_outcome(found, answers) if found and found.total else None

    def _hour(self, file: SittingFile, item: Row) -> str | None:
        """The hour to write on an item that is being decided: now, if the sitting is under way today."""
        sitting, today = file.sitting, self._desk.clock.today().isoformat()
        under_way = sitting["held_on"] == today and sitting["opened_at"] and not sitting["closed_at"]
        return text(item["treated_at"]) or (wall_hour(self._desk.clock) if under_way else None)

    def _save(
        self, file: SittingFile, item: Row, puts: Mapping[str, Mapping[str, Value]], item_put: Mapping[str, Value]
    ) -> SittingFile:
        before = self.proposal(file, item.id)
        after = self._after(file, item, puts, item_put)
        put = dict(item_put)
        if after != before and item["outcome"] in (None, before):
            put["outcome"] = after
        changes = self._ballots(file, item, puts)
        put = {name: value for name, value in put.items() if item[name] != value}
        if put:
            changes.append(item.change(put))
        if changes:
            self._desk.save(changes)
        return load(self._desk, file.sitting.id)

    def _after(
        self, file: SittingFile, item: Row, puts: Mapping[str, Mapping[str, Value]], item_put: Mapping[str, Value]
    ) -> str | None:
        """The outcome that will be suggested once `puts` are saved."""
        cast: dict[str, Mapping[str, Value]] = {
            str(row["member_id"]): row.values for row in file.votes.get(item.id, ())
        }
        for member, put in puts.items():
            cast[member] = {"member_id": member, **cast.get(member, {}), **put}
        decided = {"decision": item["decision"], "treated_at": item["treated_at"], **item_put}
        ballots = [ballot_of(values) for values in cast.values()]
        return self._proposed(file, item, ballots, text(decided["decision"]), text(decided["treated_at"]))

    def _ballots(self, file: SittingFile, item: Row, puts: Mapping[str, Mapping[str, Value]]) -> list[Change]:
        rows = {str(row["member_id"]): row for row in file.votes.get(item.id, ())}
        changes: list[Change] = []
        for member, put in puts.items():
            row = rows.get(member)
            if row is not None:
                changed = {name: value for name, value in put.items() if row[name] != value}
                changes += [row.change(changed)] if changed else []
            elif any(value is not None for value in put.values()):
                owner: dict[str, Value] = {"sitting_id": file.sitting.id, "item_id": item.id, "member_id": member}
                changes.append(Change("vote", vote_id(item.id, member), {**owner, **put}))
        return changes


def vote_id(item_id: str, member_id: str) -> str:
    """The id of a member's vote on an item: the same on every PC, so that two PCs write one record, not two votes."""
    return hashlib.sha256(f"vote {item_id} {member_id}".encode()).hexdigest()[:32]


def _voters_at(file: SittingFile, item_id: str, at: str | None) -> list[str]:
    out = {ballot.member_id for ballot in file.ballots(item_id) if ballot.left_room}
    return [seat.member_id for seat in file.seats if seat.voting and in_room(seat, at) and seat.member_id not in out]
