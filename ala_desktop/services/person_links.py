"""Who a codice fiscale belongs to, and which applications and grants wait for the person that theirs names.

A link is made by codice fiscale only, compared without spaces and case; never by name.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlalchemy import Connection

from ala_desktop.fields.identifiers import fiscal_code_key, has_form

_SHORTEST = 11
"""Characters of a provisional code; what is shorter is a remark, not a code."""
_FEWEST_SIGNS = 4
"""Different characters that a code has at least; eleven zeros hold as a provisional code."""
KEY_SQL = "upper(replace(fiscal_code, ' ', ''))"
"""The compared form in SQL, as `models.people` indexes it."""
CASES = {"housing_application": "applicant_fiscal_code", "intervention": "beneficiary_fiscal_code"}
"""The kinds of record that name a person by codice fiscale, and the field in which they do."""


def identifying_key(code: object) -> str | None:
    """The compared form of a codice fiscale that can tell one person from another, or None.

    A wrong check character does not matter here; fillers such as `n.d.`, `-` or eleven zeros identify nobody.
    """
    if not isinstance(code, str):
        return None
    key = fiscal_code_key(code)
    if len(key) < _SHORTEST or len(set(key)) < _FEWEST_SIGNS:
        return None
    return key if has_form(key) or any(sign.isdigit() for sign in key) else None


def people_with(connection: Connection, keys: Iterable[str]) -> dict[str, str]:
    """Ids of living people by codice fiscale in its compared form; of two with the same, the first by id."""
    query = (
        f"SELECT {KEY_SQL}, id FROM person WHERE _deleted IS NULL "  # noqa: S608
        f"AND {KEY_SQL} IN (SELECT value FROM json_each(?)) ORDER BY id DESC"
    )
    rows = connection.exec_driver_sql(query, (json.dumps(list(keys)),))
    return {str(key): str(person) for key, person in rows}


class WaitingCases:
    """Living applications and interventions that name a codice fiscale and no person yet."""

    def __init__(self, connection: Connection) -> None:
        self._by_key: dict[str, list[tuple[str, str]]] = {}
        for kind, field in CASES.items():
            query = (
                f"SELECT id, {field} FROM {kind} WHERE _deleted IS NULL AND person_id IS NULL AND {field} IS NOT NULL"  # noqa: S608
            )
            for record, code in connection.exec_driver_sql(query):
                key = identifying_key(code)
                if key is not None:
                    self._by_key.setdefault(key, []).append((kind, record))

    def take(self, key: str) -> list[tuple[str, str]]:
        """(kind, id) of those that wait for this codice fiscale; they wait no longer."""
        return self._by_key.pop(key, [])
