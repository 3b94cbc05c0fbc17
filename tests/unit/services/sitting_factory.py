"""A commission of invented people, cases that wait for it, and a sitting that is ready to be approved."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ala_desktop.services.desk import Desk
from ala_desktop.services.row import Row
from ala_desktop.services.sittings.agenda import Agenda
from ala_desktop.services.sittings.commissions import Commissions
from ala_desktop.services.sittings.course import Sittings
from ala_desktop.services.sittings.roll_call import RollCall
from ala_desktop.services.sittings.sitting_file import SittingFile
from ala_desktop.services.sittings.voting import Voting
from ala_desktop.sync.capture import Change
from tests import factory

MEMBERS = (
    ("Anna Villa", "presidente"),
    ("Bruno Sala", "componente"),
    ("Carla Riva", "componente"),
    ("Dario Monti", "segretario"),
)


@dataclass
class Body:
    """An office with a commission."""

    desk: Desk
    commission: Row

    def __post_init__(self) -> None:
        self.sittings = Sittings(self.desk)
        self.agenda = Agenda(self.desk)
        self.voting = Voting(self.desk)
        self.roll_call = RollCall(self.desk)

    def application(self, applicant: str = "ROSSI MARIA", **values: str | int | None) -> str:
        put = {"service": "SAP", "applicant": applicant, "protocol": "1000", "submitted_on": "2026-01-02"} | values
        return self.save("housing_application", put)

    def grant(self, **values: str | int | None) -> str:
        return self.save("intervention", {"type": "contributo", "service": "misura_unica", "year": 2026} | values)

    def save(self, kind: str, put: dict[str, str | int | None]) -> str:
        record = self.desk.new_id()
        self.desk.save([Change(kind, record, put)])
        return record

    def opened(self, held_on: str = "2026-11-22", **more: str | int | None) -> SittingFile:
        """A sitting under way with everybody present and the waiting cases on its agenda."""
        sitting = self.sittings.open(self.commission.id, held_on, opened_at="09:00", **more)
        self.roll_call.all_present(sitting.id)
        self.agenda.build(sitting.id)
        return self.sittings.file(sitting.id)

    def decided(self, held_on: str = "2026-11-22") -> SittingFile:
        """A sitting that only waits to be approved: all items decided, all in favour, closed, in reading."""
        file = self.opened(held_on)
        for item in file.items:
            file = self.voting.all_favourable(file, item.id)
            if item["intervention_id"]:
                self.sittings.write(file.item(item.id), {"amount_cents": 120000, "months": 8})
        file = self.sittings.file(file.sitting.id)
        self.sittings.write(file.sitting, {"closed_at": "11:00"})
        self.sittings.to_reading(file.sitting.id)
        return self.sittings.file(file.sitting.id)

    def seat(self, file: SittingFile, name: str) -> Row:
        return next(row for row in file.attendance if row["full_name"] == name)

    def member(self, file: SittingFile, name: str) -> str:
        return str(self.seat(file, name)["member_id"])


def body(folder: Path, desk: Desk | None = None) -> Body:
    """A fresh office with a commission of four, three of whom vote; quorum two."""
    opened = desk or factory.desk(folder)
    commissions = Commissions(opened)
    commission = commissions.create({"name": "Commissione Casa", "body": "commissione_casa", "quorum": 2})
    for name, role in MEMBERS:
        commissions.add_member(commission.id, {"full_name": name, "role": role, "position": f"Ente di {name}"})
    return Body(opened, commission)
