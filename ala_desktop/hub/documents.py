"""What the log amounts to, kept beside it for ALA's analysts: the hub folds as every replica does (DESIGN 4, SYNC 16).

Documents follow the log when `Scribe.bring_up` is called, so they may lag; nothing of the hub's own work reads them.
Values kept to the comune are not in them: the hub could not read them anyway.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from typing import LiteralString

import msgspec

from ala_desktop.fields.spec import DELETED, Catalog
from ala_desktop.hub.documents_schema import SCRIBE
from ala_desktop.hub.postgres_pool import Database, Link, Pool, Row
from ala_desktop.sync import envelope
from ala_desktop.sync.folding import Folding
from ala_desktop.sync.protocol import Entry, Refused, decode_lines, encode
from ala_desktop.sync.state import Folded, State

_refused = msgspec.json.Decoder(list[Refused]).decode

_FOLD = 2
"""Rises when the same log folds to something else; then every document is written anew."""
_FRAMES: LiteralString = """
    SELECT first_seq, count, header_hash, refused, sealed FROM frame WHERE tenant = %s AND first_seq > %s
    ORDER BY first_seq LIMIT 200"""
_FRAME: LiteralString = "SELECT sealed FROM frame WHERE tenant = %s AND first_seq = %s"
_WRITE: LiteralString = """
    INSERT INTO document VALUES (%s, %s, %s, %s, %s, %s, %s::jsonb) ON CONFLICT (tenant, kind, record) DO UPDATE
    SET position = excluded.position, imported = excluded.imported, deleted = excluded.deleted, body = excluded.body"""
_NOTE: LiteralString = """
    INSERT INTO documented VALUES (%s, %s, %s, %s, %s) ON CONFLICT (tenant) DO UPDATE
    SET epoch = excluded.epoch, seq = excluded.seq, chain = excluded.chain, rules = excluded.rules"""


class Scribe:
    """Brings the documents of tenants up to their logs."""

    def __init__(self, url: str, catalog: Catalog) -> None:
        """`url`: of a store that was opened before, so that its tables are there."""
        self._pool = Pool(Database(url), SCRIBE, 1)
        self._catalog = catalog
        self._rules = _rules(catalog)

    def bring_up(self, tenant: str) -> int:
        """Fold what is new in a tenant's log; returns how many documents were written.

        Raises:
            Declined: `busy`, also when another process is doing the same; nothing was written.
        """
        with self._pool.transaction(tenant, "REPEATABLE READ") as link:
            query: LiteralString = "SELECT epoch, counter, chain FROM tenant WHERE tenant = %s"
            end = link.execute(query, (tenant,)).fetchone()
            query = "SELECT epoch, seq, chain, rules FROM documented WHERE tenant = %s"
            noted = link.execute(query, (tenant,)).fetchone()
            if end is None or noted == (*end, self._rules):
                return 0
            since = self._since(link, tenant, end, noted)
            if since is None:
                link.execute("DELETE FROM document WHERE tenant = %s", (tenant,))
            state, touched = self._folded(link, tenant, since or 0)
            rows = [self._row(tenant, record, state.records[record]) for record in sorted(touched)]
            link.cursor().executemany(_WRITE, rows)
            link.execute(_NOTE, (tenant, *end, self._rules))
        return len(rows)

    def _since(self, link: Link, tenant: str, end: Row, noted: Row | None) -> int | None:
        """Up to where the documents are right; None when they have to be written anew."""
        if noted is None or noted[0] != end[0] or noted[3] != self._rules:
            return None
        query: LiteralString = "SELECT FROM frame WHERE tenant = %s AND first_seq + count - 1 = %s AND chain = %s"
        stands = link.execute(query, (tenant, noted[1], noted[2])).fetchone()
        return noted[1] if stands is not None else None

    def _folded(self, link: Link, tenant: str, since: int) -> tuple[State, set[str]]:
        """The tenant's whole log, folded, and the records that transactions after `since` concern."""
        folding, touched = Folding(self._catalog, tenant, lambda first: _sealed(link, tenant, first)), set[str]()
        state = folding.state
        for entry, sealed in _frames(link, tenant):
            frame = envelope.split(sealed)
            folding.take(entry, frame, sealed)
            if entry.first_seq > since and not frame.header.is_hubs:
                transactions, _ = decode_lines(envelope.payload_of(frame).lines)
                touched.update(
                    op.id for transaction in transactions for op in transaction.ops if op.id in state.records
                )
        # What freezes a record also settles what hangs on it (SYNC 18).
        touched.update(*(state.children.get(record, ()) for record in list(touched)))
        return state, touched

    def _row(self, tenant: str, record: str, folded: Folded) -> Row:
        spec = self._catalog.get(folded.kind)
        hidden = {DELETED, *(spec.sealed if spec else ())}
        values = {name: value for name, value in sorted(folded.values.items()) if name not in hidden}
        return tenant, folded.kind, record, folded.created.seq, folded.group, folded.deleted, encode(values).decode()

    def close(self) -> None:
        """Give the connection back."""
        self._pool.close()


def _frames(link: Link, tenant: str) -> Iterator[tuple[Entry, bytes]]:
    """Every frame of the log, in order. Signatures were checked when they were admitted."""
    reached = 0
    while frames := link.execute(_FRAMES, (tenant, reached), binary=True).fetchall():
        for first_seq, count, name, refusals, sealed in frames:
            yield Entry(first_seq, count, name, _refused(refusals)), sealed
        reached = frames[-1][0]


def _sealed(link: Link, tenant: str, first_seq: int) -> bytes | None:
    row = link.execute(_FRAME, (tenant, first_seq), binary=True).fetchone()
    return row[0] if row else None


def _rules(catalog: Catalog) -> str:
    """A name for the fold and the policies that documents were made by."""
    policies = [
        (kind, name, field.merge.value, int(field.sealed))
        for kind, spec in catalog.items()
        for name, field in spec.fields.items()
    ]
    return blake2b(encode((_FOLD, policies)), digest_size=8).hexdigest()
