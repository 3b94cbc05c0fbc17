"""Registers of other comuni: the same columns and kinds of mistakes elsewhere, figures counted while planting."""

from __future__ import annotations

import random

import pytest

from ala_desktop.services.registers.importing import Importing
from ala_desktop.sync import picture
from tests import registers

SEEDS = range(8)


def planted(folder, seed):
    """The four registers of one comune."""
    people = registers.households(folder, seed)
    return [
        registers.units(folder, seed),
        people,
        registers.applications(folder, seed, people.people),
        registers.grants(folder, seed, people.people),
    ]


def reported(importing, register):
    """What the import of one register reported, with only line, column and value of refused rows."""
    report = importing.run(importing.preview(register.kind, register.path)).as_json()
    for refusal in report["refused"]:
        assert refusal.pop("reason")
    return report


@pytest.mark.parametrize("seed", SEEDS)
def test_every_figure_is_what_was_planted_in_any_order(tmp_path, desk, seed):
    importing = Importing(desk)
    files = planted(tmp_path, seed)
    random.Random(seed).shuffle(files)
    for register in files:
        report = reported(importing, register)
        assert {name: report[name] for name in register.expected} == register.expected
        rows = ("taken", "with_warnings", "not_rows")
        assert sum(report[n] for n in rows) + len(report["refused"]) + len(report["duplicates"]) == register.rows
    with desk.reading() as connection:
        run = connection.exec_driver_sql
        for case, code in (("housing_application", "applicant"), ("intervention", "beneficiary")):
            linked = f"SELECT count(*) FROM {case} WHERE (person_id IS NULL) != ({code}_fiscal_code IS NULL)"
            assert run(linked).scalar() == 0
        assert run("SELECT count(*) FROM intervention WHERE measure_id IS NULL").scalar() == 0
        assert (
            run("SELECT count(*) FROM measure").scalar()
            == run("SELECT count(*) FROM (SELECT DISTINCT service, year FROM intervention)").scalar()
        )
        assert picture.verify(connection, desk.rows) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_file_again_takes_nothing_and_writes_nothing(tmp_path, desk, seed):
    importing = Importing(desk)
    files = planted(tmp_path, seed)
    first = {register.kind: reported(importing, register) for register in files}
    written = desk.me.next_device_seq
    for register in reversed(files):
        report = reported(importing, register)
        before = first[register.kind]
        assert (report["taken"], report["with_warnings"], report["differences"]) == (0, 0, [])
        assert (report["refused"], report["not_rows"]) == (before["refused"], before["not_rows"])
        again = before["taken"] + before["with_warnings"] + len(before["duplicates"])
        assert len(report["duplicates"]) == again
        assert report["import_id"] is None
    assert desk.me.next_device_seq == written


@pytest.mark.parametrize("seed", SEEDS)
def test_undoing_every_import_leaves_an_empty_office(tmp_path, desk, seed):
    importing = Importing(desk)
    files = planted(tmp_path, seed)
    random.Random(-seed).shuffle(files)
    ids = [reported(importing, register)["import_id"] for register in files]
    for import_id in reversed(ids):
        assert importing.undo(import_id).left == ()
    with desk.reading() as connection:
        for kind in desk.catalog:
            living = f"SELECT count(*) FROM {kind} WHERE _deleted IS NULL"
            assert connection.exec_driver_sql(living).scalar() == 0, kind
        assert picture.verify(connection, desk.rows) == []
    for register in files:
        report = reported(importing, register)
        assert {name: report[name] for name in register.expected} == register.expected
