"""What clerks do on a simulated PC: records, imports, decisions on conflicts, sittings and their approval."""

from __future__ import annotations

from ala_desktop.fields.values import Value
from ala_desktop.services.row import Row
from ala_desktop.services.sittings.voting import vote_id
from ala_desktop.sync.capture import Change
from ala_desktop.sync.sealing import CannotOpen
from ala_desktop.sync.state import PENDING, Claim
from ala_desktop.sync.workset import shown_claims
from tests.property.oracle import DELETED, WITHIN
from tests.property.pc import Form, Pc, Put
from tests.property.world import World

STREETS = ("Via Roma", "Via Po", "Via Adda", None)
CHOICES: dict[str, dict[str, tuple[Value, ...]]] = {
    "housing_unit": {
        "address": STREETS, "floor": ("T", "1", "2"), "rent_cents": (10_000, 12_050, None), "lift": (0, 1, None),
        "condition": ("idoneo", "inagibile"), "notes": (),
    },
    "household": {"address": STREETS, "declared_isee_cents": (0, 700_000), "notes": ()},
    "housing_application": {"protocol": (), "outcome": ("idonea", "respinta"), "score": (100, 250), "notes": ()},
    "comune": {"phone": ("0371 1", "0371 2"), "email": ()},
    "sitting": {"place": ("Sala A", "Sala B"), "remarks": (), "state": ("bozza", "in_lettura")},
    "attendance": {"presence": ("presente", "assente"), "arrived_at": ("09:00", "09:30")},
    "agenda_item": {"report": (), "outcome": ("accolta", "respinta"), "position": (1, 2, 3)},
    "vote": {"vote": ("favorevole", "contrario", "astenuto"), "conflict": (0, 1)},
}  # fmt: skip
"""Fields that are edited, and the values to choose from; none: a text that was never written before."""

KINDS = ("housing_unit", "household", "housing_application")
COMUNE = "c" * 32


class Clerks:
    """Acts of a clerk, each on one PC. A few records of two kinds are in everybody's hands."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._chance = world.chance
        self._busy = world.chance.sample(list(CHOICES), 2)

    def begin(self, pc: Pc) -> None:
        """A few records to start from."""
        for kind in (*KINDS, "family") * 2:
            self.create(pc, kind)
        self.prepare_sitting(pc)

    def create(self, pc: Pc, kind: str = "") -> None:
        """One record, or a family with its home; or the comune's, which every PC gives the same id."""
        kind = kind or self._chance.choice((*KINDS, "comune", "comune", "family"))
        if kind == "family":
            unit, household = pc.new_id(), pc.new_id()
            pc.create(
                ("housing_unit", unit, {"code": unit[:8], **self._some("housing_unit")}),
                ("household", household, {"name": "Famiglia", "unit_id": unit, **self._some("household")}),
            )
        elif kind == "comune":
            if not pc.desk.many("comune", [COMUNE]):
                pc.create(("comune", COMUNE, {"belfiore": "A995", "name": "Borghetto", **self._some("comune")}))
        else:
            pc.create((kind, pc.new_id(), self._required(kind) | self._some(kind)))

    def _required(self, kind: str) -> dict[str, Value]:
        """What the form asks for."""
        texts: dict[str, dict[str, Value]] = {
            "housing_unit": {"code": self._world.text()}, "household": {"name": self._world.text()},
            "housing_application": {"service": "SAT", "applicant": self._world.text()},
        }  # fmt: skip
        return texts[kind]

    def _some(self, kind: str) -> dict[str, Value]:
        """Values for a few fields of a kind."""
        fields = CHOICES[kind]
        names = self._chance.sample(list(fields), self._chance.randint(1, min(3, len(fields))))
        return {name: self._chance.choice(fields[name]) if fields[name] else self._world.text() for name in names}

    def _any_form(self, pc: Pc) -> Form | None:
        """Some record, open on the screen; a few are in everybody's hands."""
        kind = self._chance.choice(self._busy if self._chance.random() < 0.8 else tuple(CHOICES))
        with pc.desk.reading() as connection:
            ids = connection.exec_driver_sql(f"SELECT id FROM {kind} ORDER BY id").scalars().all()
        hot = ids[:2] if self._chance.random() < 0.7 else ids
        return pc.read(kind, self._chance.choice(hot)) if ids else None

    def open_form(self, pc: Pc) -> None:
        form = self._any_form(pc)
        if form:
            pc.forms.append(form)
            del pc.forms[:-6]

    def save_form(self, pc: Pc) -> None:
        """Save one or two of the open forms, however old."""
        if self._chance.random() < 0.2:
            self._world.pull(pc)
        count = min(len(pc.forms), self._chance.choice((1, 1, 1, 2)))
        chosen = self._chance.sample(pc.forms, count)
        if chosen and len({form.row.id for form in chosen}) == len(chosen):
            for form in chosen:
                pc.forms.remove(form)
            pc.write(*(Put(form, self._some(form.row.kind)) for form in chosen))

    def delete_or_restore(self, pc: Pc) -> None:
        form = self._chance.choice(pc.forms) if pc.forms and self._chance.random() < 0.5 else self._any_form(pc)
        if form and form.row.kind != "sitting":
            pc.write(Put(form, {DELETED: None if form.row.deleted else 1}))

    def resolve(self, pc: Pc) -> None:
        with pc.desk.reading() as connection:
            claims = shown_claims(connection)
        if pc.is_alas:  # it decides on what it can read
            claims = [one for one in claims if one.field not in pc.catalog[one.kind].sealed and one.seq < PENDING]
        if claims:
            claim = self._chance.choice(claims)
            form = pc.read(claim.kind, claim.record)
            try:
                value = self._resolution(pc, claim, form.row)
            except CannotOpen:
                return  # nobody decides on what this PC cannot read yet
            closes = ((claim.field, claim.incarnation, pc.named(claim.seq)),) if claim.seq < PENDING else ()
            pc.write(Put(form, {claim.field: value}, pinned=True, closes=closes))
            self._world.seen["decision of ALA"] += pc.is_alas

    def _resolution(self, pc: Pc, claim: Claim, row: Row) -> Value:
        parked, key = claim.value, pc.desk.rows.key
        if claim.field in pc.catalog[claim.kind].sealed:
            assert key
            parked = key.open(claim.kind, claim.record, claim.field, claim.value)
        keep_in_force = claim.rectification or self._chance.random() < 0.5
        return row.get(claim.field) if keep_in_force else parked

    def bring_in(self, pc: Pc) -> None:
        rows = [
            [Change("housing_unit", pc.new_id(), self._required("housing_unit") | self._some("housing_unit"))]
            for _ in range(self._chance.randint(2, 12))
        ]
        pc.bring_in(rows, pc.new_id())

    def undo_import(self, pc: Pc) -> None:
        rows = [row for row in pc.desk.find("housing_unit") if row.group]
        if rows:
            group = self._chance.choice(rows).group
            forms = [pc.read(row.kind, row.id) for row in rows if row.group == group]
            pc.write(*(Put(form, {DELETED: 1}) for form in forms), each=pc.new_id())
            self._world.seen["undone import"] += 1

    # --- sittings -----------------------------------------------------------------------------------------------------

    def prepare_sitting(self, pc: Pc) -> None:
        """A sitting and something in it; a member's vote on an item is one record, whichever PC writes it first."""
        sittings = [row for row in pc.desk.find("sitting") if row["state"] != "approvato"]
        if len(sittings) < 2:
            sitting = pc.new_id()
            pc.create(("sitting", sitting, {"commission_id": "d" * 32, "held_on": "2026-11-22", "state": "bozza"}))
        else:
            sitting = self._chance.choice(sittings).id
        items = pc.desk.find("agenda_item", sitting_id=sitting)
        item, member = (
            self._chance.choice(items).id if items else pc.new_id(),
            self._chance.choice(("e" * 32, "f" * 32)),
        )
        vote = vote_id(item, member)
        family: dict[str, tuple[str, dict[str, Value]]] = {
            "attendance": (pc.new_id(), {"member_id": member, "presence": "presente"}),
            "agenda_item": (pc.new_id(), {"subject": self._world.text(), "position": 1}),
            "vote": (
                vote,
                {"item_id": item, "member_id": member, "vote": self._chance.choice(("favorevole", "astenuto"))},
            ),
        }
        if pc.desk.many("vote", [vote]):
            del family["vote"]
        kinds = self._chance.sample(list(family), self._chance.randint(1, len(family)))
        pc.create(*((kind, family[kind][0], {"sitting_id": sitting, **family[kind][1]}) for kind in kinds))

    def approve(self, pc: Pc) -> None:
        """Approve what the screen shows, or showed a while ago."""
        drafts = [row for row in pc.desk.find("sitting") if row["state"] != "approvato"]
        if not drafts:
            return
        sitting = self._chance.choice(drafts)
        forms = [pc.read("sitting", sitting.id)]
        for kind in WITHIN:
            forms += [pc.read(kind, row.id) for row in pc.desk.find(kind, sitting_id=sitting.id)]
        if self._chance.random() < 0.3:
            self._world.seen["late approval"] += pc.pull(self._world.hub, 2)
        puts: list[Put] = []
        for form in forms:
            values = {n: v for n in pc.catalog[form.row.kind].fields if (v := form.row[n]) is not None}
            puts.append(Put(form, values | ({"state": "approvato"} if form.row.id == sitting.id else {}), pinned=True))
        pc.write(*puts)
        self._world.seen["approval"] += 1
        self._world.minutes.printed(pc, sitting.id, [put.form.row.id for put in puts])
