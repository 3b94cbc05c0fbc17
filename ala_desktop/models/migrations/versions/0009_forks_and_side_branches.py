"""Forks of devices, and side branches of the log."""

from __future__ import annotations

import json
import struct
from hashlib import blake2b

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("replica", sa.Column("signature", sa.String(), nullable=False, server_default=""))
    op.add_column("replica", sa.Column("certificate", sa.LargeBinary(), nullable=False, server_default=sa.text("x''")))
    op.add_column("replica", sa.Column("copied", sa.String(), nullable=True))
    for name in ("device", "chain", "head", "line"):
        op.add_column("frame", sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.add_column("frame", sa.Column("last", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("frame", schema=None) as batch_op:
        batch_op.create_index("frame_header_hash", ["header_hash"], unique=True)
    op.create_table(
        "line",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("incarnation", sa.String(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("parent", sa.String(), nullable=False),
        sa.Column("parent_seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "link",
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("entry", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("after"),
    )
    op.create_table(
        "tip",
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("chain", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("epoch"),
    )
    _fill()
    op.drop_table("writer")


def _fill() -> None:
    """What the frames say themselves. A damaged one is left to the check of the store, which names it."""
    run, chain = op.get_bind().exec_driver_sql, "0" * 64
    query = "SELECT first_seq, count, incarnation, header_hash, refused, sealed FROM frame ORDER BY first_seq"
    for first, count, life, name, refused, sealed in run(query).all():
        chain = blake2b(
            bytes.fromhex(chain) + b'[%d,%d,"%s",%s]' % (first, count, name.encode(), refused), digest_size=32
        ).hexdigest()
        last = first + count - 1
        try:
            (length,) = struct.unpack(">I", sealed[4:8])
            header = json.loads(sealed[8 : 8 + length])
        except (struct.error, ValueError):
            header = {"device": "", "head": ""}
        run(
            "UPDATE frame SET device = ?, chain = ?, head = ?, line = ?, last = ? WHERE first_seq = ?",
            (header["device"], chain, header["head"], life, last, first),
        )
        run("INSERT OR REPLACE INTO line VALUES (?, ?, ?, '', 0)", (life, life, last))
