"""Files that belong to records: adding, reading and removing them (`attachments`), and what may be one (`taking`)."""
