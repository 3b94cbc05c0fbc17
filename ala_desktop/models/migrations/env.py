"""What Alembic runs: the migrations, on the connection that `models.migrate` opened (or that a test compares)."""

from __future__ import annotations

from alembic import context

from ala_desktop.models.migrating import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    transaction_per_migration=False,
)
context.run_migrations()
