"""Alembic's folder: one file per change of the store's tables, in `versions/`."""
