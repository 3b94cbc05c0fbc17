"""The files that set the project up: the lock names everything, and nothing but names, versions and hashes."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = ["requirements.lock", "requirements-dev.lock"]
LOCKED = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>[0-9a-z.]+)(?: ; [a-z_<>=!'\"0-9. ()A-Z]+)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?")


def lines(lock: str) -> list[str]:
    return [line for line in (ROOT / lock).read_text(encoding="utf-8").splitlines() if not line.startswith("#")]


def versions(lock: str) -> dict[str, str]:
    found = (LOCKED.fullmatch(line) for line in lines(lock))
    return {match["name"]: match["version"] for match in found if match}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_only_names_versions_and_hashes(lock: str):
    strangers = [line for line in lines(lock) if not LOCKED.fullmatch(line) and not HASH.fullmatch(line)]
    assert strangers == []
    assert len(versions(lock)) > 30


@pytest.mark.parametrize(
    ("lock", "groups"), [("requirements.lock", ["build"]), ("requirements-dev.lock", ["build", "dev"])]
)
def test_a_lock_satisfies_what_the_project_asks_for(lock: str, groups: list[str]):
    asked = [
        *PROJECT["project"]["dependencies"],
        *(line for name in groups for line in PROJECT["dependency-groups"][name]),
    ]
    locked = versions(lock)
    for requirement in map(Requirement, asked):
        assert locked[canonicalize_name(requirement.name)] in requirement.specifier, requirement


def test_both_locks_agree():
    small, large = (versions(lock) for lock in LOCKS)
    assert small.items() <= large.items()


def test_every_command_of_the_readme_is_a_target_of_the_makefile():
    named = set(re.findall(r"\bmake ([a-z]+)", (ROOT / "README.md").read_text(encoding="utf-8")))
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {"run", "test"} <= named <= targets


def test_the_demonstration_and_the_tests_have_the_same_registers():
    demo, tests = ROOT / "resources" / "demo", ROOT / "tests" / "data" / "registri"
    registers = {path.name for path in tests.iterdir()} - {"atteso.json"}
    assert len(registers) == 5
    for name in registers:
        assert (demo / name).read_bytes() == (tests / name).read_bytes()
