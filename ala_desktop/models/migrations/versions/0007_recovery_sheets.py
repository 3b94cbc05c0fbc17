"""Recovery sheets, under which the comune's key is left at the hub."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "recovery_sheet",
        sa.Column("which", sa.String(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("left", sa.String(), nullable=False),
        sa.Column("left_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("which"),
    )
