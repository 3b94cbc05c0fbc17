"""Tables on devices in PostgreSQL: what each told of its state and left under its recovery sheet, and frames that wait.

Statements only; `postgres_schema` runs them.
"""

from __future__ import annotations

from typing import LiteralString

DEVICE_TABLES = ("picture", "quarantine", "sheet", "sheet_try")

CREATE: LiteralString = """
CREATE TABLE picture (tenant text COLLATE "C" NOT NULL, device text COLLATE "C" NOT NULL, version text NOT NULL,
    epoch integer NOT NULL, seq bigint NOT NULL, kinds text NOT NULL, PRIMARY KEY (tenant, device));
CREATE TABLE quarantine (tenant text COLLATE "C" NOT NULL, header_hash text COLLATE "C" NOT NULL, device text NOT NULL,
    received text NOT NULL, sealed bytea NOT NULL, PRIMARY KEY (tenant, header_hash));
ALTER TABLE picture ENABLE ROW LEVEL SECURITY;
ALTER TABLE picture FORCE ROW LEVEL SECURITY;
ALTER TABLE quarantine ENABLE ROW LEVEL SECURITY;
ALTER TABLE quarantine FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON picture TO ala_hub_intake, ala_hub_reader
    USING (tenant = current_setting('ala.tenant', true));
CREATE POLICY own_rows ON quarantine TO ala_hub_intake, ala_hub_reader
    USING (tenant = current_setting('ala.tenant', true));
GRANT SELECT ON picture, quarantine TO ala_hub_intake, ala_hub_reader;
GRANT INSERT, UPDATE ON picture TO ala_hub_intake;
GRANT INSERT, DELETE ON quarantine TO ala_hub_intake;
"""

SHEETS: LiteralString = """
CREATE TABLE sheet (tenant text COLLATE "C" NOT NULL, device text COLLATE "C" NOT NULL, name text NOT NULL,
    blob text NOT NULL, PRIMARY KEY (tenant, device));
CREATE TABLE sheet_try (tenant text COLLATE "C" NOT NULL, device text COLLATE "C" NOT NULL, day text NOT NULL,
    tries integer NOT NULL, PRIMARY KEY (tenant, device));
ALTER TABLE sheet ENABLE ROW LEVEL SECURITY;
ALTER TABLE sheet FORCE ROW LEVEL SECURITY;
ALTER TABLE sheet_try ENABLE ROW LEVEL SECURITY;
ALTER TABLE sheet_try FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON sheet TO ala_hub_intake, ala_hub_reader
    USING (tenant = current_setting('ala.tenant', true));
CREATE POLICY own_rows ON sheet_try TO ala_hub_intake, ala_hub_reader
    USING (tenant = current_setting('ala.tenant', true));
GRANT SELECT ON sheet, sheet_try TO ala_hub_intake, ala_hub_reader;
GRANT INSERT, UPDATE ON sheet, sheet_try TO ala_hub_intake;
"""
