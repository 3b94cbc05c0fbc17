"""The index of people by codice fiscale, which autogeneration passes over: it is over an expression."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_index("person_fiscal_code", "person", [sa.text("upper(replace(fiscal_code, ' ', ''))")])
