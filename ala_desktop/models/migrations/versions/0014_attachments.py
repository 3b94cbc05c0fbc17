"""Attachments of records, and which of their files the hub keeps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_TEXTS = ("record_kind", "of_record", "sitting_id", "name", "media_type", "blob", "content_hash", "key", "note",
          "added_on", "added_by")  # fmt: skip


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "attachment",
        *(sa.Column(name, sa.String(), nullable=True) for name in _TEXTS),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("_deleted", sa.Integer(), nullable=True),
        sa.Column("extra", sa.String(), nullable=True),
        sa.Column("group_id", sa.String(), nullable=True),
        sa.Column("created_seq", sa.Integer(), nullable=True),
        sa.Column("created_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("attachment_of", "attachment", ["record_kind", "of_record"])
    op.create_index("attachment_sitting", "attachment", ["sitting_id"])
    op.create_index("attachment_blob", "attachment", ["blob"])
    op.create_table(
        "blob_at_hub",
        sa.Column("blob", sa.String(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("blob"),
    )
