"""The exchange by file, as a dialog in three steps: write a file or read one, what to do with it, what came of it."""
