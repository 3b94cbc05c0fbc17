"""Where each field of a record stands on its form: one short file per record, in the order of the paper form."""
