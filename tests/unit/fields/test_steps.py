"""What older editions wrote is read under the names and in the forms of this one."""

from __future__ import annotations

import pytest

from ala_desktop.fields.spec import Catalog
from ala_desktop.fields.steps import Step, Steps, words
from ala_desktop.fields.values import Value
from ala_desktop.models.catalog import build


def rent_in_cents(value: Value) -> Value:
    return value * 100 if isinstance(value, int) else value


STEPS = Steps(
    [
        Step("unit", "monthly_rent", "rent_cents", 3),
        Step("unit", "rent", "monthly_rent", 2, rent_in_cents),
        Step("unit", "state", "state", 2, words({"free": "vacant"})),
    ]
)


@pytest.mark.parametrize(
    ("field", "value", "now"),
    [
        ("rent", 12, ("rent_cents", 1_200)),
        ("monthly_rent", 1_200, ("rent_cents", 1_200)),
        ("rent_cents", 1_200, ("rent_cents", 1_200)),
        ("rent", None, ("rent_cents", None)),
        ("state", "free", ("state", "vacant")),
        ("state", "vacant", ("state", "vacant")),
        ("notes", "free", ("notes", "free")),
    ],
)
def test_a_field_of_any_edition_comes_to_its_present_name_and_form(field, value, now):
    assert (STEPS.name("unit", field), STEPS.value("unit", field, value)) == now


def test_another_kind_takes_no_step():
    assert not STEPS.touch("person")
    assert STEPS.name("person", "rent") == "rent"


def test_no_step_of_the_program_leads_from_a_field_that_is_in_use_or_to_one_that_is_not():
    catalog = build()
    for step in catalog.steps:
        fields = catalog[step.kind].fields
        assert step.to in fields or any(later.field == step.to for later in catalog.steps)
        assert step.to == step.field or step.field not in fields
        assert step.to not in catalog[step.kind].sealed, "a seal is bound to the name of its field"
        assert 1 < step.edition <= catalog.edition


def test_a_catalog_is_of_the_first_edition_unless_it_says_another():
    assert Catalog([]).edition == 1
