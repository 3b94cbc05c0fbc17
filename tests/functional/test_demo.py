"""The demonstration without a display, as `make run` plays it: what it leaves is what registers and stores say."""

import json
import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from ala_desktop.demo.people import FAMILY, PASSPHRASE, SITTERS, TENANT
from ala_desktop.models.catalog import build
from ala_desktop.services.office import Office
from ala_desktop.services.sittings.course import Sittings
from ala_desktop.services.soundness import Soundness
from tests.unit.printing import pdf_reading

ROOT = Path(__file__).resolve().parents[2]
EXPECTED = json.loads((ROOT / "tests/data/registri/atteso.json").read_text(encoding="utf-8"))["files"]
PAGES = {
    "oggi", "alloggi", "alloggio", "nuclei", "nucleo", "persona", "domande", "domanda", "contributi", "commissioni",
    "seduta", "scambio", "dati-discordanti", "prompt", "primo-avvio-1-ufficio", "primo-avvio-2-frase",
    "primo-avvio-3-foglio", "importazione-anteprima", "importazione-rendiconto",
}  # fmt: skip


def demo(*arguments: str, screen: str | None = "offscreen") -> subprocess.CompletedProcess[str]:
    hidden = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    environment |= {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    if screen:
        environment["QT_QPA_PLATFORM"] = screen
    return subprocess.run(
        [sys.executable, "-m", "ala_desktop", "demo", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def size_of(picture: Path) -> tuple[int, int]:
    head = picture.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", head[16:24])


def check_pictures(out: Path, told: dict) -> None:
    pictures = {path.stem: size_of(path) for path in out.glob("*.png")}
    assert pictures.keys() >= PAGES
    assert sorted(f"{name}.png" for name in pictures) == sorted(told["pictures"])
    assert set(pictures.values()) == {(1366, 768)}
    assert len({(out / f"{name}.png").read_bytes() for name in pictures}) == len(pictures)


def check_registers(told: dict) -> None:
    kept = {figures["file"]: figures for figures in told["imported"].values()}
    assert kept.keys() == EXPECTED.keys()
    for file, expected in EXPECTED.items():
        figures = kept[file]
        assert figures["refused"] == len(expected["refused"])
        assert figures["duplicates"] == len(expected["duplicates"])
        shared = expected.keys() & figures.keys() - {"refused", "duplicates"}
        assert shared >= {"taken", "with_warnings", "not_rows"}
        assert {name: figures[name] for name in shared} == {name: expected[name] for name in shared}


def check_papers(out: Path, told: dict) -> None:
    minutes, draft = (pdf_reading.text((out / name).read_bytes()) for name in ("verbale.pdf", "verbale-bozza.pdf"))
    for sitter in SITTERS:
        assert sitter.name in minutes
    for who in (FAMILY[0], TENANT):
        assert who.full_name in minutes
    assert f"n. {told['decided']['minutes_number']}" in minutes
    for words in (
        "Idonea",
        "Non idonea",
        "Rinviata ad altra seduta",
        "Accolta",
        "Conflitto di interessi",
        "contrari 1",
    ):
        assert words in minutes
    for item in told["decided"]["items"]:
        assert item["subject"] in minutes
        votes = item["votes"]
        if votes:
            assert f"favorevoli {votes['favour']}, contrari {votes['against']}" in minutes
    assert "BOZZA senza numero" in draft
    assert "BOZZA" not in minutes
    assert "FOGLIO DI RECUPERO" in pdf_reading.text((out / "foglio-di-recupero.pdf").read_bytes())


def check_decisions(told: dict) -> None:
    decided = told["decided"]
    assert decided["state"] == "approvato"
    assert [item["position"] for item in decided["items"]] == list(range(1, 10))
    assert decided["outcomes"] == {"idonea": 5, "non_idonea": 1, "rinviata": 1, "accolta": 1}
    left = [item for item in decided["items"] if item["conflicts_of_interest"]]
    assert [(item["conflicts_of_interest"], sum(item["votes"].values())) for item in left] == [
        (["Carla Zanoncelli"], 3)
    ]
    assert [item["votes"]["against"] for item in decided["items"] if item["votes"]].count(1) == 1


def check_store(folder: Path, told: dict) -> None:
    """What the summary says is what both stores hold, opened afterwards."""
    for name in ("ufficio", "secondo-pc"):
        desk = Office(folder / name, build()).open(PASSPHRASE)
        try:
            by_hand = {kind: sum(row.group is None for row in desk.find(kind)) for kind in desk.catalog}
            assert {kind: count for kind, count in by_hand.items() if count} == told["registered"]
            [sitting] = desk.find("sitting")
            file = Sittings(desk).file(sitting.id)
            assert (file.approved, file.number) == (True, told["decided"]["minutes_number"])
            assert [row["outcome"] for row in file.items] == [item["outcome"] for item in told["decided"]["items"]]
            granted = desk.find("intervention", outcome="accolta")
            assert [row["granted_cents"] for row in granted] == [told["decided"]["items"][7]["amount_cents"]]
            assert desk.find("housing_unit", address=told["conflicts"]["decided_value"])
            assert Soundness(desk).digest() == (told["digest"], told["seq"])
            assert Soundness(desk).verify() == []
        finally:
            desk.close()


@pytest.mark.timeout(240)
def test_the_day_leaves_its_papers_pictures_and_a_summary_that_the_stores_confirm(tmp_path):
    out, data = tmp_path / "out", tmp_path / "dati"
    out.mkdir()
    for left in ("verbale.pdf", "guasto.png"):
        (out / left).write_text("di un altro giorno", encoding="utf-8")
    done = demo("--headless", "--out", os.path.relpath(out, ROOT), "--data", str(data), "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told == json.loads((out / "riepilogo.json").read_text(encoding="utf-8"))
    assert "Traceback" not in done.stderr
    check_pictures(out, told)
    check_registers(told)
    check_papers(out, told)
    check_decisions(told)
    assert told["sent"] == told["second_pc"]["received"] + told["conflicts"]["found"] - 1
    assert (told["received"], told["second_pc"]["sent"]) == (1, 1)
    assert told["conflicts"]["found"] == 1
    assert told["conflicts"]["left"] == 0
    assert (told["digests_equal"], told["verify"]) == (True, "clean")
    assert {path.name for path in out.iterdir() if path.suffix != ".png"} == {
        "verbale.pdf", "verbale-bozza.pdf", "foglio-di-recupero.pdf", "riepilogo.json"
    }  # fmt: skip
    check_store(data, told)


def test_a_folder_with_something_in_it_is_left_alone(tmp_path):
    (tmp_path / "nota.txt").write_text("mia", encoding="utf-8")
    done = demo("--headless", "--out", str(tmp_path / "out"), "--data", str(tmp_path))
    assert done.returncode == 1
    assert "La cartella dei dati non è vuota" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["nota.txt"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a screen")
def test_without_a_screen_the_window_says_what_to_do_instead():
    done = demo(screen=None)
    assert done.returncode == 1
    assert "Qui non c'è uno schermo" in done.stderr
    assert "--headless" in done.stderr


def test_what_is_not_understood_is_told_in_words():
    done = demo("--sottovoce")
    assert done.returncode == 1
    assert "Comando non riconosciuto" in done.stderr
