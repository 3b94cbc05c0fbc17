"""Every bench runs, on little; what the figures are is nobody's business here."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.figures import Figure, interleaved, quantile

ROOT = Path(__file__).resolve().parents[2]
KEYS = ["name", "value", "unit", "baseline", "baseline_name", "ratio"]
LITTLE = ["--records", "200", "--units", "400", "--runs", "1"]


def bench(*names: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-m", "bench", *names, *LITTLE],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize(
    ("name", "figures"),
    [
        ("prompt", {"prompt"}),
        ("first_page", {"first_page", "first_page.filled", "first_page.argon2id"}),
        ("units", {"units.open.p50", "units.page.p95", "units.jump.p95", "units.search.p95"}),
        ("twins", {"twins.p50", "twins.p95", "twins.count"}),
        ("import", {"import", "import.preview", "import.csv"}),
        ("push", {"push", "push.unacknowledged", "pull", "merge", "verify", "digest"}),
        ("sizes", {"push.1000", "pull.1000", "merge.1000", "push.50000", "verify.100000"}),
        ("weight", {"wire.push", "wire.idle", "memory.desktop", "memory.hub"}),
        ("join", {"join", "join.wire", "join.snapshot"}),
        ("save", {"save", "save.p95"}),
        pytest.param(
            "hub",
            {"hub.1", "hub.62", "hub.7900"},
            marks=pytest.mark.skipif(sys.platform != "linux", reason="a PostgreSQL from a wheel starts on Linux only"),
        ),
    ],
)
def test_a_bench_prints_each_figure_beside_its_baseline(name, figures):
    done = bench(name)

    assert done.returncode == 0, done.stderr
    told = {line["name"]: line for line in map(json.loads, done.stdout.splitlines())}
    assert figures <= told.keys()
    for line in told.values():
        assert list(line) == KEYS
        assert line["value"] > 0
        if line["baseline"] is not None:
            assert line["baseline"] > 0
            assert line["ratio"] == pytest.approx(line["value"] / line["baseline"], rel=0.01)


def test_an_unknown_name_is_told_with_the_known_ones():
    done = bench("pulll")

    assert done.returncode == 1
    assert "pulll" in done.stderr
    assert "merge" in done.stderr
    assert not done.stdout


def test_cases_take_turns():
    order: list[str] = []

    interleaved(2, {"one": lambda: order.append("one") or 1.0, "two": lambda: order.append("two") or 2.0})

    assert order == ["one", "two", "one", "two"]


def test_a_ratio_over_its_aim_is_missed_and_one_at_it_is_not():
    assert Figure("push", 0.5, "s", 0.2, "pipe", aim=2.0).missed
    assert not Figure("push", 0.4, "s", 0.2, "pipe", aim=2.0).missed
    assert Figure("units.page.p95", 51.0, "ms", aim_value=50.0).missed


def test_a_quantile_leaves_its_share_below():
    assert quantile([float(n) for n in range(100)], 0.95) == 95.0
    assert quantile([3.0], 0.95) == 3.0


def test_a_figure_of_which_more_is_better_is_missed_below_its_least():
    assert Figure("hub.62", 499, "/s", least=500).missed
    assert not Figure("hub.62", 500, "/s", least=500).missed
    assert "at least 500 /s: MISSED" in Figure("hub.62", 499, "/s", least=500).words()
