"""Panels under a record's form: what hangs on the record and is no field of it."""
