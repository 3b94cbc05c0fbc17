"""Logs of other tenants: whose PC this is, and which devices are ALA's."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("replica", sa.Column("office", sa.String(), nullable=False, server_default=""))
    op.execute("UPDATE replica SET office = tenant")
    op.add_column("peer", sa.Column("agency", sa.Integer(), nullable=False, server_default="0"))
