"""ALA's PC drops the frames of a comune's log that it need not keep: it shows, proves and folds as before.

By commands.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Generator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest

from ala_desktop.models.catalog import build
from ala_desktop.services.desk import Desk
from ala_desktop.services.office import Office as DataFolder
from ala_desktop.sync.horizon import due
from tests.factory import CHEAP, PASSPHRASE
from tests.functional.test_two_comuni_and_ala import A, Office, joined
from tests.hubs import HubProcess


@pytest.fixture
def offices(tmp_path: Path, hub: HubProcess) -> tuple[Office, Office]:
    """A comune and ALA, which has received its units."""
    comune, ala = joined(tmp_path / "comune", hub, A), joined(tmp_path / "ala", hub, "ALA")
    for number in range(12):
        comune.ask("edit", "housing_unit", "new", f"code=BL{number:04}", "address=Via Roma")
    for office in (comune, ala):
        office.ask("sync")
    return comune, ala


def asked(hub: HubProcess, *arguments: str) -> dict[str, Any]:
    answer = hub.ask(*arguments)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


@contextmanager
def opened(office: Office, tenant: str) -> Generator[Desk]:
    desk = DataFolder(office.folder / "dati", build(), cost=CHEAP).open(PASSPHRASE)
    try:
        with nullcontext(desk) if tenant == desk.tenant else desk.others.open(tenant) as log:
            yield log
    finally:
        desk.close()


def frames(office: Office, tenant: str) -> list[int]:
    """Bytes of each frame that a PC has of a log, oldest first."""
    with opened(office, tenant) as desk, desk.reading() as connection:
        assert not due(connection, desk.catalog)
        query = "SELECT length(sealed) FROM frame ORDER BY first_seq"
        return list(connection.exec_driver_sql(query).scalars())


def test_only_what_every_backup_holds_goes_and_only_from_another_offices_log(
    offices: tuple[Office, Office], hub: HubProcess, tmp_path: Path
):
    comune, ala = offices
    seq = asked(hub, "snapshot", A)["made"][A]["seq"]
    shutil.copytree(hub.folder, tmp_path / "copia")
    comune.ask("edit", "housing_unit", "new", "code=BL0099", "address=Via Po")
    comune.ask("sync")
    ala.ask("sync")
    assert min(frames(ala, A)) > 0

    assert asked(hub, "horizon", "--backup", str(tmp_path / "copia")) == {"horizon": {A: seq}}
    comune.ask("sync")
    ala.ask("sync")

    assert min(frames(comune, A)) > 0
    kept = frames(ala, A)
    assert kept[0] == 0
    assert min(kept[-3:]) > 0
    units = ala.ask("list", "housing_unit", "--tenant", A)
    assert {unit["code"] for unit in units} == {f"BL{number:04}" for number in (*range(12), 99)}
    (unit,) = comune.ask("list", "housing_unit", "--where", "code=BL0003")
    comune.ask("edit", "housing_unit", unit["id"], "address=Via Adda")
    comune.ask("sync")
    ala.ask("sync")
    assert ala.ask("digest", "--tenant", A)["digest"] == comune.ask("digest")["digest"]
    assert ala.ask("verify", "--tenant", A) == comune.ask("verify")

    late = joined(tmp_path / "ala2", hub, "ALA")
    late.ask("sync")

    assert frames(late, A)[0] == 0
    assert late.ask("digest", "--tenant", A)["digest"] == comune.ask("digest")["digest"]
    assert late.ask("verify", "--tenant", A) == comune.ask("verify")
