"""Who a codice fiscale belongs to, and which applications and grants wait for the person that theirs names.

A link is made by codice fiscale only, compared without spaces and case; never by name.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlalchemy import Connection

from ala_desktop.fields.identifiers import identifying_key
from ala_desktop.models.natural_keys import condition, expression
from ala_desktop.rules.duplicates import SIGNS, folded_code
from ala_desktop.services.linked import standing

KEY_SQL = "upper(replace(fiscal_code, ' ', ''))"
"""The compared form in SQL."""
_SIGN = next(sign for sign in SIGNS if (sign.kind, sign.name) == ("person", "fiscal_code"))
WITH_KEY = (
    f"{condition(_SIGN)} AND {expression(_SIGN)} IN (SELECT value FROM json_each(?)) "  # noqa: S608
    f"AND {KEY_SQL} IN (SELECT value FROM json_each(?))"
)
"""SQL: the living people with one of some codes, asked with `asked`: by the index, which folds omocodia back."""
CASES = {"housing_application": "applicant_fiscal_code", "intervention": "beneficiary_fiscal_code"}
"""The kinds of record that name a person by codice fiscale, and the field in which they do."""


def asked(keys: Iterable[str]) -> tuple[str, str]:
    """What `WITH_KEY` is asked with, for codes in their compared form."""
    wanted = list(keys)
    return json.dumps([folded_code(key) for key in wanted]), json.dumps(wanted)


def people_with(connection: Connection, keys: Iterable[str]) -> dict[str, str]:
    """Ids of living people by codice fiscale in its compared form; of two with the same, the first by id.

    For a person whom another record stands for, the id of that one.
    """
    query = f"SELECT {KEY_SQL}, {standing('id')} FROM person WHERE {WITH_KEY} ORDER BY id DESC"  # noqa: S608
    rows = connection.exec_driver_sql(query, asked(keys))
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
