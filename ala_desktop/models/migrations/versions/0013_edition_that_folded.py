"""Which edition of the records the rows were folded by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("replica", sa.Column("folded_by", sa.String(), nullable=True))
