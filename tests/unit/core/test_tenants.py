"""Tenants by code and name."""

import pytest

from ala_desktop.core import tenants
from ala_desktop.core.errors import Mendable


@pytest.mark.parametrize(
    ("typed", "tenant", "title"),
    [
        ("a995", "A995", "Comune di Borghetto Lodigiano"),
        ("Borghetto Lodigiano", "A995", "Comune di Borghetto Lodigiano"),
        ("ala", "ALA", "ALA"),
    ],
)
def test_an_office_is_found_by_code_or_name(typed: str, tenant: str, title: str):
    office = tenants.office_of(typed)

    assert (office.tenant, office.title) == (tenant, title)


def test_the_ambito_has_no_office_and_so_no_pc():
    with pytest.raises(Mendable):
        tenants.office_of("AMBITO")


def test_a_tenant_that_nobody_knows_goes_by_its_code():
    assert [tenants.name_of(tenant) for tenant in ("A995", "AMBITO", "Z999")] == [
        "Borghetto Lodigiano", "Ambito di Lodi", "Z999",
    ]  # fmt: skip
    assert [tenants.is_comune(tenant) for tenant in ("A995", "AMBITO", "ALA", "Z999")] == [True, False, False, False]
