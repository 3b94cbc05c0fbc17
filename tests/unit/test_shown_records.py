"""What the commands show of a record: every field but those that open something."""

from __future__ import annotations

import dataclasses
from argparse import Namespace
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ala_desktop.cli import records
from ala_desktop.cli.context import Context
from ala_desktop.services.attachments.attachments import Attachments
from ala_desktop.services.desk import Desk
from tests import factory
from tests.hubs import pc
from tests.local_hub import LocalHub


@dataclasses.dataclass(frozen=True)
class Opened(Context):
    """The command line in front of an office that is open already."""

    office: Desk

    @contextmanager
    def desk(self, tenant: str | None = None) -> Generator[Desk]:
        yield self.office


@pytest.mark.parametrize("command", [records.show, records.list_records])
def test_the_key_of_a_file_is_nobodys_to_see(tmp_path: Path, command):
    where = pc(tmp_path / "pc", LocalHub().connect)
    paper = tmp_path / "perizia.pdf"
    paper.write_bytes(b"%PDF-1.4 perizia")
    row = Attachments(where.desk, where.exchange).attach("housing_unit", factory.unit(where.desk), paper)
    wanted = Namespace(tenant=None, kind="attachment", id=row.id, where=[])

    answer = command(Opened(tmp_path, where.desk), wanted)

    assert row.text("name") in str(answer)
    assert row.text("key") not in str(answer)
    where.desk.close()
