"""Tables of the log on a desktop: what waits to be sent, the frames, and what the fold must remember besides rows.

`sync` alone reads and writes them, through SQL; the classes are here so that migrations see them.
"""

from __future__ import annotations

from sqlalchemy import Index, Integer, LargeBinary, PrimaryKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from ala_desktop.models.tables import Base


class Replica(Base):
    """One row: whose log this is, who this device is, and how far it has come.

    Attributes:
        tenant, comune: whose log it is, and what that is called.
        office: the tenant that this device is of; as a rule the same.
        device, device_name, ordinal: set at enrolment.
        series_holder: the device that numbers minutes definitively, as the hub said last in the log; None as long as it
            is the comune's first device (ordinal 1, or none yet) (ADR 6).
        incarnation: this life of the store.
        sign_key, box_key: private keys (Ed25519, X25519), 32 bytes each.
        comune_key: 64 bytes; `comune_key_final` is 0 while it may still be replaced by the comune's own.
        hub, hub_url, hub_key: the hub's id, address and public key.
        folded_by: the edition of the records that the rows were folded by (`services.edition`).
        epoch, seq, chain: the position. signature: the hub's over it, empty from a hub that gave none.
        certificate: the hub's frame that says that this device is enrolled; empty until it has come.
        copied: when it first showed that this store was copied, or put back from a copy, UTC.
        author: who works here. next_device_seq, head, previous: this store's chain.
        last_exchange: wall time of the last successful exchange.
    """

    __tablename__ = "replica"

    one: Mapped[int] = mapped_column(Integer, primary_key=True)
    tenant: Mapped[str] = mapped_column(String)
    comune: Mapped[str] = mapped_column(String)
    office: Mapped[str] = mapped_column(String, server_default="")
    author: Mapped[str] = mapped_column(String)
    device: Mapped[str] = mapped_column(String)
    device_name: Mapped[str] = mapped_column(String)
    ordinal: Mapped[int | None] = mapped_column(Integer)
    incarnation: Mapped[str] = mapped_column(String)
    sign_key: Mapped[bytes] = mapped_column(LargeBinary)
    box_key: Mapped[bytes] = mapped_column(LargeBinary)
    comune_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    comune_key_final: Mapped[int] = mapped_column(Integer)
    hub: Mapped[str | None] = mapped_column(String)
    hub_url: Mapped[str | None] = mapped_column(String)
    hub_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    epoch: Mapped[int] = mapped_column(Integer)
    seq: Mapped[int] = mapped_column(Integer)
    chain: Mapped[str] = mapped_column(String)
    signature: Mapped[str] = mapped_column(String)
    certificate: Mapped[bytes] = mapped_column(LargeBinary)
    next_device_seq: Mapped[int] = mapped_column(Integer)
    head: Mapped[str] = mapped_column(String)
    previous: Mapped[str] = mapped_column(String)
    last_exchange: Mapped[str | None] = mapped_column(String)
    copied: Mapped[str | None] = mapped_column(String)
    series_holder: Mapped[str | None] = mapped_column(String)
    folded_by: Mapped[str | None] = mapped_column(String)


class Outbox(Base):
    """A transaction that is not acknowledged yet: its canonical line, and the batch it was sealed into."""

    __tablename__ = "outbox"

    device_seq: Mapped[int] = mapped_column(Integer, primary_key=True)
    ops: Mapped[int] = mapped_column(Integer)
    line: Mapped[bytes] = mapped_column(LargeBinary)


class PendingEdit(Base):
    """That a waiting transaction edits a record; a waiting creation is told by the row's negative `created_seq`."""

    __tablename__ = "pending_edit"
    __table_args__ = (PrimaryKeyConstraint("record", "device_seq"), {"sqlite_with_rowid": False})

    record: Mapped[str] = mapped_column(String)
    device_seq: Mapped[int] = mapped_column(Integer)


class SealedBatch(Base):
    """A frame of this device that the log has not returned yet; sent again byte for byte until it does."""

    __tablename__ = "sealed_batch"

    first_device_seq: Mapped[int] = mapped_column(Integer, primary_key=True)
    count: Mapped[int] = mapped_column(Integer)
    header_hash: Mapped[str] = mapped_column(String)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class FrameRow(Base):
    """A frame of the comune's log, as it came; own frames and the hub's own too.

    Attributes:
        device: whose it is. chain: the hub's after it. head: its device's after it.
        line, last: of its last transaction, and that one's first place (`sync.ledger.Spot`).
    """

    __tablename__ = "frame"
    __table_args__ = (Index("frame_header_hash", "header_hash", unique=True),)

    first_seq: Mapped[int] = mapped_column(Integer, primary_key=True)
    count: Mapped[int] = mapped_column(Integer)
    device: Mapped[str] = mapped_column(String)
    incarnation: Mapped[str] = mapped_column(String)
    first_device_seq: Mapped[int] = mapped_column(Integer)
    header_hash: Mapped[str] = mapped_column(String)
    refused: Mapped[bytes] = mapped_column(LargeBinary)
    chain: Mapped[str] = mapped_column(String)
    head: Mapped[str] = mapped_column(String)
    line: Mapped[str] = mapped_column(String)
    last: Mapped[int] = mapped_column(Integer)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class LineRow(Base):
    """A stretch of a device's chain without forks (ADR 14); see `sync.ledger.Line`."""

    __tablename__ = "line"

    name: Mapped[str] = mapped_column(String, primary_key=True)
    incarnation: Mapped[str] = mapped_column(String)
    last_seq: Mapped[int] = mapped_column(Integer)
    parent: Mapped[str] = mapped_column(String)
    parent_seq: Mapped[int] = mapped_column(Integer)


class LinkRow(Base):
    """A step on a side branch of the log: the hub's chain after it, the one before, and the entry between."""

    __tablename__ = "link"

    after: Mapped[str] = mapped_column(String, primary_key=True)
    before: Mapped[str] = mapped_column(String)
    entry: Mapped[bytes] = mapped_column(LargeBinary)


class Tip(Base):
    """The last place that this store held in an epoch that is over: what its bases of then are pinned to."""

    __tablename__ = "tip"

    epoch: Mapped[int] = mapped_column(Integer, primary_key=True)
    seq: Mapped[int] = mapped_column(Integer)
    chain: Mapped[str] = mapped_column(String)


class SnapshotRow(Base):
    """The snapshot that the log begins with (`sync.stored_snapshot`).

    Attributes:
        seq: up to where it goes. notice: the hub's frame that names it.
        adopted: 1 once the frames up to there have no bytes here; 0 while it is being fetched.
    """

    __tablename__ = "snapshot"

    one: Mapped[int] = mapped_column(Integer, primary_key=True)
    seq: Mapped[int] = mapped_column(Integer)
    notice: Mapped[bytes] = mapped_column(LargeBinary)
    adopted: Mapped[int] = mapped_column(Integer)


class SnapshotPiece(Base):
    """Bytes of a part of it, from `at` on, as they came."""

    __tablename__ = "snapshot_piece"

    part: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[int] = mapped_column(Integer, primary_key=True)
    bytes: Mapped[bytes] = mapped_column(LargeBinary)


class Peer(Base):
    """Another device that may write this log, as the hub names it.

    Attributes:
        sign_key, box_key: its public keys.
        confirmed: 1 once a person compared its fingerprint, and the comune's key was wrapped for it.
        revoked: 1 when the hub no longer takes its batches.
        agency: 1 for a device of ALA in the log of another tenant: it writes there, and never has that tenant's key.
    """

    __tablename__ = "peer"

    device: Mapped[str] = mapped_column(String, primary_key=True)
    name: Mapped[str] = mapped_column(String)
    ordinal: Mapped[int] = mapped_column(Integer)
    sign_key: Mapped[bytes] = mapped_column(LargeBinary)
    box_key: Mapped[bytes] = mapped_column(LargeBinary)
    confirmed: Mapped[int] = mapped_column(Integer)
    revoked: Mapped[int] = mapped_column(Integer)
    agency: Mapped[int] = mapped_column(Integer, server_default="0")


class Shadow(Base):
    """The log's value of a cell whose shown value waits to be sent (SYNC 19)."""

    __tablename__ = "shadow"
    __table_args__ = (PrimaryKeyConstraint("record", "field"), {"sqlite_with_rowid": False})

    record: Mapped[str] = mapped_column(String)
    field: Mapped[str] = mapped_column(String)
    value: Mapped[bytes] = mapped_column(LargeBinary)


class StampRow(Base):
    """The last writer of an edited cell; cells never edited have none."""

    __tablename__ = "stamp"
    __table_args__ = (PrimaryKeyConstraint("record", "field"), {"sqlite_with_rowid": False})

    record: Mapped[str] = mapped_column(String)
    field: Mapped[str] = mapped_column(String)
    seq: Mapped[int] = mapped_column(Integer)
    incarnation: Mapped[str] = mapped_column(String)


class ClaimRow(Base):
    """A parked value. `shown` 0: as the log has it; 1: as it stands for a record with waiting transactions."""

    __tablename__ = "claim"
    __table_args__ = (PrimaryKeyConstraint("record", "field", "incarnation", "shown"), {"sqlite_with_rowid": False})

    record: Mapped[str] = mapped_column(String)
    field: Mapped[str] = mapped_column(String)
    incarnation: Mapped[str] = mapped_column(String)
    shown: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String)
    seq: Mapped[int] = mapped_column(Integer)
    value: Mapped[bytes] = mapped_column(LargeBinary)
    base: Mapped[bytes] = mapped_column(LargeBinary)
    author: Mapped[str] = mapped_column(String)
    device: Mapped[str] = mapped_column(String)
    at: Mapped[str] = mapped_column(String)
    rectification: Mapped[int] = mapped_column(Integer)


class SealedValue(Base):
    """A value kept to the comune that this device cannot open yet; its column is empty meanwhile."""

    __tablename__ = "sealed_value"
    __table_args__ = (PrimaryKeyConstraint("record", "field"), {"sqlite_with_rowid": False})

    record: Mapped[str] = mapped_column(String)
    field: Mapped[str] = mapped_column(String)
    kind: Mapped[str] = mapped_column(String)
    value: Mapped[str] = mapped_column(String)


class Correction(Base):
    """A transaction that the hub refused: kept as it was, with the reason, until the clerk corrects or drops it."""

    __tablename__ = "correction"

    seq: Mapped[int] = mapped_column(Integer, primary_key=True)
    code: Mapped[str] = mapped_column(String)
    detail: Mapped[str] = mapped_column(String)
    line: Mapped[bytes] = mapped_column(LargeBinary)


class WriteGuard(Base):
    """One row that the guarding triggers read: 0 nobody may write records, 1 a save, 2 the fold."""

    __tablename__ = "write_guard"

    one: Mapped[int] = mapped_column(Integer, primary_key=True)
    mode: Mapped[int] = mapped_column(Integer)


class ImportRun(Base):
    """An import made on this PC: what, when, how many; for the list from which it can be undone."""

    __tablename__ = "import_run"

    import_id: Mapped[str] = mapped_column(String, primary_key=True)
    kind: Mapped[str] = mapped_column(String)
    file: Mapped[str] = mapped_column(String)
    at: Mapped[str] = mapped_column(String)
    report: Mapped[bytes] = mapped_column(LargeBinary)
    undone: Mapped[int] = mapped_column(Integer)


class LetterQuestion(Base):
    """A question of this device that left in a file and has not been answered yet: it binds the answer.

    Attributes:
        nonce, method, target: of the question. parcel: the file that it left in.
        hub_key: public key of the hub whose answer counts.
        written: when, UTC; empty once the answer could bring nothing that did not come another way.
    """

    __tablename__ = "letter_question"

    nonce: Mapped[str] = mapped_column(String, primary_key=True)
    method: Mapped[str] = mapped_column(String)
    target: Mapped[str] = mapped_column(String)
    parcel: Mapped[str] = mapped_column(String)
    hub_key: Mapped[bytes] = mapped_column(LargeBinary)
    written: Mapped[str] = mapped_column(String)
