"""Three days told step by step: what chance brings about once in a thousand seeds, and what must come of it."""

from __future__ import annotations

import pytest

from tests.property.restores.client import Client, Form, Write
from tests.property.restores.hub import Declined
from tests.property.restores.world import World


def _office() -> tuple[World, list[Client], str]:
    """Four PCs that stand where the hub stands, and a record that all of them have."""
    world = World(0)
    world.calm = True
    while len(world.clients) < 4:
        world.enrol()
    world.create(world.clients[0])
    for client in (*world.clients, *world.clients):
        world.exchange(client)
    return world, world.clients[:4], sorted(world.clients[0].folding.state.records)[0]


def _writes(world: World, client: Client, form: Form, value: str) -> None:
    world.save(client, Write(form, {"nome": value}))


def a_save_that_rests_on_what_the_hub_lost() -> None:
    """It must not be taken before that is back, though the hub's numbers have gone beyond it meanwhile."""
    world, (one, other, third, _), record = _office()
    older = world.hub.log.copy()
    _writes(world, one, one.read(record), "regained")
    world.exchange(one)
    world.exchange(other)
    _writes(world, other, other.read(record), "rests on it")
    world.hub.log = older
    for number in range(5):
        _writes(world, third, third.read(record), f"new work {number}")
        world.exchange(third)
    other.seal(world.chance, 10)
    with pytest.raises(Declined, match="behind"):
        other.push(world)
    world.settle()


def a_log_with_all_frames_and_another_order() -> None:
    """A PC must not leave its log for it, unless it knows the place: what waits rests on that place."""
    world, (one, other, third, _), record = _office()
    older = world.hub.log.copy()
    for client in (one, other):
        _writes(world, client, client.read(record), client.device)
        client.seal(world.chance, 10)
        client.push(world)
    world.exchange(third)
    _writes(world, third, third.read(record), "waits")
    third.seal(world.chance, 10)
    world.hub.log = older
    for client in (other, one):
        client.push(world)
    without_graft, join = world.hub.log.copy(), older.chains[len(third.log.entries) - 2]
    third.give_back(world, len(third.log.entries) - 2)
    world.hub.log = without_graft
    third.change_over(world, join, 10)
    world.settle()


def a_decision_on_a_claim_whose_number_changes() -> None:
    """It must close the claim that was meant, wherever that stands after the hub was restored."""
    world, (one, other, third, fourth), record = _office()
    older = world.hub.log.copy()
    for client, form in [(client, client.read(record)) for client in (one, other)]:
        _writes(world, client, form, client.device)
        world.exchange(client)
    world.exchange(third)
    form = third.read(record)
    world.save(third, Write(form, {"nome": "decided"}, form.claims))
    world.hub.log = older
    for number in range(5):
        _writes(world, fourth, fourth.read(record), f"new work {number}")
        world.exchange(fourth)
    world.settle()


STORIES = (
    a_save_that_rests_on_what_the_hub_lost, a_log_with_all_frames_and_another_order,
    a_decision_on_a_claim_whose_number_changes,
)  # fmt: skip
