"""Tables of restored hubs and forks in PostgreSQL (ADR 14): side branches, what is offered, transactions by identity.

Statements only; `postgres_schema` runs them.
"""

from __future__ import annotations

from typing import LiteralString

RESTORE_TABLES = ("link", "offered", "twin")

CREATE: LiteralString = """
ALTER TABLE frame ADD COLUMN previous text COLLATE "C" NOT NULL DEFAULT '', ADD COLUMN epoch integer NOT NULL DEFAULT 1;
ALTER TABLE frame NO FORCE ROW LEVEL SECURITY;
UPDATE frame SET previous = coalesce(convert_from(
    substring(sealed FROM 9 FOR (get_byte(sealed, 6) << 8) + get_byte(sealed, 7)), 'UTF8')::json ->> 'previous', '');
ALTER TABLE frame FORCE ROW LEVEL SECURITY;
ALTER TABLE frame ALTER COLUMN previous DROP DEFAULT, ALTER COLUMN epoch DROP DEFAULT;
CREATE INDEX frame_chain ON frame (tenant, chain);
CREATE INDEX frame_previous ON frame (tenant, device, previous);
DROP TABLE writer;
CREATE TABLE link (tenant text COLLATE "C" NOT NULL, after text COLLATE "C" NOT NULL, before text COLLATE "C" NOT NULL,
    first_seq bigint NOT NULL, count integer NOT NULL, header_hash text COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant, after));
CREATE TABLE offered (tenant text COLLATE "C" NOT NULL, header_hash text COLLATE "C" NOT NULL, day text NOT NULL,
    sealed bytea, PRIMARY KEY (tenant, header_hash));
ALTER TABLE offered ALTER COLUMN sealed SET STORAGE EXTERNAL;
CREATE TABLE twin (tenant text COLLATE "C" NOT NULL, seq bigint NOT NULL, device text COLLATE "C" NOT NULL,
    identity text COLLATE "C" NOT NULL, PRIMARY KEY (tenant, seq));
CREATE INDEX twin_identity ON twin (tenant, device, identity);
GRANT SELECT ON link, offered, twin TO ala_hub_intake, ala_hub_reader;
GRANT INSERT ON link, offered, twin TO ala_hub_intake;
GRANT UPDATE, DELETE ON offered TO ala_hub_intake;
"""
"""What a frame follows leads to where its device's chain stands; `writer` noted that of each incarnation."""
