"""Verdicts on possible duplicates, which record stands for which, and the indexes of natural keys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    names = ("record_kind", "first_id", "second_id", "verdict", "kept_id", "reason")
    op.create_table(
        "duplicate_link",
        *(sa.Column(name, sa.String(), nullable=True) for name in names),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("_deleted", sa.Integer(), nullable=True),
        sa.Column("extra", sa.String(), nullable=True),
        sa.Column("group_id", sa.String(), nullable=True),
        sa.Column("created_seq", sa.Integer(), nullable=True),
        sa.Column("created_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "linked_record",
        sa.Column("other", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("kept", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("other"),
    )
    op.create_index("linked_record_kept", "linked_record", ["kept"])
    op.drop_index("person_fiscal_code", "person")
    op.drop_index("housing_unit_cadastral", "housing_unit")
    for kind, name, key, last in _keys():
        living = sa.text(f"_deleted IS NULL AND {last} IS NOT NULL")
        op.create_index(f"{kind}_same_{name}", kind, [sa.text(key)], sqlite_where=living)


def _keys() -> list[tuple[str, str, str, str]]:
    """Of each natural key: kind, name, expression and the field without which a row has none."""
    home = ("cadastral_sheet", "cadastral_parcel", "cadastral_subunit")
    names = [f"substr({_compact(column)}, 1, 1)" for column in ("surname", "name")]
    initials = f"min({', '.join(names)}) || max({', '.join(names)})"
    protocol = f"substr(submitted_on, 1, 4) || '|' || {_number('protocol')}"
    grant = f"year || '|' || service || '|' || {_code('beneficiary_fiscal_code')} || '|' || granted_cents"
    return [
        ("person", "fiscal_code", _code("fiscal_code"), "fiscal_code"),
        ("person", "birth", f"{initials} || '|' || birth_date", "birth_date"),
        ("housing_unit", "cadastral", " || '|' || ".join(map(_number, home)), home[2]),
        ("housing_unit", "regional_id", _compact("regional_id"), "regional_id"),
        ("building", "address", f"{_compact('address')} || '|' || {_compact('street_number')}", "street_number"),
        ("building", "cadastral", " || '|' || ".join(map(_number, home[:2])), home[1]),
        ("housing_application", "protocol", protocol, "protocol"),
        ("housing_application", "regional_id", _compact("regional_id"), "regional_id"),
        ("intervention", "grant", grant, "granted_cents"),
    ]


def _compact(column: str) -> str:
    return f"upper(replace({column}, ' ', ''))"


def _number(column: str) -> str:
    return f"ltrim({_compact(column)}, '0')"


def _code(column: str) -> str:
    """A codice fiscale with its omocodia folded back, without the check character."""
    key = _compact(column)
    parts: list[str] = []
    for at, length in ((1, 6), (7, 2), (9, 1), (10, 2), (12, 1), (13, 3)):
        part = f"substr({key}, {at}, {length})"
        for figure, letter in enumerate("LMNPQRSTUV" if at in (7, 10, 13) else ""):
            part = f"replace({part}, '{letter}', '{figure}')"
        parts.append(part)
    usual = "".join("[0-9]" if place in (6, 7, 9, 10, 12, 13, 14) else "[A-Z]" for place in range(15)) + "*"
    first = f"{key} GLOB '{usual}' AND length({key}) = 16 THEN substr({key}, 1, 15)"
    return f"CASE WHEN {first} WHEN length({key}) <> 16 THEN {key} ELSE {' || '.join(parts)} END"
