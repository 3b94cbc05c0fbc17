"""Names of files that start-up must know before anything heavy is imported. Imports nothing."""

KEYS_FILE = "chiavi.json"
"""The wrapped keys of an office; where it lies, an office was set up."""
