"""Long runs that go on where they were stopped: which portions of seeds are done, for which state of the code.

A line of `.pytest_cache/soak.txt` is a portion that passed. Another state of the code begins anew.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from hashlib import blake2b
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DONE = ROOT / ".pytest_cache" / "soak.txt"


@cache
def code_state() -> str:
    """A name for everything that a seed rests on: the program, the tests, the versions of what they use."""
    digest = blake2b(digest_size=8)
    for path in sorted(file for folder in ("ala_desktop", "tests") for file in (ROOT / folder).rglob("*.py")):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest() + "-" + blake2b((ROOT / "requirements.lock").read_bytes(), digest_size=4).hexdigest()


def portion(name: str, seeds: range, play: Callable[[int], object], done: Path = DONE) -> None:
    """Play seeds, unless these were played by this code already; several processes may share the list of what is done.

    Raises:
        AssertionError: of the first seed that fails; then the portion is not done.
    """
    line = f"{code_state()} {name} {seeds.start} {seeds.stop}"
    if done.exists() and line in done.read_text(encoding="utf-8").splitlines():
        pytest.skip("done in an earlier run of the same code")
    for seed in seeds:
        play(seed)
    done.parent.mkdir(exist_ok=True)
    with done.open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
