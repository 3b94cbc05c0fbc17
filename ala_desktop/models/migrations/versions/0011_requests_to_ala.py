"""Requests to ALA, its replies, and which of them were looked at on this PC."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_LIVING = sa.text("_deleted IS NULL")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "request_to_ala",
        sa.Column("type", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("due_on", sa.String(), nullable=True),
        sa.Column("about_kind", sa.String(), nullable=True),
        sa.Column("about_id", sa.String(), nullable=True),
        sa.Column("about_name", sa.String(), nullable=True),
        sa.Column("about_field", sa.String(), nullable=True),
        sa.Column("about_claim", sa.String(), nullable=True),
        sa.Column("asked_by", sa.String(), nullable=True),
        sa.Column("asked_on", sa.String(), nullable=True),
        sa.Column("withdrawn_on", sa.String(), nullable=True),
        sa.Column("withdrawn_by", sa.String(), nullable=True),
        sa.Column("withdrawn_why", sa.String(), nullable=True),
        sa.Column("taken_on", sa.String(), nullable=True),
        sa.Column("taken_by", sa.String(), nullable=True),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("_deleted", sa.Integer(), nullable=True),
        sa.Column("extra", sa.String(), nullable=True),
        sa.Column("group_id", sa.String(), nullable=True),
        sa.Column("created_seq", sa.Integer(), nullable=True),
        sa.Column("created_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("request_to_ala_by_due_on", "request_to_ala", ["due_on"], sqlite_where=_LIVING)
    op.create_table(
        "reply",
        sa.Column("request_id", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("replied_by", sa.String(), nullable=True),
        sa.Column("replied_on", sa.String(), nullable=True),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("_deleted", sa.Integer(), nullable=True),
        sa.Column("extra", sa.String(), nullable=True),
        sa.Column("group_id", sa.String(), nullable=True),
        sa.Column("created_seq", sa.Integer(), nullable=True),
        sa.Column("created_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("reply_by_request_id", "reply", ["request_id"], sqlite_where=_LIVING)
    op.create_table(
        "seen_request",
        sa.Column("request", sa.String(), nullable=False),
        sa.Column("told", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("request"),
    )
