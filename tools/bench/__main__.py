"""`python -m tools.bench [--quest FOLDER] [--only WORD] [--no-growth]`."""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.with_postgres import cluster, find_binaries
from tools.bench.load import WRK, Result, Target, repeat
from tools.bench.report import Growth, Row, write
from tools.bench.scenarios import SCENARIOS, Facts, Scenario, member_headers
from tools.bench.server import HEADERS, ROOT, cores, environment, fetch, granian, manage

RUNS = 3
SECONDS = 2.0  # wrk counts whole seconds
WARM_UP_SECONDS = 1.0
GROWTH_SECONDS = 1.0
SMALL_ANSWER = 500  # bytes, about what completing and posting answer


@dataclass
class Bench:
    """One measuring: the site's environment, the cores and the facts of the seed."""

    env: dict[str, str]
    load_core: int | None
    facts: Facts
    size: int

    def seed(self, stage: str, *arguments: str) -> None:
        """Fill the database further."""
        say(f"seeding {stage} {' '.join(arguments)}")
        manage(["-m", "tools.bench.seed", stage, *arguments], self.env)

    def target(self, port: int, seconds: float = SECONDS) -> Target:
        """Where the load goes."""
        return Target(port=port, core=self.load_core, seconds=seconds)

    def measure(self, scenario: Scenario, port: int, seconds: float = SECONDS) -> Result:
        """The median of some runs, after one to warm up."""
        if scenario.path:
            scenario.run(self.target(port, WARM_UP_SECONDS), self.facts)
        runs = [scenario.run(self.target(port, seconds), self.facts) for _ in range(RUNS)]
        return median(runs)


def median(runs: list[Result]) -> Result:
    """The run in the middle by requests per second."""
    return sorted(runs, key=lambda run: run.rate)[len(runs) // 2]


def say(text: str) -> None:
    """Progress, on the terminal."""
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def exists(path: str) -> bool:
    """Whether the site has an address that begins so."""
    code = "import django; django.setup(); from django.urls import resolve; resolve({!r})"
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    probe = path if path.endswith("sync/") else f"{path}1/write/"
    command = [sys.executable, "-c", code.format(probe)]
    return (
        subprocess.run(command, cwd=ROOT, env=env, capture_output=True, check=False).returncode == 0
    )


def sizes(bench: Bench, port: int, scenarios: list[Scenario]) -> dict[str, int]:
    """How many bytes each scenario's answer has."""
    found = {}
    for scenario in scenarios:
        headers = member_headers(bench.facts) if scenario.member else HEADERS
        path = scenario.path(bench.facts) if scenario.path else None
        found[scenario.name] = len(fetch(port, path, headers)) if path else SMALL_ANSWER
    return found


def measure_all(bench: Bench, scenarios: list[Scenario]) -> list[Row]:
    """Every scenario beside its yardsticks, in turns, so that all meet the same weather."""
    bare = {**bench.env, "BENCH_MIDDLEWARE": "no"}
    with (
        granian("config.wsgi:application", bench.env) as site,
        granian("tools.bench.bare:application", bare) as plain,
        granian("tools.bench.bare:application", bench.env) as stack,
    ):
        size_of = sizes(bench, site, scenarios)
        return [
            measure_row(bench, scenario, size_of[scenario.name], (site, plain, stack))
            for scenario in scenarios
        ]


def measure_row(bench: Bench, scenario: Scenario, size: int, ports: tuple[int, int, int]) -> Row:
    """Some rounds of: the scenario, the constant without and the constant with middleware."""
    site, *others = ports
    constant = f"/constant/{size}/"
    if scenario.path:
        scenario.run(bench.target(site, WARM_UP_SECONDS), bench.facts)
    for port in others:
        repeat(bench.target(port, WARM_UP_SECONDS), constant, HEADERS)
    runs, ratios = [], []
    for _ in range(RUNS):
        run = scenario.run(bench.target(site), bench.facts)
        rates = [repeat(bench.target(p, GROWTH_SECONDS), constant, HEADERS).rate for p in others]
        runs.append(run)
        ratios.append([run.rate / rate for rate in rates])
    of_bare, of_stack = (statistics.median(column) for column in zip(*ratios, strict=True))
    row = Row(scenario.name, size, median(runs), of_bare, of_stack)
    say(f"{row}")
    return row


def growth_of(
    bench: Bench, axis: str, steps: list[tuple[str, str]], names: list[str]
) -> list[Growth]:
    """How the scenarios change while one number grows."""
    found = []
    for step in steps:
        bench.seed(*step)
        with granian("config.wsgi:application", bench.env) as port:
            for scenario in SCENARIOS:
                if scenario.name in names and (not scenario.part or exists(scenario.part)):
                    result = bench.measure(scenario, port, GROWTH_SECONDS)
                    found.append(Growth(axis, int(step[1]), scenario.name, result))
                    say(f"{axis} {step[1]}: {scenario.name}: {result}")
    return found


def measure_growth(bench: Bench) -> list[Growth]:
    """The three ways in which a site grows."""
    lesson = "Lesson, anonymous, not cached"
    found = []
    if exists("/threads/"):
        steps = [("comments", "50"), ("comments", "5000"), ("comments", "50000")]
        found += growth_of(bench, "comments", steps, [lesson, "Posting in the thread"])
    found += growth_of(
        bench, "lessons", [("lessons", "73"), ("lessons", "500"), ("lessons", "7300")],
        [lesson, "Lesson, member", "Search, anonymous"],
    )  # fmt: skip
    return found + growth_of(
        bench, "learners", [("learners", "400"), ("learners", "100000")],
        ["Lesson, member", "Completing a lesson"],
    )  # fmt: skip


def wanted_scenarios(only: str) -> list[Scenario]:
    """Those that this version of the site has."""
    return [
        scenario
        for scenario in SCENARIOS
        if only.lower() in scenario.name.lower() and (not scenario.part or exists(scenario.part))
    ]


def arguments() -> argparse.Namespace:
    """What was asked on the command line."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    parser.add_argument("--quest", default=str(ROOT / "fixtures" / "quests" / "jax"))
    parser.add_argument("--only", default="", help="only scenarios whose name has this word")
    parser.add_argument("--no-growth", action="store_true")
    parser.add_argument("--to", type=Path, default=ROOT / "docs" / "performance.md")
    return parser.parse_args()


def main() -> int:
    """Measure and write the tables; returns the exit code."""
    options = arguments()
    binaries = find_binaries()
    if binaries is None:
        print("Postgres is not installed (apt install postgresql).", file=sys.stderr)
        return 1
    server_core, load_core = cores()
    if server_core is not None:
        os.sched_setaffinity(0, {server_core})  # Postgres and granian inherit it
    with tempfile.TemporaryDirectory() as folder, cluster(binaries) as url:
        env = environment(url, Path(folder))
        say("seeding the quest and its members")
        manage(["-m", "tools.bench.seed", "base", options.quest], env)
        facts: dict[str, Any] = json.loads(manage(["-m", "tools.bench.seed", "facts"], env))
        bench = Bench(env, load_core, facts, SMALL_ANSWER)
        if exists("/threads/"):
            bench.seed("comments", "50")
        rows = measure_all(bench, wanted_scenarios(options.only))
        growth = [] if options.no_growth else measure_growth(bench)
    write(options.to, rows, growth, loader="wrk" if WRK else "the own loader")
    return 0


if __name__ == "__main__":
    sys.exit(main())
