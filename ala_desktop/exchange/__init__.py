"""Registers and lists in and out: CSV, XLSX, ODS. No SQL, no Qt; imported by `services` and above."""
