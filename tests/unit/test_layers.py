"""The import rule (docs/adr/0005): kept by the code, and each part of it noticed when it is broken."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_logo=True, no_cache=True))"
LOAD = """
import importlib, pkgutil, sys
top = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(getattr(top, "__path__", []), top.__name__ + "."):
    if ".migrations" not in module.name:
        importlib.import_module(module.name)
ours = [name for name in sys.modules if (name + ".").startswith(top.__name__ + ".") and ".migrations" not in name]
print(len(ours))
sys.exit(any(name.partition(".")[0] in ("PySide6", "shiboken6") for name in sys.modules))
"""
WINDOW = {"ui", "app", "demo"}
BELOW_THE_WINDOW = sorted(
    path.stem
    for path in (ROOT / "ala_desktop").iterdir()
    if path.stem not in {*WINDOW, "__init__", "__main__", "__pycache__"} and any(path.glob("*.py")) | path.is_file()
)


def python(root: Path, code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run code in a process of its own, on the package that stands in `root`."""
    environment = {**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def plant(copy: Path, module: str, source: str) -> None:
    path = copy / "ala_desktop" / module
    path.parent.mkdir(parents=True, exist_ok=True)
    (path.parent / "__init__.py").touch()
    path.write_text(f'"""Planted by a test."""\n\n{source}\n', encoding="utf-8")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "ala_desktop", tmp_path / "ala_desktop", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_the_code_keeps_every_contract():
    result = python(ROOT, LINT)
    assert result.returncode == 0, result.stdout
    assert "0 broken" in result.stdout


@pytest.mark.parametrize(
    ("module", "source", "contract"),
    [
        ("core/planted.py", "import ala_desktop.models.catalog", "Imports go down only"),
        ("sync/planted.py", "import ala_desktop.printing.target", "Imports go down only"),
        ("services/planted.py", "from PySide6.QtCore import QObject", "Qt stays in ui, app and demo"),
        ("wiring.py", "import PySide6.QtWidgets", "Qt stays in ui, app and demo"),
        ("ui/planted.py", "import sqlalchemy.orm", "Screens never speak SQL"),
        ("hub/planted.py", "import ala_desktop.printing.target", "The hub imports neither services nor printing"),
        ("hub/planted.py", "import ala_desktop.models.tables", "The hub carries nothing of a desktop's store"),
        ("models/record.py", "import sqlalchemy", "The hub carries nothing of a desktop's store"),
        ("rules/planted.py", "import sqlalchemy", "Fields, rules and core are pure"),
        ("planted.py", "", "Imports go down only"),
    ],
)
def test_a_planted_import_breaks_its_contract(copy: Path, module: str, source: str, contract: str):
    plant(copy, "printing/target.py", "")
    plant(copy, module, source)
    result = python(copy, LINT)
    assert result.returncode == 1, result.stdout + result.stderr
    broken = [line for line in result.stdout.splitlines() if " BROKEN" in line]
    assert any(line.startswith(contract) for line in broken), result.stdout


def test_the_packages_of_the_hub_are_among_those_that_are_loaded():
    assert {"core", "fields", "models", "rules", "sync"} <= set(BELOW_THE_WINDOW)


@pytest.mark.parametrize("package", BELOW_THE_WINDOW)
def test_a_package_below_the_window_loads_without_qt(package: str):
    result = python(ROOT, LOAD, f"ala_desktop.{package}")
    assert result.returncode == 0, result.stderr
    files = [path for path in (ROOT / "ala_desktop").glob(f"{package}/**/*.py") if "migrations" not in path.parts]
    assert int(result.stdout) == max(len(files), 1)


def test_the_window_itself_may_import_qt(copy: Path):
    plant(copy, "ui/planted.py", "from PySide6.QtCore import QObject")
    result = python(copy, LINT)
    assert result.returncode == 0, result.stdout


def test_qt_in_a_package_is_noticed_when_it_loads(copy: Path):
    plant(copy, "rules/planted.py", "import PySide6.QtCore")
    result = python(copy, LOAD, "ala_desktop.rules")
    assert result.returncode == 1
    assert result.stderr == ""


def test_types_are_strict_everywhere_but_in_the_window():
    strict = set(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pyright"]["strict"])
    modules = [path for path in (ROOT / "ala_desktop").iterdir() if path.stem not in {*WINDOW, "__pycache__"}]
    assert {f"ala_desktop/{path.name}" for path in modules} <= strict
