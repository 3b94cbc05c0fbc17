"""What must hold when every PC has exchanged until nothing is left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ala_desktop.core.errors import Mendable
from ala_desktop.fields.values import Value
from ala_desktop.sync import outbox, picture, replica
from ala_desktop.sync.ledger import REPEATED
from ala_desktop.sync.protocol import decode_line
from ala_desktop.sync.state import Claim, Folded, State
from ala_desktop.sync.workset import Workset, shown_claims
from tests.property import promises
from tests.property.identity import IDENTITY
from tests.property.oracle import DELETED, WITHIN, Model, Oracle, Parked, Saved, TransactionKey
from tests.property.pc import Pc
from tests.property.real_hub import RealHub

EXPECTED = (
    "Il verbale è approvato", "la scheda non c'è più", "scheda non trovata", "non si può ancora modificare",
    "La centrale di ALA non risponde", "è già stata letta",
)  # fmt: skip
RESTORED = (
    "La centrale non riconosce il punto",
    "La centrale non conosce questo PC",
    "Questa risposta di ALA non basta",
    "La centrale di ALA è in manutenzione",
    "La centrale aspettava altro",
    "Manca una risposta precedente",
    "Il PC che ha preparato il file non è conosciuto",
    "Lo scambio non si è concluso",
    "il registro non è quello che questo PC ha ricevuto finora",
)
"""Words for those who have no line to a hub that was put back, or of whose store there are copies."""
"""Words that a clerk may be told; anything else is a fault."""


def check_refusal(refusal: Mendable, *, restored: bool) -> None:
    expected = (*EXPECTED, *RESTORED) if restored else EXPECTED
    told = f"{refusal.title}: {refusal.cause}"
    assert any(words in told for words in expected), str(refusal)


class Minutes:
    """What was printed when a sitting was approved, and what each PC showed once the approval had come back."""

    def __init__(self) -> None:
        self._printed: dict[tuple[str, int], tuple[TransactionKey, dict[str, Any]]] = {}
        self._frozen: dict[tuple[str, int], dict[str, Any]] = {}
        self._turns: dict[int, int] = {}

    def printed(self, pc: Pc, sitting: str, members: list[str]) -> None:
        """The rows as they were approved and printed on `pc`, before the hub has ordered anything."""
        key = (pc.life, pc.last)
        rows = {record: row for record, row in _family(pc, sitting).items() if record in members}
        self._printed[sitting, pc.number] = key, rows

    def look(self, pc: Pc) -> None:
        """Note the rows of minutes that the log closed, the first time that they are seen closed; then compare.

        A PC that turned to another branch of the log may see others: two lives of the hub may have taken two approvals.
        """
        if self._turns.setdefault(pc.number, pc.log.turns) != pc.log.turns:
            self._turns[pc.number] = pc.log.turns
            self.forget(pc)
        for sitting in _closed(pc) if self._printed and not pc.is_alas else ():
            rows = _family(pc, sitting)
            first = self._frozen.setdefault((sitting, pc.number), rows)
            assert {record: rows.get(record) for record in first} == first, f"minutes {sitting} changed on {pc.number}"

    def forget(self, pc: Pc) -> None:
        """What was seen on a PC does not count any more."""
        self._frozen = {key: rows for key, rows in self._frozen.items() if key[1] != pc.number}

    def compare(self, approvals: dict[str, TransactionKey]) -> None:
        """The same rows on every PC, and those that were printed by whoever approved first."""
        for (sitting, number), rows in self._frozen.items():
            key = approvals[sitting]
            for (other, _), (printing, approved) in self._printed.items():
                if other == sitting and printing == key:
                    assert {r: rows.get(r) for r in approved} == approved, f"{sitting} on {number} is not as printed"


def _closed(pc: Pc) -> list[str]:
    """Sittings that the log, not only what waits, shows as approved."""
    query = (
        "SELECT id FROM sitting WHERE state = 'approvato' AND id NOT IN (SELECT record FROM pending_edit) "
        "AND id NOT IN (SELECT record FROM shadow)"
    )
    with pc.desk.reading() as connection:
        return list(connection.exec_driver_sql(query).scalars())


def _family(pc: Pc, sitting: str) -> dict[str, Any]:
    """Living rows of a sitting and what hangs on it, every field, by id."""
    found: dict[str, Any] = {}
    with pc.desk.reading() as connection:
        for kind, column in (("sitting", "id"), *WITHIN.items()):
            fields = ", ".join((DELETED, "extra", *pc.catalog[kind].fields))
            query = f"SELECT id, {fields} FROM {kind} WHERE {column} = ? AND {DELETED} IS NULL"
            found |= {row[0]: tuple(row) for row in connection.exec_driver_sql(query, (sitting,))}
    return found


def check(
    pcs: list[Pc], hub: RealHub, meant: dict[TransactionKey, Saved], gone: set[TransactionKey], minutes: Minutes
) -> None:
    """Everything at once; AssertionError tells the first thing that is not so.

    `meant`: what was ever saved; `gone`: what only disks had that were lost.
    """
    order = [key for item in hub.log for key in item.keys]
    saved_order = [key for key in _once(hub) if key[0] != IDENTITY.hub]  # its own frames say who was let in, and grafts
    assert len({*saved_order}) == len(saved_order), "a transaction counts twice"
    assert meant.keys() - gone <= {*saved_order} <= meant.keys(), "a saved transaction never reached the log"
    oracle, approvals, admitted = Oracle(hub.lineage), dict[str, TransactionKey](), list[Saved]()
    for key in saved_order:
        oracle.place(key)
        if key in hub.refused:
            continue
        saved = meant[key]
        admitted.append(saved)
        oracle.apply(saved)
        for record, model in oracle.records.items():
            if model.kind == "sitting" and model.cells.get("state") == "approvato":
                approvals.setdefault(record, saved.key)
    digests: set[str] = set()
    queues: list[list[Claim]] = []
    for pc in pcs:
        _check_pc(pc, hub, meant, order, oracle)
        with pc.desk.reading() as connection:
            digests.add(picture.digest(connection, pc.desk.rows))
            queues.append(shown_claims(connection))
    assert len(digests) == 1, "the digests differ"
    assert all(queue == queues[0] for queue in queues), "the queues differ"
    lost = list(promises.broken(admitted, _models(pcs[0], order, oracle), hub.lineage))
    assert not lost, "\n".join(lost)
    minutes.compare(approvals)


def _once(hub: RealHub) -> Iterator[TransactionKey]:
    """Transactions in the log's order, each where it stands first."""
    for item in hub.log:
        again = {one.index for one in item.entry.refused if one.code == REPEATED}
        yield from (key for index, key in enumerate(item.keys) if index not in again)


def _check_pc(
    pc: Pc, hub: RealHub, meant: dict[TransactionKey, Saved], order: list[TransactionKey], oracle: Oracle
) -> None:
    with pc.desk.reading() as connection:
        assert outbox.waiting(connection) == 0
        assert replica.read(connection).position == hub.position
        wrong = picture.verify(connection, pc.desk.rows)
        assert not wrong, wrong
        unread = () if pc.is_alas else ("sealed_value",)
        for table in ("shadow", "pending_edit", "sealed_batch", *unread):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0, table
        assert connection.exec_driver_sql("SELECT count(*) FROM claim WHERE shown = 1").scalar() == 0
        kept = connection.exec_driver_sql("SELECT seq, line FROM correction").all()
    refused = {key for key in hub.refused if pc.wrote(key)}
    assert {order[seq - 1] for seq, _ in kept} == refused, "a refused transaction was not kept for correction"
    for seq, line in kept:
        ids = [op.id for op in decode_line(line)[0].ops]
        assert ids == [intent.id for intent in meant[order[seq - 1]].intents]
    if pc.is_alas:
        return  # it cannot read everything, but its digest is that of the others
    found = _models(pc, order, oracle)
    assert found.keys() == oracle.records.keys(), "other records than the rules give"
    for record, expected in oracle.records.items():
        actual = found[record]
        assert actual.cells == expected.living, f"{expected.kind} {record} on {pc.number}"
        assert actual.parked == expected.parked, f"{expected.kind} {record} on {pc.number}"


def _models(pc: Pc, order: list[TransactionKey], oracle: Oracle) -> dict[str, Model]:
    """What the store has, in the oracle's terms."""
    with pc.desk.reading() as connection:
        work = Workset(connection, pc.desk.rows, replica.read(connection))
        work.load_everything()
    return {record: _model(pc, record, folded, order, oracle) for record, folded in _records(work.state)}


def _records(state: State) -> list[tuple[str, Folded]]:
    return list(state.records.items())


def _model(pc: Pc, record: str, folded: Folded, order: list[TransactionKey], oracle: Oracle) -> Model:
    spec, key = pc.catalog[folded.kind], pc.desk.rows.key
    assert key

    def opened(name: str, value: Value) -> Value:
        return key.open(folded.kind, record, name, value) if key and name in spec.sealed else value

    model = Model(folded.kind, None, pc.desk.rows.open(spec, record, folded.values))
    for (name, _), claim in folded.claims.items():
        author, value = order[claim.seq - 1], opened(name, claim.value)
        slot = name, oracle.lines[author]
        assert slot not in model.parked, f"two claims of one author on {name} of {record}"
        model.parked[slot] = Parked(value, author, claim.rectification)
    return model
