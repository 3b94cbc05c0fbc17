"""The tables of what the log amounts to, for ALA's analysts (DESIGN 4). Statements only; `postgres_schema` runs them.

`ala_hub_scribe` folds one tenant's log into documents; `ala_hub_analyst` reads the documents of all, and nothing else.
"""

from __future__ import annotations

from typing import LiteralString

SCRIBE, ANALYST = "ala_hub_scribe", "ala_hub_analyst"
DOCUMENT_TABLES = ("document", "documented")

CREATE: LiteralString = """
CREATE TABLE document (tenant text COLLATE "C" NOT NULL, kind text COLLATE "C" NOT NULL,
    record text COLLATE "C" NOT NULL, position bigint NOT NULL, imported text, deleted boolean NOT NULL,
    body jsonb NOT NULL, PRIMARY KEY (tenant, kind, record));
CREATE INDEX document_of_kind ON document (kind, tenant);
CREATE TABLE documented (tenant text COLLATE "C" PRIMARY KEY, epoch integer NOT NULL, seq bigint NOT NULL,
    chain text NOT NULL, rules text NOT NULL);
ALTER TABLE document ENABLE ROW LEVEL SECURITY;
ALTER TABLE document FORCE ROW LEVEL SECURITY;
ALTER TABLE documented ENABLE ROW LEVEL SECURITY;
ALTER TABLE documented FORCE ROW LEVEL SECURITY;
GRANT SELECT ON tenant, frame TO ala_hub_scribe;
GRANT SELECT, INSERT, UPDATE, DELETE ON document, documented TO ala_hub_scribe;
GRANT SELECT ON document TO ala_hub_analyst;
CREATE POLICY scribe ON tenant FOR SELECT TO ala_hub_scribe USING (tenant = current_setting('ala.tenant', true));
CREATE POLICY scribe ON frame FOR SELECT TO ala_hub_scribe USING (tenant = current_setting('ala.tenant', true));
CREATE POLICY own_rows ON document TO ala_hub_scribe USING (tenant = current_setting('ala.tenant', true));
CREATE POLICY own_rows ON documented TO ala_hub_scribe USING (tenant = current_setting('ala.tenant', true));
CREATE POLICY analyst ON document FOR SELECT TO ala_hub_analyst USING (true);
"""
"""`documented` says how far a tenant's documents follow its log, and by which rules they were folded."""
