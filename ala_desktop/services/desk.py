"""An opened office: where services read and save. One per program; every service is built on it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import islice
from typing import Protocol

from sqlalchemy import Connection

from ala_desktop.core import report
from ala_desktop.core.clock import Clock
from ala_desktop.core.errors import Mendable
from ala_desktop.core.ids import NewId, new_id
from ala_desktop.core.instance import Instance
from ala_desktop.core.tenants import AMBITO, name_of, title_of
from ala_desktop.fields import check
from ala_desktop.fields.kinds import Reference
from ala_desktop.fields.spec import DELETED, Catalog, RecordSpec
from ala_desktop.fields.values import Value
from ala_desktop.models.engine import Store
from ala_desktop.rules.duplicates import KINDS
from ala_desktop.services.linked import Linked, shown
from ala_desktop.services.row import Row
from ala_desktop.sync import capture, replica, rights
from ala_desktop.sync.capture import Author, Change, Gone, TooLarge, Unreadable
from ala_desktop.sync.replica import Me
from ala_desktop.sync.rows import Rows
from ala_desktop.sync.sealing import ComuneKey

PORTION = 2_500
"""Transactions that a bulk save commits at once: about a fifth of a second, and few waits for the disk."""

Progress = Callable[[int], None]
"""Told how many transactions are done."""


class Others(Protocol):
    """The logs of other tenants that this PC holds beside its office's own; `services.shelf.Shelf` is it."""

    def tenants(self) -> list[str]:
        """Those that have a store here."""
        ...

    def open(self, tenant: str) -> AbstractContextManager[Desk]:
        """The desk of another tenant's log, made when it is missing; it may be open more than once.

        Raises:
            Mendable: this office may not have that log, or has not joined yet.
        """
        ...

    def published(self) -> Desk | None:
        """The desk of what ALA publishes for all, where this PC has it."""
        ...

    def close(self) -> None:
        """Close what is open."""
        ...


class NoOthers(Others):
    """None at all: beside the desk of such a log itself."""

    def tenants(self) -> list[str]:
        """None."""
        return []

    def open(self, tenant: str) -> AbstractContextManager[Desk]:
        """None to open."""
        raise LookupError(tenant)

    def published(self) -> Desk | None:
        """Nothing."""
        return None

    def close(self) -> None:
        """Nothing to close."""


class Desk:
    """The store of one office, the catalog of its records, the clock, and who works here.

    May be used from any thread: saves pass one at a time, reads see one consistent view each.

    Attributes:
        numbering: held by whoever reads the numbers given so far and saves the next one.
        others: the logs of other tenants beside it.
        linked: which records are shown as another one.
    """

    def __init__(
        self,
        store: Store,
        catalog: Catalog,
        *,
        clock: Clock | None = None,
        ids: NewId = new_id,
        instance: Instance | None = None,
    ) -> None:
        self.store = store
        self.catalog = catalog
        self.clock = clock or Clock()
        self.new_id = ids
        self.numbering = threading.RLock()
        self.others: Others = NoOthers()
        self._instance = instance
        self._listeners: list[Callable[[list[tuple[str, str]]], None]] = []
        with store.reading() as connection:
            me = replica.read(connection)
        self._rows = self._rows_of(me)
        self._tenant, self._office = me.tenant, me.office
        self.linked = Linked(store, catalog)

    def _rows_of(self, me: Me) -> Rows:
        return Rows(self.catalog, ComuneKey(me.comune_key) if me.comune_key else None)

    @property
    def rows(self) -> Rows:
        """Reads and writes rows under the comune's key that this device holds."""
        return self._rows

    def rekey(self, connection: Connection) -> None:
        """Take up the comune's key as `connection` has it: within the write transaction of the exchange that brings it.

        So no save, which passes before or after it, seals with the key that went.
        """
        self._rows = self._rows_of(replica.read(connection))

    @property
    def me(self) -> Me:
        """This device, as the store has it now."""
        with self.store.reading() as connection:
            return replica.read(connection)

    @property
    def author(self) -> str:
        """Who works here."""
        return self.me.author

    @property
    def tenant(self) -> str:
        """Whose log this is: the comune's Belfiore code, `AMBITO` or `ALA`."""
        return self._tenant

    @property
    def comune_name(self) -> str:
        """The comune's name."""
        return self.me.comune

    @property
    def office_title(self) -> str:
        """The office in a sentence: `Comune di Borghetto Lodigiano`, or `ALA`."""
        me = self.me
        return title_of(me.tenant, me.comune)

    @property
    def device_name(self) -> str:
        """What the office calls this PC."""
        return self.me.device_name

    @property
    def holds_series(self) -> bool:
        """Whether this device gives definitive numbers (ADR 6)."""
        return self.me.holds_series

    def position(self) -> int:
        """The place in the log that this device has reached."""
        with self.reading() as connection:
            return replica.place(connection)

    @contextmanager
    def reading(self) -> Generator[Connection]:
        """A connection for queries, on one consistent view."""
        with self.store.reading() as connection:
            yield connection

    def listen(self, listener: Callable[[list[tuple[str, str]]], None]) -> None:
        """Have `listener` told (kind, id) of what every save or exchange changed; on the saving thread."""
        self._listeners.append(listener)

    def tell(self, changed: list[tuple[str, str]]) -> None:
        """Tell the listeners what changed, with the records that are shown as one with those.

        A listener's fault is reported, and undoes nothing of what was saved.
        """
        changed = self.linked.follow(changed)
        for listener in self._listeners if changed else ():
            try:
                listener(changed)
            except Exception as fault:  # noqa: BLE001 - else a save that was done would look as if it had failed
                report.write(self.store.path.parent, fault, self.clock.now())

    def get(self, kind: str, record: str) -> Row:
        """One record, deleted or not.

        Raises:
            Mendable: there is none with this id.
        """
        found = self.many(kind, [record])
        if not found:
            raise Mendable(
                f"{self.catalog[kind].label}: scheda non trovata",
                f"Nessuna scheda ha il codice interno {record}.",
                "Cercarla nell'elenco: potrebbe avere un altro codice.",
            )
        return found[0]

    def find(self, kind: str, **where: Value) -> list[Row]:
        """The living records of `kind` whose fields equal `where`, in the order of their creation.

        Records that another one stands for are left out; a reference to one of them counts as one to that other.
        """
        spec = self.catalog[kind]
        unknown = where.keys() - spec.fields.keys()
        if unknown:
            raise Mendable(
                "Campo sconosciuto",
                f"{spec.label} non ha il campo {', '.join(sorted(unknown))}.",
                f"I campi sono: {', '.join(spec.fields)}.",
            )
        sought = {name: self._sought(spec, name, value) for name, value in where.items()}
        tests = "".join(f" AND {name} {test}" for name, (test, _) in sought.items())
        hidden = f" AND {shown(kind)}" if kind in KINDS else ""
        query = f"SELECT id FROM {kind} WHERE {DELETED} IS NULL{hidden}{tests} ORDER BY id"  # noqa: S608 - catalog's names
        with self.reading() as connection:
            ids = [record for (record,) in connection.exec_driver_sql(query, tuple(v for _, v in sought.values()))]
            return self._fetch(connection, kind, ids)

    def _sought(self, spec: RecordSpec, name: str, value: Value) -> tuple[str, Value]:
        """The SQL that finds a value in a field, and what to ask it with."""
        kind = spec.fields[name].kind
        if isinstance(kind, Reference) and isinstance(value, str) and len(group := self.linked.group(value)) > 1:
            return "IN (SELECT value FROM json_each(?))", json.dumps(group)
        return "IS ?", value

    def many(self, kind: str, ids: Iterable[str]) -> list[Row]:
        """The records with these ids, in the same order; absent ones are left out.

        Of what ALA publishes, those that ALA has published are found too.
        """
        wanted = list(ids)
        with self.reading() as connection:
            found = self._fetch(connection, kind, wanted)
        published = self.others.published() if kind in self.catalog.published else None
        if published is None or len(found) == len(wanted):
            return found
        rows = {row.id: row for row in (*published.many(kind, wanted), *found)}
        return [rows[record] for record in wanted if record in rows]

    def _fetch(self, connection: Connection, kind: str, ids: Sequence[str]) -> list[Row]:
        spec, position, rows = self.catalog[kind], replica.place(connection), self._rows
        published = self._tenant == AMBITO
        stored = rows.fetch(connection, kind, ids)
        empty: dict[str, Value] = dict.fromkeys(spec.fields)
        return [
            Row(kind, record, position, empty | rows.open(spec, record, found.values), found.group, published)
            for record in ids
            if (found := stored.get(record))
        ]

    def save(self, changes: Sequence[Change], *, group: str | None = None) -> list[Row]:
        """Save what belongs together as one transaction of the log; it is on the disk when this returns.

        Returns the records as they now stand, in the order of `changes`.

        Raises:
            Mendable: a value that cannot stand, a required field left empty, a closed sitting, too much at once.
        """
        with self.store.writing() as connection:
            for change in changes:
                self._examine(connection, change)
            try:
                changed = capture.save(connection, self._rows, [changes], self._signature(connection), group)
            except Gone as problem:
                raise Mendable(
                    f"{self.catalog[str(problem.args[0])].label}: la scheda non c'è più",
                    "La centrale non ha accettato il salvataggio che l'aveva creata.",
                    "Correggere quel salvataggio tra quelli da correggere, poi rifare questa modifica.",
                ) from problem
            except Unreadable as problem:
                kind, name = (str(argument) for argument in problem.args)
                label = self.catalog[kind].fields[name].label
                raise Mendable(
                    f"{label}: non si può ancora modificare su questo PC",
                    "Il campo è riservato al Comune ed è già compilato, ma questo PC non ne ha ancora la chiave.",
                    "Confermare questo PC da quello che c'era già, fare uno scambio e riprovare.",
                ) from problem
            except TooLarge as problem:
                raise Mendable(
                    "Il salvataggio è troppo grande",
                    f"Un solo salvataggio può toccare al massimo mille schede ({problem}).",
                    "Dividerlo in più parti.",
                ) from problem
        self.tell(changed)
        with self.reading() as connection:
            return [self._fetch(connection, change.kind, [change.id])[0] for change in changes]

    def save_each(
        self,
        transactions: Iterable[Sequence[Change]],
        *,
        group: str,
        progress: Progress | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> int:
        """Save many transactions that belong to one import, each atomic; returns how many were saved.

        The caller has judged the values. They reach the disk in portions; `stop` is asked between portions, and
        what was saved until then stays and can be undone as a group.
        """
        done, waiting = 0, iter(transactions)
        while not (stop and stop()):
            portion = list(islice(waiting, PORTION))
            if not portion:
                break
            with self.store.writing() as connection:
                changed = capture.save(connection, self._rows, portion, self._signature(connection), group)
            self.tell(changed)
            done += len(portion)
            if progress:
                progress(done)
        return done

    def _signature(self, connection: Connection) -> Author:
        return Author(replica.read(connection).author, self.clock.now())

    def _examine(self, connection: Connection, change: Change) -> None:
        spec = self.catalog[change.kind]
        values = dict(change.put)
        wrong = check.problems(spec, values)
        absent = check.missing(spec, values) if change.base is None else [
            name for name in spec.fields if spec.fields[name].required and name in values and values[name] in (None, "")
        ]  # fmt: skip
        for name, reason in [*wrong.items(), *((name, "va compilato") for name in absent)]:
            label = spec.fields[name].label if name in spec.fields else name
            raise Mendable(
                f"{spec.label}: {label} non va bene",
                f"{label}: {reason}.",
                "Correggere il campo e salvare di nuovo; il resto di quanto scritto non è andato perso.",
            )
        self._refuse_beyond_rights(connection, change)
        self._refuse_frozen(connection, change)

    def _refuse_beyond_rights(self, connection: Connection, change: Change) -> None:
        """What the hub would refuse is not even saved."""
        spec, old = self.catalog[change.kind], change.old
        if change.base is not None and spec.published and not self._rows.fetch(connection, change.kind, [change.id]):
            published = self.others.published()
            if published and published.many(change.kind, [change.id]):
                raise Mendable(
                    f"{spec.label}: si può solo leggere",
                    "È pubblicata da ALA per tutti i comuni dell'Ambito.",
                    "Per un caso diverso creare una scheda propria; per un errore segnalarlo ad ALA.",
                )
        kept = change.pinned or old is None
        written = {name: value for name, value in change.put.items() if kept or (old or {}).get(name) != value}
        if not rights.may_put(spec, self._office, self._tenant, change._replace(put=written)):
            raise Mendable(
                f"{spec.label}: non si può scrivere in questo registro",
                f"{title_of(self._tenant, name_of(self._tenant))}: qui questo ufficio non scrive questi dati.",
                "Ogni ufficio scrive i propri; ALA scrive nel registro di un comune solo risposte e decisioni.",
            )

    def _refuse_frozen(self, connection: Connection, change: Change) -> None:
        spec = self.catalog[change.kind]
        freeze = spec.freeze
        if freeze is None:
            return
        holder = change.id
        if freeze.within is not None:
            written = change.put.get(freeze.within)
            if change.base is not None:
                query = f"SELECT {freeze.within} FROM {spec.kind} WHERE id = ?"  # noqa: S608
                stands = connection.exec_driver_sql(query, (change.id,)).scalar()
                if stands is not None and freeze.within in change.put and written != stands:
                    raise Mendable(
                        f"{spec.label}: non si può spostare in un'altra seduta",
                        "Presenze, punti e voti restano nella seduta in cui sono nati.",
                        "Eliminare la scheda qui e scriverla nell'altra seduta.",
                    )
                written = stands or written
            holder = str(written)
        query = f"SELECT {freeze.field} FROM {freeze.kind} WHERE id = ?"  # noqa: S608
        frozen = connection.exec_driver_sql(query, (holder,)).scalar() in freeze.states
        if frozen and not _only_closes(change):
            raise Mendable(
                "Il verbale è approvato e non si può più modificare",
                "Da quando è approvato, la seduta resta com'è, con presenze, punti e voti.",
                "Per correggere un errore, verbalizzare una rettifica in una seduta successiva.",
            )

    def close(self) -> None:
        """Close the store and give the data folder back."""
        self.others.close()
        self.store.close()
        if self._instance:
            self._instance.release()


def _only_closes(change: Change) -> bool:
    """Whether a change resolves parked claims without changing any value: a frozen record takes that much."""
    return (
        (bool(change.closes) or change.pinned)
        and change.old is not None
        and all(change.old.get(name) == value for name, value in change.put.items())
    )
