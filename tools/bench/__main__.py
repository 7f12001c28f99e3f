"""`python -m tools.bench [--quest FOLDER] [--only WORD] [--no-growth]`."""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.with_postgres import cluster, find_binaries
from tools.bench.load import WRK, Result, Target, repeat
from tools.bench.report import Growth, Row, write
from tools.bench.scenarios import SCENARIOS, Facts, Scenario, member_headers
from tools.bench.server import HEADERS, ROOT, cores, environment, fetch, granian, manage

RUNS = 3
SECONDS = 2.0  # wrk counts whole seconds
SHORT_SECONDS = 1.0
SMALL_ANSWER = 500  # bytes, about what completing and posting answer

OF_LESSONS = [
    "Lesson, anonymous, not cached", "Lesson, anonymous, first reader", "Lesson, member",
    "Quest, member", "Search, new words",
]  # fmt: skip
OF_COMMENTS = [
    "First page of a thread", "Lesson, anonymous, not cached", "Lesson, member",
    "Posting in the thread",
]  # fmt: skip
OF_LEARNERS = ["Lesson, member", "Completing a lesson"]


@dataclass(frozen=True)
class Stage:
    """A size of the site: what is added, and which scenarios are measured."""

    seeds: Sequence[tuple[str, int]]
    growth: Sequence[tuple[str, int, list[str]]]
    table: bool = False


STAGES = [
    Stage([("lessons", 73), ("learners", 10), ("comments", 10)], [
        ("lessons", 73, OF_LESSONS), ("learners", 10, OF_LEARNERS),
    ]),
    Stage([("lessons", 500), ("learners", 400), ("comments", 50)], [
        ("lessons", 500, OF_LESSONS), ("comments", 50, OF_COMMENTS), ("learners", 400, OF_LEARNERS),
    ]),
    Stage([("comments", 5000)], [("comments", 5000, OF_COMMENTS)], table=True),
    Stage([("comments", 50_000)], [("comments", 50_000, OF_COMMENTS)]),
    Stage([("lessons", 7300)], [("lessons", 7300, OF_LESSONS)]),
    Stage([("learners", 100_000)], [("learners", 100_000, OF_LEARNERS)]),
]  # fmt: skip


@dataclass
class Bench:
    """A benchmark run: the site's environment, the load's core and facts about the data."""

    env: dict[str, str]
    load_core: int | None
    facts: Facts

    def seed(self, stage: str, *arguments: str) -> None:
        """Add data to the database."""
        say(f"seeding {stage} {' '.join(arguments)}")
        manage(["-m", "tools.bench.seed", stage, *arguments], self.env)

    def look_around(self) -> None:
        """Read facts about the current data."""
        self.facts = json.loads(manage(["-m", "tools.bench.seed", "facts"], self.env))

    def target(self, port: int, seconds: float = SECONDS) -> Target:
        """Return the target of the load."""
        return Target(port=port, core=self.load_core, seconds=seconds)


def median(runs: list[Result]) -> Result:
    """Return the run with the median rate."""
    return sorted(runs, key=lambda run: run.rate)[len(runs) // 2]


def say(text: str) -> None:
    """Print progress on the terminal."""
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def size_of(bench: Bench, scenario: Scenario, port: int) -> int:
    """Return the size of the scenario's response in bytes."""
    if scenario.path is None:
        return SMALL_ANSWER
    headers = member_headers(bench.facts) if scenario.member else HEADERS
    return len(fetch(port, scenario.path(bench.facts), headers))


def measure(
    bench: Bench, scenario: Scenario, ports: Sequence[int], seconds: float
) -> tuple[int, Result, list[float]]:
    """Measure the scenario in rounds, alternating with constants of its size on other servers.

    Alternating exposes all of them to the same conditions. Returns the size, the median run and the
    median ratio to each server.
    """
    site, *others = ports
    size = size_of(bench, scenario, site)
    constant = f"/constant/{size}/"
    if scenario.warm:
        scenario.run(bench.target(site, SHORT_SECONDS), bench.facts)
    for port in others:
        repeat(bench.target(port, SHORT_SECONDS), constant, HEADERS)
    runs, ratios = [], []
    for _ in range(RUNS):
        run = scenario.run(bench.target(site, seconds), bench.facts)
        rates = [repeat(bench.target(p, SHORT_SECONDS), constant, HEADERS).rate for p in others]
        runs.append(run)
        ratios.append([run.rate / max(rate, 1e-9) for rate in rates])
    return size, median(runs), [statistics.median(column) for column in zip(*ratios, strict=True)]


def measure_stage(bench: Bench, stage: Stage, only: str) -> tuple[list[Row], list[Growth]]:
    """Start the servers and measure the stage's scenarios."""
    bare = {**bench.env, "BENCH_MIDDLEWARE": "no"}
    rows, growth = [], []
    with (
        granian("config.wsgi:application", bench.env) as site,
        granian("tools.bench.bare:application", bare) as plain,
        granian("tools.bench.bare:application", bench.env) as stack,
    ):
        for axis, number, names in stage.growth:
            for scenario in chosen(names, only):
                _size, run, (ratio,) = measure(bench, scenario, (site, stack), SHORT_SECONDS)
                growth.append(Growth(axis, number, scenario.name, run, ratio))
                say(f"{axis} {number}: {scenario.name}: {run.rate:,.0f}/s, {ratio:.3f}")
        if stage.table:
            for scenario in chosen([each.name for each in SCENARIOS], only):
                size, run, ratios = measure(bench, scenario, (site, plain, stack), SECONDS)
                rows.append(Row(scenario.name, size, run, *ratios))
                say(f"{rows[-1]}")
    return rows, growth


def chosen(names: list[str], only: str) -> list[Scenario]:
    """Return the scenarios of these names that contain the word."""
    return [each for each in SCENARIOS if each.name in names and only.lower() in each.name.lower()]


def stages_of(options: argparse.Namespace) -> list[Stage]:
    """Return all stages, or only those up to the main table."""
    if not options.no_growth:
        return STAGES
    last = next(index for index, stage in enumerate(STAGES) if stage.table)
    return [Stage(each.seeds, [], each.table) for each in STAGES[: last + 1]]


def arguments() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    parser.add_argument("--quest", default=str(ROOT / "fixtures" / "quests" / "jax"))
    parser.add_argument("--only", default="", help="only scenarios whose name has this word")
    parser.add_argument("--no-growth", action="store_true")
    parser.add_argument("--to", type=Path, default=ROOT / "docs" / "performance.md")
    return parser.parse_args()


def main() -> int:
    """Measure and write the tables. Returns the exit code."""
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
        bench = Bench(env, load_core, {})
        rows, growth = [], []
        for stage in stages_of(options):
            for what, number in stage.seeds:
                bench.seed(what, str(number))
            if stage.growth or stage.table:
                bench.look_around()
                more = measure_stage(bench, stage, options.only)
                rows += more[0]
                growth += more[1]
    write(options.to, rows, growth, loader="wrk" if WRK else "the own loader")
    return 0


if __name__ == "__main__":
    sys.exit(main())
