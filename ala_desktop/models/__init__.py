"""The records, one file per family, and the encrypted store that holds them. No Qt."""
