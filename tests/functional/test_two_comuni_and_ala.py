"""Two comuni and ALA on one hub, by commands: what ALA publishes, reads, decides; what no comune reads of another."""

from __future__ import annotations

import io
import json
import sqlite3
from contextlib import redirect_stderr, redirect_stdout
from functools import partial
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ala_desktop.cli import context, main, offices
from ala_desktop.hub.serving import STORE_FILE
from ala_desktop.models.catalog import build
from ala_desktop.services.office import Office as DataFolder
from ala_desktop.sync import chain, envelope
from ala_desktop.sync.declined import Declined
from ala_desktop.sync.protocol import Position
from ala_desktop.sync.transport import Contact
from ala_desktop.sync.transport_http import HttpTransport
from tests.factory import CHEAP
from tests.functional import test_commands
from tests.functional.test_by_stick import trip
from tests.hub_frames import Pen, creation, line
from tests.hubs import HubProcess

A, B = "A995", "C816"
SECRET = "Seguita dai servizi dal 2019, riservatissimo"
SHARED = "Via degli Orefici"


class Office(test_commands.Office):
    """As there, without a process for each command: these days have some hundred commands."""

    def run(self, *arguments, **environment):
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err), pytest.MonkeyPatch.context() as patch:
            patch.setenv(context.PASSPHRASE_FILE, str(self.secret))
            for module in (context, offices):
                patch.setattr(module, "open_office", lambda folder: DataFolder(folder, build(), cost=CHEAP))
            code = main.run([*map(str, arguments), "--data", str(self.folder / "dati"), "--json"])
        return CompletedProcess(arguments, code, out.getvalue(), err.getvalue())


def joined(folder: Path, hub: HubProcess, office: str) -> Office:
    made = Office(folder)
    made.ask("init", *(["--ala"] if office == "ALA" else ["--comune", office]))
    made.ask("enrol", "--hub", hub.url, "--code", hub.invite(office))
    return made


def everything_at(hub: HubProcess, text: str) -> list[str]:
    """Tables of the hub's store that hold a text anywhere, batches opened."""
    found: list[str] = []
    with sqlite3.connect(hub.folder / STORE_FILE) as store:
        for (table,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in store.execute(f"SELECT * FROM {table}"):
                cells = [cell if isinstance(cell, bytes) else str(cell).encode() for cell in row]
                frames = [cell for cell in cells if cell.startswith(b"ALA1")]
                cells += [b"\n".join(envelope.payload_of(envelope.split(frame)).lines) for frame in frames]
                found += [table] if any(text.encode() in cell for cell in cells) else []
    return found


def confirm_each_other(one: Office, other: Office) -> None:
    """The second PC gets the comune's key."""
    for office in (one, other):
        office.ask("sync")
    for office in (one, other):
        for device in office.ask("devices"):
            if not device["here"]:
                office.ask("devices", "--confirm", device["device"])
    other.ask("sync")


@pytest.fixture
def ala(tmp_path: Path, hub: HubProcess) -> Office:
    return joined(tmp_path / "ala", hub, "ALA")


@pytest.fixture
def comune(tmp_path: Path, hub: HubProcess) -> Office:
    return joined(tmp_path / "borghetto", hub, A)


def test_a_measure_of_alas_reaches_one_comune_by_network_and_one_by_stick(
    tmp_path: Path, hub: HubProcess, ala: Office, comune: Office
):
    offline = Office(tmp_path / "codogno")
    presentation, letter, reply = (tmp_path / f"{name}.ala" for name in ("presentazione", "chiede", "risposta"))
    code = json.loads(hub.ask("invite", B, "--presentation", str(presentation)).stdout)["code"]
    offline.ask("init", "--comune", B)
    offline.ask("enrol", "--presentation", presentation, "--code", code, "--to", letter)
    hub.ask("post", str(letter), "--reply", str(reply))
    offline.ask("sync", "--from", reply)

    put = ("service=misura_unica", "name=Misura Unica 2026", "year=2026", "cap_cents=3600,00")
    measure = ala.ask("edit", "measure", "new", *put, "--tenant", "AMBITO")["id"]
    rules = (
        "service=SAP",
        "name=Requisiti SAP",
        "valid_from=2026-01-01",
        "source=R.R. 2/2025",
        "parameters=isee = 16000",
    )
    notice = ("service=SAP", "subject=Avviso SAP autunno 2026", "closes_on=2026-11-30")
    for kind, fields in (("rule_set", rules), ("public_notice", notice)):
        ala.ask("edit", kind, "new", *fields, "--tenant", "AMBITO")
    told = ala.ask("sync")
    assert (told["sent"], told["acknowledged"], told["tenants"]["AMBITO"]["acknowledged"]) == (3, 3, 3)

    assert comune.ask("sync")["tenants"]["AMBITO"]["received"] == 3
    assert trip(offline, hub, "misura")["tenants"]["AMBITO"]["received"] == 3
    for office in (comune, offline):
        assert [row["source"] for row in office.ask("list", "rule_set", "--tenant", "AMBITO")] == ["R.R. 2/2025"]
        assert len(office.ask("list", "public_notice", "--tenant", "AMBITO")) == 1
        assert office.ask("show", "measure", measure)["name"] == "Misura Unica 2026"
        assert office.ask("digest", "--tenant", "AMBITO") == ala.ask("digest", "--tenant", "AMBITO")
        grant = office.ask("edit", "intervention", "new", "type=contributo", "year=2026", f"measure_id={measure}")
        assert grant["measure_id"] == measure
        assert "leggere" in office.fail("edit", "measure", measure, "name=Altro")["title"]
        assert "scrivere" in office.fail("edit", "measure", measure, "name=Altro", "--tenant", "AMBITO")["title"]
    assert "tenants" not in comune.ask("sync")  # AMBITO has not moved since


def test_ala_reads_what_comuni_share_and_nothing_that_they_keep(
    tmp_path: Path, hub: HubProcess, ala: Office, comune: Office
):
    other = joined(tmp_path / "codogno", hub, B)
    units = {}
    for tenant, office in ((A, comune), (B, other)):
        units[tenant] = office.ask("edit", "housing_unit", "new", f"code=U-{tenant}", f"address={SHARED}")["id"]
        person = office.ask("edit", "household", "new", "name=Famiglia Bianchi", f"notes={SECRET}")["id"]
        office.ask("sync")

    told = ala.ask("sync")["tenants"]
    assert {tenant: told[tenant]["received"] for tenant in (A, B)} == {A: 2, B: 2}
    for tenant, unit in units.items():
        assert ala.ask("show", "housing_unit", unit, "--tenant", tenant)["address"] == SHARED
        (seen,) = ala.ask("list", "household", "--tenant", tenant)
        assert (seen["name"], seen["notes"]) == ("Famiglia Bianchi", None)
        assert ala.ask("verify", "--tenant", tenant)["clean"] is True
    assert comune.ask("show", "household", comune.ask("list", "household")[0]["id"])["notes"] == SECRET
    assert person
    kept, shared = everything_at(hub, SECRET), everything_at(hub, SHARED)
    assert (kept, len(shared)) == ([], 2)
    assert "non disponibile" in comune.fail("list", "housing_unit", "--tenant", B)["title"]
    assert "scrivere" in ala.fail("edit", "housing_unit", units[A], "address=Altrove", "--tenant", A)["title"]


def test_a_conflict_that_ala_resolves_is_resolved_on_both_pcs_and_signed_by_ala(
    tmp_path: Path, hub: HubProcess, ala: Office, comune: Office
):
    second = joined(tmp_path / "secondo", hub, A)
    confirm_each_other(comune, second)
    unit = comune.ask("edit", "housing_unit", "new", "code=U1", "address=Via Roma")["id"]
    for office in (comune, second):
        office.ask("sync")
    comune.ask("edit", "housing_unit", unit, "address=Via di uno")
    second.ask("edit", "housing_unit", unit, "address=Via di due")
    for office in (comune, second, comune):
        office.ask("sync")

    assert ala.ask("sync")["tenants"][A]["conflicts"] == 1
    (conflict,) = ala.ask("conflicts", "list", "--tenant", A)
    assert comune.ask("conflicts", "list") == second.ask("conflicts", "list") == [conflict]
    ala.ask("conflicts", "resolve", conflict["id"], "--keep", "parked", "--tenant", A)
    assert ala.ask("sync")["tenants"][A]["acknowledged"] == 1

    for office in (comune, second):
        assert office.ask("sync")["received"] == 1
        assert office.ask("conflicts", "list") == []
        assert office.ask("show", "housing_unit", unit)["address"] == conflict["parked"]["value"]
        assert office.ask("verify")["clean"] is True
        assert [device["name"] for device in office.ask("devices")] != []
    assert comune.ask("digest") == second.ask("digest") == ala.ask("digest", "--tenant", A)


def test_a_comune_gets_nothing_of_another_with_its_own_key_whatever_it_asks(
    tmp_path: Path, hub: HubProcess, comune: Office
):
    comune.ask("edit", "housing_unit", "new", "code=U1", f"address={SHARED}")
    comune.ask("sync")
    hostile = joined(tmp_path / "codogno", hub, B)
    desk = DataFolder(hostile.folder / "dati", build(), cost=CHEAP).open(hostile.secret.read_text().strip())
    me = desk.me
    desk.close()
    assert me.hub is not None
    assert me.hub_key is not None
    start = Position(1, 0, chain.START)
    for tenant in (A, "ALA"):
        line_to = HttpTransport(Contact(hub.url, me.hub, me.hub_key, me.device, me.sign_key, tenant))
        pulls = (partial(line_to.pull, start), partial(line_to.pull_whole, start))
        for ask in (*pulls, line_to.devices, line_to.tenants):
            with pytest.raises(Declined, match="foreign_tenant"):
                ask()
        pen = Pen(tenant, me.device_name, me.device, key=Ed25519PrivateKey.from_private_bytes(me.sign_key))
        with pytest.raises(Declined, match="foreign_tenant"):
            line_to.push(pen.frame(line(creation()), hub=me.hub))
        line_to.close()
    assert everything_at(hub, SHARED) == ["frame"]
