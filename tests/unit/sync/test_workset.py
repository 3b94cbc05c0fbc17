"""The part of the state that is loaded, folded and written back: what is shown over what the log says."""

from __future__ import annotations

from ala_desktop.fields.spec import DELETED
from ala_desktop.fields.values import Value
from ala_desktop.services.row import Row
from ala_desktop.sync import workset
from ala_desktop.sync.capture import Change
from ala_desktop.sync.protocol import Op, Transaction
from ala_desktop.sync.state import PENDING, Claim
from ala_desktop.sync.workset import Workset
from tests.property.pc import Pc, Put
from tests.unit.sync.scene import OTHER, UNIT, Scene, edit, get, sound, unit

SITTING, ITEM, VOTE = "5" * 32, "6" * 32, "7" * 32


def shadows(pc: Pc) -> dict[tuple[str, str], bytes]:
    with pc.desk.reading() as connection:
        rows = connection.exec_driver_sql("SELECT record, field, value FROM shadow").all()
    return {(record, field): value for record, field, value in rows}


def claims(pc: Pc) -> list[Claim]:
    with pc.desk.reading() as connection:
        return workset.shown_claims(connection)


def logged(pc: Pc, record: str = UNIT) -> dict[str, Value] | None:
    """What the log alone says of a home."""
    with pc.desk.reading() as connection:
        work = Workset(connection, pc.desk.rows, pc.desk.me)
        work.load({"housing_unit": [record]})
        folded = work.state.records.get(record)
        return folded.values if folded else None


def discordant(scene: Scene) -> None:
    """The first PC's address is in force, the second one's is parked; both know."""
    unit(scene.one, address="Via Roma")
    scene.exchange(scene.one, scene.two)
    form = scene.two.read("housing_unit", UNIT)
    edit(scene.one, address="Via Po")
    scene.two.write(Put(form, {"address": "Via Adda"}))
    scene.exchange(scene.one, scene.two)


def decide(pc: Pc, row: Row, claim: Claim, value: str) -> None:
    """As the clerk does it who looks at a discordant value."""
    closes = ((claim.field, claim.incarnation, claim.seq),)
    pc.desk.save([Change(row.kind, row.id, {claim.field: value}, row.position, row.values, pinned=True, closes=closes)])


def approve(pc: Pc, *votes: str) -> None:
    """Approve the sitting as it is shown, with these votes."""
    forms = [pc.read("sitting", SITTING), *(pc.read("vote", vote) for vote in votes)]
    shown = [
        {name: value for name in pc.catalog[f.row.kind].fields if (value := f.row[name]) is not None} for f in forms
    ]
    shown[0]["state"] = "approvato"
    pc.write(*(Put(form, values, pinned=True) for form, values in zip(forms, shown, strict=True)))


def test_what_an_approval_leaves_to_rectify_is_shown_while_a_later_one_waits(scene: Scene):
    """The later one had closed the vote here, too; it has no effect on minutes that are approved already."""
    sitting: dict[str, Value] = {"commission_id": "c" * 32, "held_on": "2026-11-22", "state": "bozza"}
    vote: dict[str, Value] = {"item_id": ITEM, "member_id": "e" * 32, "vote": "favorevole", "sitting_id": SITTING}
    three = scene.pc(3)
    for pc in (scene.one, scene.two):
        pc.meet(three)
        three.meet(pc)
    scene.one.create(("sitting", SITTING, sitting), ("vote", VOTE, vote))
    scene.exchange(scene.one, scene.two, three)
    scene.one.write(Put(scene.one.read("vote", VOTE), {DELETED: 1}))
    scene.exchange(scene.one, scene.two)
    approve(three, VOTE)
    scene.send(three)
    approve(scene.two)

    scene.take(scene.two, scene.page(scene.two))

    assert [(claim.record, claim.field, claim.rectification) for claim in claims(scene.two)] == [(VOTE, DELETED, True)]
    assert sound(scene.two)


class TestShadows:
    def test_a_waiting_edit_keeps_the_logs_value_aside_until_it_is_back(self, scene: Scene):
        unit(scene.one, address="Via Roma")
        scene.exchange(scene.one)
        edit(scene.one, address="Via Po", floor="1")
        assert shadows(scene.one) == {(UNIT, "address"): b'"Via Roma"', (UNIT, "floor"): b"null"}
        assert logged(scene.one) == {"code": "BL0001", "address": "Via Roma"}
        scene.exchange(scene.one)
        assert shadows(scene.one) == {}
        assert logged(scene.one) == {"code": "BL0001", "address": "Via Po", "floor": "1"}

    def test_an_edit_that_was_taken_back_needs_none(self, scene: Scene):
        unit(scene.one, address="Via Roma")
        scene.exchange(scene.one)
        for address in ("Via Po", "Via Roma"):
            edit(scene.one, address=address)
        assert shadows(scene.one) == {}

    def test_a_creation_that_waits_is_not_in_the_log(self, scene: Scene):
        unit(scene.one)
        assert logged(scene.one) is None
        assert shadows(scene.one) == {}

    def test_a_colleagues_value_goes_under_the_waiting_one(self, scene: Scene):
        unit(scene.one, address="Via Roma")
        scene.exchange(scene.one, scene.two)
        edit(scene.two, floor="2")
        scene.send(scene.two)
        edit(scene.one, floor="1")
        scene.take(scene.one, scene.page(scene.one))
        assert (logged(scene.one) or {})["floor"] == "2"
        assert get(scene.one)["floor"] == "2"
        assert [(claim.value, claim.seq >= PENDING) for claim in claims(scene.one)] == [("1", True)]


class TestClaims:
    def test_both_pcs_show_the_same_one_with_who_and_what_they_had_seen(self, scene: Scene):
        discordant(scene)
        assert claims(scene.one) == claims(scene.two)
        (claim,) = claims(scene.one)
        told = (claim.record, claim.field, claim.value, claim.base, claim.author, claim.device)
        assert told == (UNIT, "address", "Via Adda", "Via Roma", "Operatore 2", "PC 2")
        assert (claim.incarnation, claim.seq, claim.rectification) == (scene.two.incarnation, 3, False)

    def test_a_waiting_decision_hides_it_and_a_refused_one_brings_it_back(self, scene: Scene):
        discordant(scene)
        (claim,) = claims(scene.one)
        decide(scene.one, get(scene.one), claim, "Via Adda")
        assert (claims(scene.one), get(scene.one)["address"]) == ([], "Via Adda")
        scene.send(scene.one)
        scene.take(scene.one, scene.refused(scene.page(scene.one), 0))
        assert (claims(scene.one), get(scene.one)["address"]) == ([claim], "Via Po")

    def test_a_decision_on_one_that_is_gone_closes_nothing_else(self, scene: Scene):
        """The author replaced the parked value while somebody decided on the old one."""
        discordant(scene)
        (old,) = claims(scene.one)
        row = get(scene.one)
        edit(scene.two, address="Via Lambro")
        scene.exchange(scene.two, scene.one)
        assert claims(scene.one) == []
        decide(scene.one, row, old, "Via Adda")
        scene.exchange(scene.one, scene.two)
        assert claims(scene.one) == claims(scene.two)
        (parked,) = claims(scene.one)
        assert (parked.value, parked.incarnation) == ("Via Adda", scene.one.incarnation)
        assert get(scene.two)["address"] == "Via Lambro"

    def test_two_who_decide_alike_at_once_agree(self, scene: Scene):
        discordant(scene)
        (claim,) = claims(scene.one)
        for pc in (scene.one, scene.two):
            decide(pc, get(pc), claim, "Via Adda")
        scene.exchange(scene.one, scene.two, scene.one)
        assert (claims(scene.one), claims(scene.two)) == ([], [])
        assert get(scene.one)["address"] == get(scene.two)["address"] == "Via Adda"


class TestWhatIsConcerned:
    def transaction(self, *ops: Op) -> list[Transaction]:
        return [Transaction("", "", None, list(ops))]

    def test_every_record_that_is_put_on_and_the_sitting_that_one_refers_to(self, scene: Scene):
        catalog = scene.one.catalog
        ops = (
            Op("housing_unit", UNIT, None, {"code": "x"}, []), Op("housing_unit", OTHER, 3, {"floor": (None, "1")}, []),
            Op("agenda_item", ITEM, None, {"sitting_id": SITTING}, []),
            Op("vote", VOTE, 3, {"vote": (None, "favorevole")}, []),
        )  # fmt: skip
        assert workset.concerned(catalog, self.transaction(*ops)) == {
            "housing_unit": {UNIT, OTHER}, "agenda_item": {ITEM}, "vote": {VOTE}, "sitting": {SITTING},
        }  # fmt: skip

    def test_only_the_approval_of_a_sitting_freezes(self, scene: Scene):
        catalog = scene.one.catalog
        approval = Op("sitting", SITTING, 3, {"state": ("bozza", "approvato")}, [])
        others = (
            Op("sitting", "8" * 32, 3, {"state": ("bozza", "in_lettura")}, []),
            Op("housing_unit", UNIT, 3, {"notes": (None, "approvato")}, []),
            Op("sitting", "9" * 32, 3, {"state": ("approvato", "bozza")}, []),
        )
        assert workset.freezing(catalog, self.transaction(approval, *others)) == {SITTING}
        assert workset.freezing(catalog, self.transaction(*others)) == set()

    def test_a_members_whole_family_is_loaded_only_to_freeze_it(self, scene: Scene):
        scene.one.create(("sitting", SITTING, {"commission_id": "c" * 32, "held_on": "2026-11-22", "state": "bozza"}))
        for record in (ITEM, VOTE):
            scene.one.create(("agenda_item", record, {"sitting_id": SITTING, "position": 1, "subject": "x"}))
        scene.exchange(scene.one)
        loaded: list[set[str]] = []
        with scene.one.desk.reading() as connection:
            for freezing in ((), {SITTING}):
                work = Workset(connection, scene.one.desk.rows, scene.one.desk.me)
                work.load({"agenda_item": [ITEM]}, freezing)
                loaded.append(set(work.before))
        assert loaded == [{ITEM, SITTING}, {ITEM, SITTING, VOTE}]
