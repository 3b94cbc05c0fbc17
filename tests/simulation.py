"""Days of an office with several PCs, at random from a seed: the real code, an ordering hub in memory, faults.

    python -m tests.simulation SEED [STEPS]

replays one seed, step by step, and tells what broke. `tests/property/test_replicas.py` runs many.
"""

from __future__ import annotations

import secrets
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from random import Random
from unittest import mock

from ala_desktop.core.errors import Mendable
from ala_desktop.fields.values import Value
from ala_desktop.models.catalog import build
from ala_desktop.services.row import Row
from ala_desktop.services.sittings.voting import vote_id
from ala_desktop.sync.capture import Change
from ala_desktop.sync.sealing import CannotOpen
from ala_desktop.sync.state import PENDING, Claim
from ala_desktop.sync.workset import shown_claims
from tests.property import settled
from tests.property.oracle import DELETED, WITHIN
from tests.property.ordering_hub import OrderingHub
from tests.property.pc import Form, Pc, Put
from tests.property.real_hub import RealHub

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

COMUNE = "c" * 32

STEPS = 80
"""Of a day, if nobody asks for more."""


class Office:
    """Some PCs and what happens to them."""

    def __init__(self, folder: Path, seed: int, pcs: int = 3, *, counting: bool = False) -> None:
        self.chance = Random(seed)
        self.told: list[str] = []
        catalog = build()
        self.minted = 0
        late = pcs if self.chance.random() < 0.5 else 0
        self.pcs = [Pc(folder / f"pc{n}", catalog, self.new_id, n, has_key=n != late) for n in range(1, pcs + 1)]
        for pc in self.pcs:
            for other in self.pcs:
                if other is not pc:
                    pc.meet(other)
        refusing = self.chance.choice((0.0, 0.05, 0.2))
        real = seed % 3 == 0
        self.hub = (
            RealHub(Random(seed + 1), refusing, self.pcs) if real else OrderingHub(Random(seed + 1), refusing=refusing)
        )
        self.busy = self.chance.sample(list(CHOICES), 2)
        self.minutes = settled.Minutes()
        self.seen = Counter[str]()
        self.counting = counting

    def tell(self, what: str) -> None:
        """Add to the trace, by which two runs of a seed are compared."""
        self.told.append(f"{what}; hub at {self.hub.position.seq} {self.hub.position.chain[:16]}")

    def new_id(self) -> str:
        """Identifiers of no order: nothing may rest on it."""
        self.minted += 1
        return f"{self.chance.getrandbits(96):024x}{self.minted:08x}"

    # --- what clerks do -----------------------------------------------------------------------------------------------

    def run(self, steps: int) -> None:
        """Some steps, then everybody exchanges until nothing is left, then everything is checked."""
        acts: list[tuple[int, Callable[[Pc], None]]] = [
            (6, self.create), (20, self.open_form), (30, self.save_form), (5, self.delete_or_restore),
            (6, self.resolve), (3, self.bring_in), (2, self.undo_import), (4, self.prepare_sitting),
            (5, self.approve), (10, self.send), (4, self.seal_only), (14, self.pull), (2, self.repeat),
            (2, self.crash), (4, self.die), (1, self.get_key),
        ]  # fmt: skip
        self.begin()
        for step in range(steps):
            pc = self.chance.choice(self.pcs)
            year = self.chance.choice((1999, 2026, 2031))
            pc.clock.moment = f"{year}-0{self.chance.randint(1, 9)}-11T09:00:00Z"
            (act,) = self.chance.choices([act for _, act in acts], [weight for weight, _ in acts])
            refused = ""
            try:
                act(pc)
            except Mendable as refusal:
                refused = f", refused: {refusal.title}"
                settled.check_refusal(refusal)
            self.tell(f"{step}: {act.__name__} on {pc.number}, {pc.state}{refused}")
            self.minutes.look(pc)
            if self.counting:
                self.tally(pc)
        self.settle()
        self.tell("settled: " + " ".join(pc.digest() for pc in self.pcs))
        self.seen["refused transaction"] += len(self.hub.refused)

    def begin(self) -> None:
        """A few records that everybody has."""
        for kind in ("housing_unit", "household", "housing_application", "family") * 2:
            self.create(self.pcs[0], kind)
        self.prepare_sitting(self.pcs[0])
        self.send(self.pcs[0])
        for pc in self.pcs:
            self.pull(pc)

    def tally(self, pc: Pc) -> None:
        """Count what there is of trouble, so that a test can tell that all of it comes up."""
        with pc.desk.reading() as connection:
            for claim in shown_claims(connection):
                asked = "asked deletion" if claim.field == DELETED else "conflict"
                self.seen["rectification" if claim.rectification else asked] += 1
            for kind in CHOICES:
                placeholders = f"SELECT count(*) FROM {kind} WHERE created_seq IS NULL"
                self.seen["placeholder"] += connection.exec_driver_sql(placeholders).scalar_one()
            shared = f"SELECT count(*) FROM pending_edit JOIN outbox USING (device_seq) WHERE record = '{COMUNE}' "
            created = f"{shared} AND line LIKE '%\"{COMUNE}\",null%'"
            self.seen["shared creation"] += connection.exec_driver_sql(created).scalar_one()

    def settle(self) -> None:
        """Exchange until quiet, then check."""
        for _ in range(60):
            busy = False
            for pc in self.pcs:
                self.get_key(pc)
                pc.seal()
                for frame in pc.frames():
                    busy |= self.hub.offer(frame)
                while pc.pull(self.hub, 5):
                    busy = True
                    self.minutes.look(pc)
            if not busy:
                settled.check(self.pcs, self.hub, self.minutes)
                return
        raise AssertionError("the exchange never comes to an end")

    def create(self, pc: Pc, kind: str = "") -> None:
        """One record, or a family with its home; or the comune's, which every PC gives the same id."""
        kind = kind or self.chance.choice(("housing_unit", "household", "housing_application", "comune", "family"))
        if kind == "family":
            unit, household = self.new_id(), self.new_id()
            pc.create(
                ("housing_unit", unit, {"code": unit[:8], **self.some("housing_unit")}),
                ("household", household, {"name": "Famiglia", "unit_id": unit, **self.some("household")}),
            )
        elif kind == "comune":
            if not pc.desk.many("comune", [COMUNE]):
                pc.create(("comune", COMUNE, {"belfiore": "A995", "name": "Borghetto", **self.some("comune")}))
        else:
            pc.create((kind, self.new_id(), self.required(kind) | self.some(kind)))

    def required(self, kind: str) -> dict[str, Value]:
        """What the form asks for."""
        texts: dict[str, dict[str, Value]] = {
            "housing_unit": {"code": self.text()}, "household": {"name": self.text()},
            "housing_application": {"service": "SAT", "applicant": self.text()},
        }  # fmt: skip
        return texts[kind]

    def text(self) -> str:
        self.minted += 1
        return f"testo {self.minted}"

    def some(self, kind: str) -> dict[str, Value]:
        """Values for a few fields of a kind."""
        fields = CHOICES[kind]
        names = self.chance.sample(list(fields), self.chance.randint(1, min(3, len(fields))))
        return {name: self.chance.choice(fields[name]) if fields[name] else self.text() for name in names}

    def any_form(self, pc: Pc) -> Form | None:
        """Some record, open on the screen; a few are in everybody's hands."""
        kind = self.chance.choice(self.busy if self.chance.random() < 0.8 else tuple(CHOICES))
        with pc.desk.reading() as connection:
            ids = connection.exec_driver_sql(f"SELECT id FROM {kind} ORDER BY id").scalars().all()
        hot = ids[:2] if self.chance.random() < 0.7 else ids
        return pc.read(kind, self.chance.choice(hot)) if ids else None

    def open_form(self, pc: Pc) -> None:
        form = self.any_form(pc)
        if form:
            pc.forms.append(form)
            del pc.forms[:-6]

    def save_form(self, pc: Pc) -> None:
        """Save one or two of the open forms, however old."""
        if self.chance.random() < 0.2:
            self.pull(pc)
        count = min(len(pc.forms), self.chance.choice((1, 1, 1, 2)))
        chosen = self.chance.sample(pc.forms, count)
        if chosen and len({form.row.id for form in chosen}) == len(chosen):
            for form in chosen:
                pc.forms.remove(form)
            pc.write(*(Put(form, self.some(form.row.kind)) for form in chosen))

    def delete_or_restore(self, pc: Pc) -> None:
        form = self.chance.choice(pc.forms) if pc.forms and self.chance.random() < 0.5 else self.any_form(pc)
        if form and form.row.kind != "sitting":
            pc.write(Put(form, {DELETED: None if form.row.deleted else 1}))

    def resolve(self, pc: Pc) -> None:
        with pc.desk.reading() as connection:
            claims = shown_claims(connection)
        if claims:
            claim = self.chance.choice(claims)
            form = pc.read(claim.kind, claim.record)
            try:
                value = self.resolution(pc, claim, form.row)
            except CannotOpen:
                return  # nobody decides on what this PC cannot read yet
            closes = ((claim.field, claim.incarnation, claim.seq),) if claim.seq < PENDING else ()
            pc.write(Put(form, {claim.field: value}, pinned=True, closes=closes))

    def resolution(self, pc: Pc, claim: Claim, row: Row) -> Value:
        spec, key = pc.catalog[claim.kind], pc.desk.rows.key
        assert key
        sealed = claim.field in spec.sealed
        parked = key.open(claim.kind, claim.record, claim.field, claim.value) if sealed else claim.value
        keep_in_force = claim.rectification or self.chance.random() < 0.5
        return row.get(claim.field) if keep_in_force else parked

    def bring_in(self, pc: Pc) -> None:
        rows = [
            [Change("housing_unit", self.new_id(), self.required("housing_unit") | self.some("housing_unit"))]
            for _ in range(self.chance.randint(2, 12))
        ]
        pc.bring_in(rows, self.new_id())

    def undo_import(self, pc: Pc) -> None:
        rows = [row for row in pc.desk.find("housing_unit") if row.group]
        if rows:
            group = self.chance.choice(rows).group
            forms = [pc.read(row.kind, row.id) for row in rows if row.group == group]
            pc.write(*(Put(form, {DELETED: 1}) for form in forms), each=self.new_id())
            self.seen["undone import"] += 1

    # --- sittings -----------------------------------------------------------------------------------------------------

    def prepare_sitting(self, pc: Pc) -> None:
        """A sitting and something in it; a member's vote on an item is one record, whichever PC writes it first."""
        sittings = [row for row in pc.desk.find("sitting") if row["state"] != "approvato"]
        if len(sittings) < 2:
            sitting = self.new_id()
            pc.create(("sitting", sitting, {"commission_id": "d" * 32, "held_on": "2026-11-22", "state": "bozza"}))
        else:
            sitting = self.chance.choice(sittings).id
        items = pc.desk.find("agenda_item", sitting_id=sitting)
        item, member = (
            self.chance.choice(items).id if items else self.new_id(),
            self.chance.choice(("e" * 32, "f" * 32)),
        )
        vote = vote_id(item, member)
        family: dict[str, tuple[str, dict[str, Value]]] = {
            "attendance": (self.new_id(), {"member_id": member, "presence": "presente"}),
            "agenda_item": (self.new_id(), {"subject": self.text(), "position": 1}),
            "vote": (
                vote,
                {"item_id": item, "member_id": member, "vote": self.chance.choice(("favorevole", "astenuto"))},
            ),
        }
        if pc.desk.many("vote", [vote]):
            del family["vote"]
        kinds = self.chance.sample(list(family), self.chance.randint(1, len(family)))
        pc.create(*((kind, family[kind][0], {"sitting_id": sitting, **family[kind][1]}) for kind in kinds))

    def approve(self, pc: Pc) -> None:
        """Approve what the screen shows, or showed a while ago."""
        drafts = [row for row in pc.desk.find("sitting") if row["state"] != "approvato"]
        if not drafts:
            return
        sitting = self.chance.choice(drafts)
        forms = [pc.read("sitting", sitting.id)]
        for kind in WITHIN:
            forms += [pc.read(kind, row.id) for row in pc.desk.find(kind, sitting_id=sitting.id)]
        if self.chance.random() < 0.3:
            self.seen["late approval"] += pc.pull(self.hub, 2)
        puts: list[Put] = []
        for form in forms:
            values = {n: v for n in pc.catalog[form.row.kind].fields if (v := form.row[n]) is not None}
            puts.append(Put(form, values | ({"state": "approvato"} if form.row.id == sitting.id else {}), pinned=True))
        pc.write(*puts)
        self.seen["approval"] += 1
        self.minutes.printed(pc, sitting.id, [put.form.row.id for put in puts])

    # --- exchange and faults ------------------------------------------------------------------------------------------

    def send(self, pc: Pc) -> None:
        """Seal and deliver; some frames twice, some only the first time round."""
        pc.seal()
        for frame in pc.frames():
            self.hub.offer(frame)
            if self.chance.random() < 0.3:
                assert not self.hub.offer(frame)
                self.seen["repeated frame"] += 1

    def seal_only(self, pc: Pc) -> None:
        """Seal without delivery: the line fell."""
        pc.seal()

    def pull(self, pc: Pc) -> None:
        while pc.pull(self.hub, self.chance.randint(1, 4)) and self.chance.random() < 0.6:
            pass

    def repeat(self, pc: Pc) -> None:
        pc.pull_twice(self.hub)

    def die(self, pc: Pc) -> None:
        """Something is cut off in the middle; it may happen right after the save, too."""
        deaths = pc.deaths
        with pc.dying(self.chance.randint(1, 14)):
            self.chance.choice((self.create, self.save_form, self.pull_one, self.approve, self.seal_only))(pc)

        self.seen["death in a write"] += pc.deaths - deaths

    def get_key(self, pc: Pc) -> None:
        if not pc.desk.me.comune_key_final:
            pc.forms.clear()
            pc.get_key()
            self.seen["comune key"] += 1

    def crash(self, pc: Pc) -> None:
        pc.crash()
        self.seen["power cut"] += 1

    def pull_one(self, pc: Pc) -> None:
        """One page, so that a death in it leaves nothing."""
        pc.pull(self.hub, 3)

    def close(self) -> None:
        self.hub.close()
        for pc in self.pcs:
            pc.desk.close()


def play(seed: int, steps: int = STEPS, *, counting: bool = False) -> Office:
    """One seed from beginning to end; returns what is left of the office: its trace, and how often each trouble came.

    Raises:
        AssertionError: with the seed and the command that replays it.
    """
    with tempfile.TemporaryDirectory(prefix="ala-sim-") as folder, _drawn_secrets(seed):
        office = Office(Path(folder), seed, counting=counting)
        try:
            office.run(steps)
        except Exception as problem:
            raise AssertionError(f"seed {seed}: replay with python -m tests.simulation {seed} {steps}") from problem
        finally:
            office.close()
        return office


def _drawn_secrets(seed: int) -> AbstractContextManager[object]:
    """What the program draws from the system's randomness follows from the seed, too: the salts of its chains."""
    chance = Random(seed + 2)
    return mock.patch.object(secrets, "token_hex", lambda count: chance.randbytes(count).hex())


def main(seed: int, steps: int = STEPS) -> int:
    """Replay one seed and show its trace."""
    try:
        office = play(seed, steps)
    except AssertionError:
        traceback.print_exc()
        return 1
    sys.stdout.write("\n".join([*office.told, "nothing broke\n"]))
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))
