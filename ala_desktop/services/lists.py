"""What each list of the window shows: columns, order, search and narrowing. How a list works is in `listing`."""

from __future__ import annotations

from ala_desktop.fields.kinds import Choice, Number, Text
from ala_desktop.services.linked import FIRST_TIME, among, shown, standing
from ala_desktop.services.listing import Column, Echo, ListSpec

_PERSON = (
    "(SELECT trim(coalesce(p.surname, '') || ' ' || coalesce(p.name, '')) FROM person p "  # noqa: S608
    f"WHERE p.id = {standing('t.person_id')})"
)
_UNIT = (
    "(SELECT trim(coalesce(u.code, '') || '  ' || coalesce(u.address, '') || ' ' || coalesce(u.street_number, '')) "  # noqa: S608
    f"FROM housing_unit u WHERE u.id = {standing('t.unit_id')})"
)
_MEMBERS = (
    f"FROM household_member m JOIN person p ON p.id = {standing('m.person_id')} "
    f"WHERE m.household_id = t.id AND m._deleted IS NULL AND p._deleted IS NULL AND {FIRST_TIME}"
)
_HOUSEHOLD = (
    "(SELECT h.name FROM household_member m JOIN household h ON h.id = m.household_id "  # noqa: S608
    f"WHERE m.person_id IN {among('t.id')} AND m._deleted IS NULL AND h._deleted IS NULL LIMIT 1)"
)

_SHORT = Choice(
    {"SAP": "SAP", "SAT": "SAT", "SAS": "SAS", "HOUSING": "Housing", "PRIVATE": "Privato", "OTHER": "Altro"}
)

UNITS = ListSpec(
    kind="housing_unit",
    columns=(
        Column("code", 10, "Codice"),
        Column("address", 24),
        Column("street_number", 5),
        Column("floor", 5),
        Column("interior", 4, "Int."),
        Column("net_area_sqm", 6, "m²"),
        Column("designation", 8, "Tipo", kind=_SHORT),
        Column("occupancy", 20),
        Column("condition", 19),
        Column("owner_body", 16),
        Column("rent_cents", 10, "Canone"),
    ),
    order=("code",),
    narrowed_by="occupancy",
)
BUILDINGS = ListSpec(
    kind="building",
    columns=(
        Column("address", 34),
        Column("street_number", 8),
        Column("name", 30),
        Column("cadastral_sheet", 8),
        Column("cadastral_parcel", 10),
        Column("owner_body", 18),
        Column("year_built", 10, "Costruito"),
        Column(
            "units", 8, "Alloggi", f"(SELECT count(*) FROM housing_unit u WHERE u.building_id IN {among('t.id')} "  # noqa: S608
            f"AND u._deleted IS NULL AND {shown('u')})", Number(),
        ),
    ),
    order=("address", "street_number"),
)  # fmt: skip
HOUSEHOLDS = ListSpec(
    kind="household",
    columns=(
        Column("name", 28),
        Column("size", 12, "Componenti", f"(SELECT count(*) {_MEMBERS})", Number()),
        Column(
            "members", 44, "Chi ne fa parte",
            f"(SELECT group_concat(p.surname || ' ' || coalesce(p.name, ''), ', ') {_MEMBERS})", Text(4000),
            searched=True,
        ),
        Column("unit", 30, "Alloggio", _UNIT, Text()),
        Column("declared_isee_cents", 13),
    ),
    order=("name",),
    by_name=True,
    echoes=(
        Echo("household_member", "household_id", "household_member", "id"),
        Echo("person", "household_id", "household_member", "person_id"),
        Echo("housing_unit", "id", "household", "unit_id"),
    ),
)  # fmt: skip
PEOPLE = ListSpec(
    kind="person",
    columns=(
        Column("surname", 20),
        Column("name", 20),
        Column("birth_date", 12, "Nascita"),
        Column("birth_place", 20, "Luogo di nascita"),
        Column("fiscal_code", 20),
        Column("phone", 16),
        Column("household", 28, "Nucleo", _HOUSEHOLD, Text()),
    ),
    order=("surname", "name"),
    by_name=True,
    echoes=(
        Echo("household_member", "person_id", "household_member", "id"),
        Echo("household", "person_id", "household_member", "household_id"),
    ),
)
APPLICATIONS = ListSpec(
    kind="housing_application",
    columns=(
        Column("submitted_on", 11),
        Column("protocol", 12),
        Column("service", 20),
        Column("applicant", 28),
        Column("applicant_fiscal_code", 19, "Codice fiscale"),
        Column("isee_cents", 13),
        Column("score", 10),
        Column("outcome", 14),
        Column("decided_on", 11, "Del"),
    ),
    order=("submitted_on", "protocol"),
    newest_first=True,
    narrowed_by="outcome",
)
INTERVENTIONS = ListSpec(
    kind="intervention",
    columns=(
        Column("year", 6),
        Column("type", 13),
        Column("service", 22),
        Column(
            "beneficiary", 28, "Beneficiario", f"coalesce({_PERSON}, t.beneficiary_fiscal_code)",
            Text(), searched=True,
        ),
        Column("landlord", 22, "Proprietario"),
        Column("months", 6, "Mesi"),
        Column("granted_cents", 13, "Concesso"),
        Column("settled_cents", 13, "Liquidato"),
        Column("settled_on", 12, "Liquidato il"),
        Column("outcome", 14),
    ),
    order=("year", "beneficiary_fiscal_code"),
    newest_first=True,
    narrowed_by="service",
    echoes=(Echo("person", "id", "intervention", "person_id"),),
)  # fmt: skip
MEASURES = ListSpec(
    kind="measure",
    columns=(
        Column("year", 6),
        Column("name", 36),
        Column("service", 24),
        Column("valid_from", 12),
        Column("valid_until", 13),
        Column("isee_limit_cents", 13),
        Column("cap_cents", 18),
        Column("most_months", 10, "Mesi"),
    ),
    order=("year", "name"),
    newest_first=True,
    narrowed_by="service",
)
RULE_SETS = ListSpec(
    kind="rule_set",
    columns=(
        Column("valid_from", 12),
        Column("valid_until", 13),
        Column("name", 40),
        Column("edition", 12),
        Column("service", 24),
        Column("source", 36),
    ),
    order=("valid_from", "name"),
    newest_first=True,
    narrowed_by="service",
)
PUBLIC_NOTICES = ListSpec(
    kind="public_notice",
    columns=(
        Column("published_on", 13),
        Column("subject", 44),
        Column("service", 24),
        Column("opens_on", 12),
        Column("closes_on", 14),
        Column("notice_lead", 24),
    ),
    order=("published_on", "subject"),
    newest_first=True,
    narrowed_by="service",
)
COMMISSIONS = ListSpec(
    kind="commission",
    columns=(Column("name", 40), Column("body", 20), Column("quorum", 12), Column("place", 30), Column("active", 8)),
    order=("name",),
    by_name=True,
)
SITTINGS = ListSpec(
    kind="sitting",
    columns=(
        Column("held_on", 12),
        Column(
            "commission", 36, "Commissione", "(SELECT c.name FROM commission c WHERE c.id = t.commission_id)", Text(),
            searched=True,
        ),
        Column(
            "minutes", 14, "Verbale n.",
            "(SELECT n.number || '/' || n.year FROM minutes_number n WHERE n.sitting_id = t.id AND n._deleted IS NULL "
            "ORDER BY n.emergency_register IS NOT NULL LIMIT 1)", Text(),
        ),
        Column("place", 30),
        Column(
            "items", 8, "Punti", "(SELECT count(*) FROM agenda_item a WHERE a.sitting_id = t.id "
            "AND a._deleted IS NULL)", Number(),
        ),
        Column("state", 14),
    ),
    order=("held_on",),
    newest_first=True,
    narrowed_by="state",
    echoes=(
        Echo("commission", "id", "sitting", "commission_id"),
        Echo("minutes_number", "sitting_id", "minutes_number", "id"),
        Echo("agenda_item", "sitting_id", "agenda_item", "id"),
    ),
)  # fmt: skip
COMUNI = ListSpec(
    kind="comune",
    columns=(Column("name", 30), Column("belfiore", 10), Column("certified_email", 30)),
    order=("name",),
    by_name=True,
)
CLERKS = ListSpec(
    kind="clerk",
    columns=(Column("name", 30), Column("role", 20), Column("phone", 18), Column("email", 30), Column("active", 12)),
    order=("name",),
    by_name=True,
)

ALL: tuple[ListSpec, ...] = (
    UNITS, BUILDINGS, HOUSEHOLDS, PEOPLE, APPLICATIONS, INTERVENTIONS, MEASURES, RULE_SETS, PUBLIC_NOTICES,
    COMMISSIONS, SITTINGS, COMUNI, CLERKS,
)  # fmt: skip
"""Every list, by which references are also looked up."""
