"""The first day of an office, and getting back in when the passphrase is lost."""
