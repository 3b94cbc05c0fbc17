"""The course of a sitting: opening, draft, reading, approval. Agenda, roll call and votes have services of their own.

`approve` is the one moment after which nothing changes: it pins the whole family, writes the decisions on the cases
and appends the number, in one transaction of the log (ADR 7).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ala_desktop.core.errors import Mendable
from ala_desktop.fields.spec import DELETED
from ala_desktop.fields.values import Value
from ala_desktop.rules.agenda import application_after, grant_after
from ala_desktop.rules.obstacles import Obstacle, obstacles
from ala_desktop.rules.transitions import sitting_may_pass
from ala_desktop.services.desk import Desk
from ala_desktop.services.row import Row
from ala_desktop.services.sittings.commissions import Commissions
from ala_desktop.services.sittings.numbering import Numbering
from ala_desktop.services.sittings.sitting_file import SittingFile, load, unit_as_read
from ala_desktop.sync.capture import Change
from ala_desktop.sync.protocol import MOST_OPS

MOST_TOLD = 12
"""Obstacles named in one message; the rest are counted."""
_CASES = ("housing_application", "intervention")


class Approved(NamedTuple):
    """What approving changed.

    Attributes:
        sitting: the row, in state `approvato`.
        number: of the minutes, as the office reads it.
        decided: applications and interventions that took their outcome.
    """

    sitting: Row
    number: str
    decided: list[Row]


class Sittings:
    """Sittings of the office's commissions."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._commissions = Commissions(desk)
        self._numbering = Numbering(desk)

    def all(self, commission_id: str | None = None) -> list[Row]:
        """Sittings, newest first; of one commission, or of all."""
        rows = self._desk.find("sitting", **({"commission_id": commission_id} if commission_id else {}))
        return sorted(rows, key=lambda row: (str(row["held_on"] or ""), row.id), reverse=True)

    def file(self, sitting_id: str) -> SittingFile:
        """A sitting with its roll call, agenda, votes and numbers."""
        return load(self._desk, sitting_id)

    def open(self, commission_id: str, held_on: str, **more: Value) -> Row:
        """A new sitting in draft, with a roll call of the members in office; one transaction.

        Quorum and place come from the commission, chair and secretary from the members if there is one of each;
        `more` (place, remote, convocation, ...) prevails.

        Raises:
            Mendable: the commission has no members in office.
        """
        commission = self._desk.get("commission", commission_id)
        members = self._commissions.members(commission_id)
        if not members:
            raise Mendable(
                "La commissione non ha componenti in carica",
                f"Per «{commission['name']}» non è registrato nessun componente: non si può fare l'appello.",
                "Aggiungere i componenti della commissione, poi aprire la seduta.",
            )
        sitting_id = self._desk.new_id()
        put: dict[str, Value] = {
            "commission_id": commission_id,
            "held_on": held_on,
            "place": commission["place"],
            "quorum": commission["quorum"],
            "chair_id": _only(members, "presidente"),
            "secretary_id": _only(members, "segretario"),
            "state": "bozza",
        }
        changes = [Change("sitting", sitting_id, _filled(put | more))]
        changes += [self._seat(sitting_id, member) for member in members]
        return self._desk.save(changes)[0]

    def call_missing(self, sitting_id: str) -> list[Row]:
        """Add to the roll call the members in office who are not in it: those who were appointed since."""
        file = self.file(sitting_id)
        called = {row["member_id"] for row in file.attendance}
        members = self._commissions.members(str(file.sitting["commission_id"]))
        changes = [self._seat(sitting_id, member) for member in members if member.id not in called]
        return self._desk.save(changes) if changes else []

    def write(self, row: Row, put: Mapping[str, Value]) -> Row:
        """Save fields of the sitting or of an item of it, as the screen leaves them.

        Raises:
            Mendable: a value is wrong, or the sitting is approved; a change of state goes through `to_reading`,
                `back_to_draft` and `approve`.
        """
        if "state" in put:
            raise ValueError("the state of a sitting has verbs of its own")
        return self._desk.save([row.change(dict(put))])[0]

    def to_reading(self, sitting_id: str) -> Row:
        """Pass the draft to the chair for reading; it still prints with the watermark BOZZA."""
        return self._pass(sitting_id, "in_lettura")

    def back_to_draft(self, sitting_id: str) -> Row:
        """Take the minutes back from reading, to mend what the reading found."""
        return self._pass(sitting_id, "bozza")

    def delete(self, sitting_id: str) -> list[Row]:
        """Delete a sitting that was opened by mistake, with all that hangs on it; its cases wait again.

        Returns the deleted rows, for `Forms.restore`.

        Raises:
            Mendable: it is approved.
        """
        file = self.file(sitting_id)
        if file.approved:
            raise Mendable(
                "Un verbale approvato non si elimina",
                "Dopo l'approvazione la seduta resta per sempre com'è.",
                "Per correggere un errore, verbalizzare una rettifica in una nuova seduta.",
            )
        return self._desk.save([row.change({DELETED: 1}) for row in file.family()])

    def obstacles(self, sitting_id: str) -> list[Obstacle]:
        """What is missing before the minutes can be approved; empty when nothing is."""
        return obstacles(self.file(sitting_id).meeting, self._desk.clock.today())

    def approve(self, sitting_id: str, seen: SittingFile | None = None) -> Approved:
        """Approve and close the minutes, for good; one transaction (ADR 7).

        Args:
            sitting_id: the sitting, in reading.
            seen: what was on the screen when the approval was given; None when nothing was shown before.

        Raises:
            Mendable: something is missing (each thing named with its place), the sitting is not in reading, or it
                changed since it was shown.
        """
        with self._desk.numbering:
            file = self.file(sitting_id)
            self._refuse_unready(file, seen)
            decisions = self._decisions(file)
            changes = [*self._pins(file), *decisions, self._numbering.next_for(file.sitting)]
            _refuse_too_large(len(changes))
            self._desk.save(changes)
        closed = self.file(sitting_id)
        cases = [row for kind in _CASES for row in self._desk.many(kind, [c.id for c in decisions if c.kind == kind])]
        return Approved(closed.sitting, closed.number, cases)

    def _refuse_unready(self, file: SittingFile, seen: SittingFile | None) -> None:
        if not sitting_may_pass(file.sitting["state"], "approvato"):
            raise _wrong_passage(file, "approvato")
        if seen is not None and _values(seen) != _values(file):
            raise Mendable(
                "La seduta è cambiata mentre era sullo schermo",
                "Uno scambio o un'altra finestra ha modificato la seduta dopo che era stata mostrata.",
                "Rileggere la seduta aggiornata, poi approvarla.",
            )
        in_the_way = obstacles(file.meeting, self._desk.clock.today())
        if in_the_way:
            raise _not_ready(in_the_way)

    def close(self, sitting_id: str) -> Approved:
        """Approve minutes that are read and ready, also when they still stand as a draft: reading, then approval.

        For those who minute without the window. Nothing changes if something is missing.

        Raises:
            Mendable: as `approve`.
        """
        file = self.file(sitting_id)
        if sitting_may_pass(file.sitting["state"], "in_lettura"):
            in_the_way = obstacles(file.meeting, self._desk.clock.today())
            if in_the_way:
                raise _not_ready(in_the_way)
            self.to_reading(sitting_id)
        return self.approve(sitting_id)

    def _pass(self, sitting_id: str, state: str) -> Row:
        file = self.file(sitting_id)
        if not sitting_may_pass(file.sitting["state"], state):
            raise _wrong_passage(file, state)
        return self._desk.save([file.sitting.change({"state": state})])[0]

    def _seat(self, sitting_id: str, member: Row) -> Change:
        put = {name: member[name] for name in ("full_name", "role", "position", "voting")}
        return Change(
            "attendance", self._desk.new_id(), _filled({"sitting_id": sitting_id, "member_id": member.id, **put})
        )

    def _pins(self, file: SittingFile) -> list[Change]:
        """Every value of the family as it was approved, and the state that freezes it."""
        pins: list[Change] = []
        for row in file.family():
            put = _filled({name: row[name] for name in self._desk.catalog[row.kind].fields})
            put |= self._as_read(file, row)
            pins.append(Change(row.kind, row.id, put, row.position, pinned=True))
        return pins

    def _as_read(self, file: SittingFile, row: Row) -> dict[str, Value]:
        """What approval adds to a row: the state, and the names of records that may change afterwards."""
        if row.kind == "sitting":
            day = self._desk.clock.today().isoformat()
            return {"state": "approvato", "approved_on": day, "commission_name": file.commission["name"]}
        unit = unit_as_read(self._desk, row["unit_id"]) if row.kind == "agenda_item" else ""
        return {"unit_text": unit} if unit else {}

    def _decisions(self, file: SittingFile) -> list[Change]:
        """What the outcomes write on the applications and grants that are shown; the last item on a case prevails."""
        kept, held_on = self._desk.linked.kept, str(file.sitting["held_on"])
        puts: dict[tuple[str, str], dict[str, Value]] = {}
        for item in file.items:
            if item["application_id"]:
                case = ("housing_application", kept(str(item["application_id"])))
                puts.setdefault(case, {}).update(application_after(item.values, held_on))
            if item["intervention_id"]:
                case = ("intervention", kept(str(item["intervention_id"])))
                puts.setdefault(case, {}).update(grant_after(item.values))
        changes: list[Change] = []
        for (kind, record), put in puts.items():
            for row in self._desk.many(kind, [record]) if put else []:
                changes += [] if row.deleted else [row.change(put)]
        return changes


def refuse_by_hand(kind: str, put: Mapping[str, Value]) -> None:
    """Refuse what only `Sittings` and `Numbering` may write: the approved state, and the numbers of minutes.

    Raises:
        Mendable: `put` would write one of them.
    """
    if kind == "minutes_number" or (kind == "sitting" and put.get("state") == "approvato"):
        raise Mendable(
            "Un verbale non si approva né si numera modificando un campo",
            "L'approvazione controlla che non manchi nulla, scrive le decisioni e assegna il numero.",
            "Aprire la seduta e scegliere «Approva e chiudi», oppure usare «ala-desktop close CODICE-SEDUTA».",
        )


def _only(members: list[Row], role: str) -> str | None:
    found = [member.id for member in members if member["role"] == role]
    return found[0] if len(found) == 1 else None


def _filled(values: Mapping[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in values.items() if value is not None}


def _refuse_too_large(records: int) -> None:
    if records > MOST_OPS:
        raise Mendable(
            "La seduta è troppo grande per un solo verbale",
            f"Punti, voti e pratiche sono {records} registrazioni; un verbale ne tiene al massimo {MOST_OPS}.",
            "Togliere una parte dei punti da questo ordine del giorno e portarli in un'altra seduta.",
        )


def _values(file: SittingFile) -> dict[str, dict[str, Value]]:
    return {row.id: _filled(row.values) for row in file.family()}


def _not_ready(in_the_way: list[Obstacle]) -> Mendable:
    told = [str(one) for one in in_the_way[:MOST_TOLD]]
    if len(in_the_way) > MOST_TOLD:
        told.append(f"E altre {len(in_the_way) - MOST_TOLD} cose da sistemare.")
    return Mendable(
        "Il verbale non può ancora essere approvato",
        "\n".join(told),
        "Completare quanto indicato, poi approvare di nuovo.",
    )


def _wrong_passage(file: SittingFile, state: str) -> Mendable:
    if file.approved:
        return Mendable(
            "Il verbale è già approvato",
            "Dopo l'approvazione la seduta non può più cambiare.",
            "Per correggere un errore, verbalizzare una rettifica in una nuova seduta.",
        )
    wanted = {
        "approvato": ("Il verbale non è in lettura", "Metterlo in lettura, rileggerlo, poi approvarlo."),
        "in_lettura": ("Il verbale è già in lettura", "Approvarlo, oppure riportarlo in bozza per correggerlo."),
        "bozza": ("Il verbale è già in bozza", "Continuare la stesura."),
    }
    title, next_step = wanted[state]
    return Mendable(title, "Una seduta passa da bozza a in lettura, e da in lettura ad approvata.", next_step)
