"""What ALA may publish for all comuni."""

from ala_desktop.models.catalog import build


def test_what_is_published_names_nobody_and_keeps_nothing_from_anybody():
    catalog = build()

    assert catalog.published == {"measure", "rule_set", "public_notice"}
    for kind in catalog.published:
        assert not catalog[kind].sealed
        assert not {"person_id", "household_id", "fiscal_code"} & catalog[kind].fields.keys()
