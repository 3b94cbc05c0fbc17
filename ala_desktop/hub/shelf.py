"""What devices upload by pieces, attachments, parts of snapshots: the statements, the same for both databases.

Bytes under the name of their hash, one tenant's. Nothing here decides; `uploads` does. Transactions are the store's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, LiteralString, NamedTuple

from ala_desktop.sync.pieces import MOST_PIECE_BYTES

Row = tuple[Any, ...]
SHELF_TABLES = ("piece", "blob")
SQLITE = """
CREATE TABLE IF NOT EXISTS piece (tenant TEXT NOT NULL, device TEXT NOT NULL, hash TEXT NOT NULL, at INTEGER NOT NULL,
    size INTEGER NOT NULL, received TEXT NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (tenant, device, hash, at));
CREATE TABLE IF NOT EXISTS blob (tenant TEXT NOT NULL, hash TEXT NOT NULL, at INTEGER NOT NULL, size INTEGER NOT NULL,
    bytes BLOB NOT NULL, made INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (tenant, hash, at));
"""
SQLITE_MADE = "ALTER TABLE blob ADD COLUMN made INTEGER NOT NULL DEFAULT 0;"
"""Where blobs were kept before the hub made any itself."""
POSTGRES: LiteralString = """
CREATE TABLE piece (tenant text COLLATE "C" NOT NULL, device text COLLATE "C" NOT NULL, hash text COLLATE "C" NOT NULL,
    at integer NOT NULL, size integer NOT NULL, received text NOT NULL, bytes bytea NOT NULL,
    PRIMARY KEY (tenant, device, hash, at));
CREATE TABLE blob (tenant text COLLATE "C" NOT NULL, hash text COLLATE "C" NOT NULL, at integer NOT NULL,
    size integer NOT NULL, bytes bytea NOT NULL, PRIMARY KEY (tenant, hash, at));
ALTER TABLE piece ALTER COLUMN bytes SET STORAGE EXTERNAL;
ALTER TABLE blob ALTER COLUMN bytes SET STORAGE EXTERNAL;
ALTER TABLE piece ENABLE ROW LEVEL SECURITY;
ALTER TABLE piece FORCE ROW LEVEL SECURITY;
ALTER TABLE blob ENABLE ROW LEVEL SECURITY;
ALTER TABLE blob FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON piece TO ala_hub_intake, ala_hub_reader
    USING (tenant = current_setting('ala.tenant', true));
CREATE POLICY own_rows ON blob TO ala_hub_intake, ala_hub_reader
    USING (tenant = current_setting('ala.tenant', true));
GRANT SELECT ON piece, blob TO ala_hub_intake, ala_hub_reader;
GRANT INSERT ON piece, blob TO ala_hub_intake;
GRANT DELETE ON piece TO ala_hub_intake;
"""
"""What is sealed or compressed is stored as it comes (`EXTERNAL`)."""
POSTGRES_MADE: LiteralString = """
ALTER TABLE blob ADD COLUMN made integer NOT NULL DEFAULT 0;
CREATE POLICY made_here ON blob AS RESTRICTIVE FOR DELETE TO ala_hub_intake USING (made = 1);
GRANT DELETE ON blob TO ala_hub_intake;
"""
"""What the hub made itself, snapshots, it may take away again; attachments never."""


class Upload(NamedTuple):
    """What has come of something that a device uploads.

    Attributes:
        device, name: whose, and the hash that it is to have.
        size, pieces: bytes from its beginning, and in how many rows.
        latest: when the last of them came, UTC.
    """

    device: str
    name: str
    size: int = 0
    pieces: int = 0
    latest: str = ""


class Shelf:
    """Pieces and blobs of one tenant, within a transaction of the store."""

    def __init__(
        self, run: Callable[[str, Sequence[object]], object], ask: Callable[[str, Sequence[object]], list[Row]],
        tenant: str,
    ) -> None:  # fmt: skip
        """`run` does a statement, `ask` gives its rows; both take question marks for values."""
        self._run = run
        self._ask = ask
        self._tenant = tenant

    def uploads(self) -> list[Upload]:
        """What the tenant's devices have under way, the one that was heard of longest ago first."""
        query = """
            SELECT device, hash, sum(size), count(*), max(received) FROM piece WHERE tenant = ?
            GROUP BY device, hash ORDER BY max(received), hash"""
        return [
            Upload(device, name, int(size), n, at) for device, name, size, n, at in self._ask(query, (self._tenant,))
        ]

    def upload(self, device: str, name: str) -> Upload:
        """What has come of one."""
        query = """
            SELECT coalesce(sum(size), 0), count(*), coalesce(max(received), '') FROM piece
            WHERE tenant = ? AND device = ? AND hash = ?"""
        ((size, pieces, latest),) = self._ask(query, (self._tenant, device, name))
        return Upload(device, name, int(size), pieces, latest)

    def add(self, upload: Upload, data: bytes, received: str) -> None:
        """Put a piece after what has come of it."""
        self._run(
            "INSERT INTO piece VALUES (?, ?, ?, ?, ?, ?, ?)",
            (self._tenant, upload.device, upload.name, upload.size, len(data), received, data),
        )

    def pieces(self, device: str, name: str) -> Iterator[bytes]:
        """What has come, from its beginning, piece by piece: never all of it in memory."""
        starts = "SELECT at FROM piece WHERE tenant = ? AND device = ? AND hash = ? ORDER BY at"
        one = "SELECT bytes FROM piece WHERE tenant = ? AND device = ? AND hash = ? AND at = ?"
        for (at,) in self._ask(starts, (self._tenant, device, name)):
            yield bytes(self._ask(one, (self._tenant, device, name, at))[0][0])

    def drop(self, device: str, name: str) -> None:
        """Forget what has come of something."""
        self._run("DELETE FROM piece WHERE tenant = ? AND device = ? AND hash = ?", (self._tenant, device, name))

    def keep(self, device: str, name: str) -> None:
        """What was uploaded is a blob of the tenant from now on."""
        query = """
            INSERT INTO blob (tenant, hash, at, size, bytes) SELECT tenant, hash, at, size, bytes FROM piece
            WHERE tenant = ? AND device = ? AND hash = ?"""
        self._run(query, (self._tenant, device, name))
        self.drop(device, name)

    def put(self, name: str, data: bytes) -> None:
        """Keep something of the hub's own like a blob; what is there already stays."""
        if self.blob_size(name) is None:
            for at in range(0, len(data), MOST_PIECE_BYTES):
                piece = data[at : at + MOST_PIECE_BYTES]
                self._run(
                    "INSERT INTO blob (tenant, hash, at, size, bytes, made) VALUES (?, ?, ?, ?, ?, 1)",
                    (self._tenant, name, at, len(piece), piece),
                )

    def forget(self, name: str) -> None:
        """Take away what the hub put here itself."""
        self._run("DELETE FROM blob WHERE tenant = ? AND hash = ? AND made = 1", (self._tenant, name))

    def blob_size(self, name: str) -> int | None:
        """Bytes of a blob; None when it is not here."""
        ((size,),) = self._ask("SELECT sum(size) FROM blob WHERE tenant = ? AND hash = ?", (self._tenant, name))
        return None if size is None else int(size)

    def blobs_size(self) -> int:
        """Bytes of all blobs of the tenant."""
        return int(self._ask("SELECT coalesce(sum(size), 0) FROM blob WHERE tenant = ?", (self._tenant,))[0][0])

    def blob_piece(self, name: str, at: int) -> bytes:
        """At most `MOST_PIECE_BYTES` of a blob from `at` on; empty at its end, and when it is not here."""
        query = """
            SELECT at, bytes FROM blob WHERE tenant = ? AND hash = ? AND at < ? AND at + size > ? ORDER BY at"""
        rows = self._ask(query, (self._tenant, name, at + MOST_PIECE_BYTES, at))
        if not rows:
            return b""
        skipped = at - rows[0][0]
        return b"".join(bytes(piece) for _, piece in rows)[skipped : skipped + MOST_PIECE_BYTES]
