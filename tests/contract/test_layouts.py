"""Every record can be filled in: each field laid out once or declared hidden, each kind with an editor."""

import pytest

from ala_desktop.models.catalog import build
from ala_desktop.ui.layouts.base import WIDTH
from ala_desktop.ui.layouts.choose import LAYOUTS

CATALOG = build()


@pytest.mark.parametrize("kind", CATALOG)
def test_each_field_is_laid_out_once_or_declared_hidden(kind):
    layout = LAYOUTS[kind]
    shown = layout.names()
    assert sorted([*shown, *layout.hidden]) == sorted(CATALOG[kind].fields)
    assert all(layout.hidden.values())


@pytest.mark.parametrize("kind", CATALOG)
def test_no_row_is_wider_than_the_form(kind):
    for section in LAYOUTS[kind].sections:
        assert section.title
        for row in section.places():
            assert sum(place.span for place in row) <= WIDTH


def test_there_is_no_layout_for_a_record_that_does_not_exist():
    assert set(LAYOUTS) == set(CATALOG)
