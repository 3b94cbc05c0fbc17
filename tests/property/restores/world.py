"""Some PCs and a hub that is restored again and again, at random from a seed.

    python -m tests.property.restores.world SEED [STEPS]

replays one seed and tells what broke. `tests/property/test_restores.py` runs many.
"""

from __future__ import annotations

import sys
import traceback
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import TypeVar

from ala_desktop.fields.values import Value
from tests.property.restores.client import Client, Form, Lost, Wire, Write
from tests.property.restores.folding import ASK, AUTO, CLOSED, SEALED, SET, SITTING, VOTE, WITHIN
from tests.property.restores.hub import Declined, Hub
from tests.property.restores.log import REPEATED, Log
from tests.property.restores.oracle import DELETED, Ledger, Meant, check

_Result = TypeVar("_Result")
_ROUNDS = 60
"""Exchanges of everybody after which everything has to be quiet."""


class World(Wire):
    """What there is, and what happens to it.

    Attributes:
        mail: messages that were sent before and may arrive once more, at any time.
        copies: backups of the hub. disks: backups of PCs.
    """

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.hub, self.ledger = Hub(), Ledger()
        self.copies: list[Log] = [self.hub.log.copy()]
        self.disks: list[tuple[Client, Client]] = []
        self.mail: list[Callable[[Hub], None]] = []
        self.clients: list[Client] = []
        self.typed = self.ghosts = self.lives = 0
        self.calm = True
        self.losses, self.restores = self.chance.choice((0.0, 0.1, 0.3)), self.chance.choice((0.0, 0.02, 0.1, 0.3))
        self.seen = Counter[str]()
        for _ in range(self.chance.randint(2, 4)):
            self.enrol()
        for client in self.clients:
            self.create(client)
        self.exchange(self.clients[0])
        self.calm = False

    # --- the line -----------------------------------------------------------------------------------------------------

    def ask(self, deed: Callable[[Hub], _Result]) -> _Result:
        """Ask the hub; question or answer may be lost, and the hub restored just before."""
        if not self.calm and self.chance.random() < self.restores:
            self.restore_hub()
        self._lose()
        answer = deed(self.hub)
        self._lose()
        return answer

    def tell(self, deed: Callable[[Hub], None]) -> None:
        """Ask the hub for something that changes it: it may arrive again, much later."""
        if not self.calm and self.chance.random() < 0.2:
            self.mail.append(deed)
        self.ask(deed)

    def _lose(self) -> None:
        if not self.calm and self.chance.random() < self.losses:
            self.seen["lost message"] += 1
            raise Lost

    def deliver(self) -> None:
        """An old message arrives again."""
        if self.mail:
            deed = self.mail.pop(self.chance.randrange(len(self.mail)))
            deed(self.hub)
            self.seen["late message"] += 1

    # --- what clerks do -----------------------------------------------------------------------------------------------

    def text(self) -> str:
        self.typed += 1
        few = self.chance.random() < 0.15
        return f"testo {self.chance.randint(1, 3)}" if few else f"testo {self.typed}"

    def cells(self, form: Form) -> dict[str, Value]:
        """Values for one or two fields."""
        found: dict[str, Value] = {}
        if form.kind in (SITTING, VOTE):
            return {"luogo" if form.kind == SITTING else "parere": self.text()}
        for name in self.chance.sample((*ASK, *ASK, *AUTO, *SET, *SEALED), self.chance.randint(1, 2)):
            found[name] = self.text() if name not in SEALED else f"nota {self.chance.randint(1, 2)}"
            if name in SET:
                words = set(str(form.values.get(name) or "").split("\n")) - {""}
                if words and self.chance.random() < 0.3:
                    words.discard(self.chance.choice(sorted(words)))
                else:
                    words.add(str(found[name]))
                found[name] = "\n".join(sorted(words)) or None
            elif self.chance.random() < 0.03:
                found[name] = f"vietato {self.typed}"
        return found

    def save(self, client: Client, *writes: Write) -> None:
        """One transaction, with whatever the PC's clock says."""
        meant, sights = dict[tuple[str, str], tuple[Value, Value]](), dict[str, frozenset[int]]()
        closes: set[tuple[str, str, int]] = set()
        for write in writes:
            record = write.form.record
            for name, value in write.cells.items():
                old = write.form.values.get(name)
                if name not in SEALED or value is None:
                    meant[record, name] = old, value
                else:
                    meant[record, name] = None, value
            closes |= {(record, name, ghost) for name, _, _, ghost in write.closes}
            sights[record] = write.form.sight | client.mine
        self.ghosts += 1
        self.ledger.meant[self.ghosts] = Meant(meant, sights, frozenset(closes))
        year = self.chance.choice((2016, 2026, 2036))
        client.save(self.ghosts, f"{year}-03-11T09:00:{self.chance.randint(10, 59)}Z", writes)

    def create(self, client: Client) -> None:
        form = Form(f"{self.chance.getrandbits(128):032x}", None, {}, frozenset())
        self.save(client, Write(form, {"nome": self.text(), **self.cells(form)}))

    def prepare(self, client: Client) -> None:
        """A sitting, or a vote in one that is open; now and then in one that was closed elsewhere."""
        sittings = [one for one in self._records(client) if self._kind(client, one) == SITTING]
        sitting, vote = f"{self.chance.getrandbits(128):032x}", f"{self.chance.getrandbits(128):032x}"
        begun: list[Write] = []
        if len(sittings) > 1:
            sitting = self.chance.choice(sittings)
        else:
            form = Form(sitting, None, {}, frozenset(), kind=SITTING)
            begun.append(Write(form, {"stato": "bozza", "luogo": self.text()}))
        form = Form(vote, None, {}, frozenset(), kind=VOTE)
        self.save(client, *begun, Write(form, {WITHIN: sitting, "parere": self.text()}))

    def approve(self, client: Client) -> None:
        """Close a sitting as the screen shows it, every value pinned (ADR 7)."""
        state = client.folding.state
        drafts = [one for one in self._records(client)
                  if self._kind(client, one) == SITTING and not state.is_frozen(one)]  # fmt: skip
        if drafts:
            sitting = self.chance.choice(drafts)
            members = [one for one in sorted(state.children.get(sitting, ())) if not state.records[one].deleted]
            forms = [client.read(one) for one in (sitting, *members)]
            if self.chance.random() < 0.4:
                self.pull(client)
            puts = [Write(form, dict(form.values)) for form in forms]
            puts[0].cells["stato"] = CLOSED
            self.save(client, *puts)
            self.seen["approval"] += 1

    def _kind(self, client: Client, record: str) -> str:
        return client.folding.state.records[record].kind

    def _records(self, client: Client) -> list[str]:
        return sorted(client.folding.state.records)

    def open_form(self, client: Client) -> None:
        records = self._records(client)
        if records:
            hot = records[:3] if self.chance.random() < 0.8 else records
            client.forms.append(client.read(self.chance.choice(hot)))
            del client.forms[:-5]

    def save_form(self, client: Client) -> None:
        """Save one or two of the open forms, however old."""
        forms = self.chance.sample(client.forms, min(len(client.forms), self.chance.choice((1, 2))))
        if forms and len({form.record for form in forms}) == len(forms):
            client.forms = [form for form in client.forms if form not in forms]
            if len({(form.base or 0) >> 40 for form in forms}) > 1:
                self.seen["forms of two epochs in one save"] += 1
            self.save(client, *(Write(form, self.cells(form)) for form in forms))

    def delete_or_restore(self, client: Client) -> None:
        records = self._records(client)
        if records:
            form = client.read(self.chance.choice(records))
            if form.kind == SITTING:
                return
            self.save(client, Write(form, {DELETED: None if DELETED in form.values else 1}))

    def resolve(self, client: Client) -> None:
        """Decide on a claim, as it was read now or a while ago."""
        asked = [form for form in client.forms if form.claims]
        for record in self._records(client):
            form = client.read(record)
            if form.claims and self.chance.random() < 0.5:
                asked.append(form)
        if asked:
            form = self.chance.choice([form for form in asked if form in client.forms] or asked)
            closing = self.chance.choice(form.claims)
            value: Value = 1 if closing[0] == DELETED else self.text()
            if closing[0] in (WITHIN, "stato") and form.kind in (SITTING, VOTE):
                value = form.values.get(closing[0])
            self.save(client, Write(form, {closing[0]: value}, (closing,)))
            self.seen["resolution"] += 1

    # --- exchange -----------------------------------------------------------------------------------------------------

    def exchange(self, client: Client) -> None:
        client.exchange(self, self.chance)

    def pull(self, client: Client) -> None:
        client.pull(self, self.chance.randint(1, 4))

    def seal(self, client: Client) -> None:
        client.seal(self.chance, self.chance.randint(1, 3))

    def push(self, client: Client) -> None:
        client.push(self)

    # --- losses -------------------------------------------------------------------------------------------------------

    def back_up_hub(self) -> None:
        self.copies.append(self.hub.log.copy())
        del self.copies[:-3]

    def restore_hub(self) -> None:
        """An older copy takes the place of the hub's store, and nobody is told."""
        self.hub.log = self.chance.choice(self.copies).copy()
        self.seen["hub restored"] += 1

    def back_up(self, client: Client) -> None:
        self.disks.append((client, client.copied()))
        del self.disks[:-3]

    def restore_client(self) -> None:
        """A PC comes back from a backup; or its store was copied, and both PCs go on."""
        if not self.disks:
            return
        lost, found = self.chance.choice(self.disks)
        found = found.copied()
        if self.chance.random() < 0.6:
            self.clients = [one for one in self.clients if one is not lost]
            self.seen["PC restored"] += 1
        else:
            self.seen["store cloned"] += 1
        if self.chance.random() < 0.4:
            self.lives += 1
            found.incarnation = f"life {self.lives}"
        self.clients.append(found)

    def lose_client(self) -> None:
        if len(self.clients) > 2:
            self.clients.remove(self.chance.choice(self.clients))
            self.seen["PC lost"] += 1

    def enrol(self) -> None:
        if len(self.clients) < 6:
            self.lives += 1
            device = f"pc {self.lives}"
            self.clients.append(Client(device, f"life {self.lives}", self.ask(lambda hub: hub.enrol(device))))

    # --- the whole ----------------------------------------------------------------------------------------------------

    def held(self) -> set[int]:
        """Every transaction that somebody has."""
        return self.hub.log.ghosts.union(*(client.held for client in self.clients))

    def step(self) -> None:
        """One thing happens. What is not a loss of a disk loses nothing, nor does anybody forget."""
        acts: list[tuple[int, Callable[[Client], None]]] = [
            (4, self.create), (20, self.open_form), (26, self.save_form), (3, self.delete_or_restore),
            (9, self.resolve), (14, self.exchange), (8, self.pull), (4, self.seal), (5, self.push), (2, self.back_up),
            (3, self.prepare), (2, self.approve),
        ]  # fmt: skip
        blows: list[tuple[int, Callable[[], None]]] = [
            (5, self.deliver), (3, self.back_up_hub), (3, self.restore_hub), (2, self.restore_client),
            (1, self.lose_client), (1, self.enrol),
        ]  # fmt: skip
        client = self.chance.choice(self.clients)
        before, known, restored = self.held(), client.held, self.seen["hub restored"]
        try:
            if self.chance.random() < 0.85:
                self._one(acts)(client)
                assert known <= client.held, f"{client.device} forgot {known - client.held}"
                if self.seen["hub restored"] == restored:
                    assert before <= self.held(), "something was lost without a loss"
            else:
                self._one(blows)()
        except Lost:
            pass
        except Declined as problem:
            self.seen[f"declined: {problem}"] += 1

    def _one(self, choices: list[tuple[int, Callable[..., None]]]) -> Callable[..., None]:
        return self.chance.choices([act for _, act in choices], [weight for weight, _ in choices])[0]

    def settle(self) -> None:
        """No more faults: everybody exchanges until nothing changes; then everything is checked."""
        self.calm = True
        self.ledger.gone = self.ledger.meant.keys() - self.held()
        for _ in range(_ROUNDS):
            was = self.hub.log.chain, [(client.log.chain, len(client.flight)) for client in self.clients]
            for client in self.clients:
                self.exchange(client)
            if was == (self.hub.log.chain, [(client.log.chain, len(client.flight)) for client in self.clients]):
                break
        else:
            raise AssertionError("the exchange never comes to an end")
        check(self.hub, self.clients, self.ledger)
        self._tally()

    def _tally(self) -> None:
        log = self.hub.log
        self.seen["epochs"] += log.epoch - 1
        self.seen["repeated transaction"] += sum(item.code == REPEATED for e in log.entries for item in e.refused)
        self.seen["refused transaction"] += sum(item.code != REPEATED for e in log.entries for item in e.refused)
        self.seen["graft on a graft"] += sum(f.graft is not None and f.graft.fork not in log.at for f in log.frames)
        for one in self.clients[0].folding.state.records.values():
            for claim in one.claims.values():
                self.seen["rectification" if claim.rectification else "conflict"] += 1


def play(seed: int, steps: int = 120) -> Counter[str]:
    """One seed from beginning to end; returns how often each trouble came up.

    Raises:
        AssertionError: with the seed and the command that replays it.
    """
    world = World(seed)
    try:
        for _ in range(steps):
            world.step()
        world.settle()
    except Exception as problem:
        raise AssertionError(f"{problem!r}; python -m tests.property.restores.world {seed} {steps}") from problem
    return world.seen


if __name__ == "__main__":
    try:
        print(dict(play(int(sys.argv[1]), *map(int, sys.argv[2:3]))))
    except AssertionError:
        traceback.print_exc()
        sys.exit(1)
