"""Sets of rules, and public notices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_LIVING = sa.text("_deleted IS NULL")
_RULE_SET = ("service", "name", "edition", "valid_from", "valid_until", "source", "parameters", "notes")
_PUBLIC_NOTICE = (
    "service", "subject", "number", "published_on", "opens_on", "closes_on", "notice_lead", "web_address", "text",
)  # fmt: skip


def upgrade() -> None:
    """Apply."""
    _create("rule_set", _RULE_SET)
    op.create_index("rule_set_by_valid_from_name", "rule_set", ["valid_from", "name"], sqlite_where=_LIVING)
    _create("public_notice", _PUBLIC_NOTICE)
    columns = ["published_on", "subject"]
    op.create_index("public_notice_by_published_on_subject", "public_notice", columns, sqlite_where=_LIVING)


def _create(kind: str, texts: tuple[str, ...]) -> None:
    op.create_table(
        kind,
        *(sa.Column(name, sa.String(), nullable=True) for name in texts),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("_deleted", sa.Integer(), nullable=True),
        sa.Column("extra", sa.String(), nullable=True),
        sa.Column("group_id", sa.String(), nullable=True),
        sa.Column("created_seq", sa.Integer(), nullable=True),
        sa.Column("created_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
