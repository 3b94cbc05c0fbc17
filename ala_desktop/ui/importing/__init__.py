"""Importing an office register: choose, preview, run, account, undo."""
