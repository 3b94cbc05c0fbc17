"""Three PCs say what they like of the same people, unseen by each other: they end with one answer, and lose none."""

import random
from pathlib import Path

import pytest

from ala_desktop.core.errors import Mendable
from ala_desktop.fields.spec import DELETED
from ala_desktop.rules.linking import Verdict, pair, pair_id, stand_for
from ala_desktop.services.duplicate_verdicts import Verdicts
from ala_desktop.services.linked import VERDICT
from ala_desktop.sync.capture import Change
from ala_desktop.sync.workset import shown_claims
from tests.hubs import Pc, pc
from tests.local_hub import URL, LocalHub

PEOPLE = 5
ROUNDS = 2
STEPS = 5

Said = dict[str, set[str | int | None]]
"""By id of a verdict, what was said last on each PC that said something."""


@pytest.fixture(scope="module")
def pcs(tmp_path_factory: pytest.TempPathFactory):
    hub, folder = LocalHub(), tmp_path_factory.mktemp("comune")
    made = [_joined(folder / name, hub) for name in ("uno", "due", "tre")]
    yield made
    for one in made:
        one.desk.close()


def _joined(folder: Path, hub: LocalHub) -> Pc:
    made = pc(folder, hub.connect)
    made.exchange.enrol(URL, hub.invite())
    return made


def exchange(pcs: list[Pc]) -> None:
    for one in (*pcs, *pcs):
        one.exchange.run()


def decide(draw: random.Random, where: Pc, people: list[str]) -> str | None:
    """Something that a clerk does; returns the id of the verdict that was written, if any."""
    one, other = draw.sample(people, 2)
    verdicts, do = Verdicts(where.desk), draw.choice(["link", "link", "apart", "unlink", "delete", "restore"])
    shown = where.desk.linked.kept
    ends = (shown(one), shown(other))
    try:
        if do == "link":
            verdicts.link("person", one, other)
        elif do == "apart":
            verdicts.dismiss("person", one, other)
        elif do == "unlink":
            link = draw.choice([link for link in verdicts.links() if link.kept[0] in people] or [None])
            if link is None:
                return None
            verdicts.unlink(link.id)
            return link.id
        else:
            row = where.desk.get("person", one)
            where.desk.save([row.change({DELETED: 1 if do == "delete" else None})])
            return None
    except Mendable:
        return None
    return pair_id("person", *ends)


def verdict(where: Pc, record: str) -> str | int | None:
    return where.desk.get(VERDICT, record)["verdict"]


def worked_out(where: Pc, people: list[str]) -> dict[str, str]:
    """Which record stands for which, from the rows alone."""
    told: list[Verdict] = []
    for row in where.desk.find(VERDICT):
        if row["verdict"] and row.text("first_id") in people:
            first, second = pair(row.text("first_id"), row.text("second_id"))
            told.append(Verdict(first, second, row.text("verdict"), row.text("kept_id") or None))
    return stand_for(told, {row.id for row in where.desk.many("person", people) if not row.deleted})


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_said_every_pc_shows_the_same_and_nothing_said_is_lost(pcs: list[Pc], seed: int):
    draw = random.Random(seed)
    people = [pcs[0].desk.new_id() for _ in range(PEOPLE)]
    pcs[0].desk.save([Change("person", record, {"surname": f"Rossi {seed}"}) for record in people])
    exchange(pcs)
    for _ in range(ROUNDS):
        said: Said = {}
        for where in pcs:
            written = {record for _ in range(STEPS) if (record := decide(draw, where, people))}
            for record in written:
                said.setdefault(record, set()).add(verdict(where, record))
        exchange(pcs)
        assert len({where.digest for where in pcs}) == 1
        shown = [worked_out(where, people) for where in pcs]
        assert shown[0] == shown[1] == shown[2]
        for where in pcs:
            assert {p: k for p in people if (k := where.desk.linked.kept(p)) != p} == shown[0]
            with where.desk.reading() as connection:
                parked = [claim for claim in shown_claims(connection) if claim.kind == VERDICT]
            for record, values in said.items():
                there = {verdict(where, record)}
                there |= {claim.value for claim in parked if (claim.record, claim.field) == (record, "verdict")}
                assert values <= there
    assert all(one.unsound == [] for one in pcs)
