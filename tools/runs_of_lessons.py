"""`python -m tools.runs_of_lessons [PATH…]`: run the lessons' code as learners run it.

Starts a daemon with the lessons' environment (`make lessons-environment`) and gives it what the
site would send: each sample after those before it, each exercise's starter and model answers with
the check. Prints what differs from the captures that `make lessons` compares with, and how long the
runs took. Exits with 1 when something differs. Needs bubblewrap.
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runner import client
from runner.limits import Limits
from tools.lessons.captures import Capture, capture_path, read_capture, tidy_output
from tools.lessons.compare import differences
from tools.lessons.lessons import Lesson, Sample, find_lessons

ROOT = Path(__file__).resolve().parents[1]
PYTHON = ROOT / ".lessons-venv" / "bin" / "python"
QUESTS = ROOT / "fixtures" / "quests"
STARTING_SECONDS = 180
MAX_DIFFERENCES = 3
LIMIT_SECONDS = 300
TRACEBACK = "Traceback (most recent call last):\n"
MODULE = re.compile(r"^(?:\w+\.)+(?=[A-Z]\w*: )", re.MULTILINE)
# What Python warns of goes to standard error, which captures don't hold.
WARNING = re.compile(r"^\S+\.py:\d+: \w*Warning: .*\n(?:  .*\n)?", re.MULTILINE)


@dataclass(frozen=True)
class Sent:
    """A program of a lesson and what the daemon answered."""

    place: str
    result: dict[str, Any]
    problems: list[str] = field(default_factory=list)


@contextmanager
def daemon(python: Path, slots: int) -> Iterator[str]:
    """Start a daemon; yields its address. Raises SystemExit when it does not start."""
    with tempfile.TemporaryDirectory(prefix="runs-of-lessons-") as folder:
        url = f"unix:{folder}/runner.sock"
        env = {
            **os.environ,
            "RUNNER_LISTEN": url,
            "RUNNER_PYTHON": str(python),
            "RUNNER_SLOTS": str(slots),
            # A busy machine: what takes longer than learners' runs may is reported, not cut off.
            "RUNNER_SECONDS": str(LIMIT_SECONDS),
        }
        command = [sys.executable, "-m", "runner", "serve"]
        with subprocess.Popen(command, cwd=ROOT, env=env) as process:
            try:
                wait_for(process, url)
                yield url
            finally:
                process.terminate()


def wait_for(process: subprocess.Popen[bytes], url: str) -> None:
    """Return when the daemon answers. Raises SystemExit when it ended or takes too long."""
    limit = time.monotonic() + STARTING_SECONDS
    while process.poll() is None and time.monotonic() < limit:
        try:
            client.status(url)
            return
        except OSError:
            time.sleep(0.1)
    sys.exit("The daemon does not start.")


def run_lesson(url: str, lesson: Lesson) -> list[Sent]:
    """Run all samples and the exercise of one lesson."""
    return [*run_samples(url, lesson), *run_exercise(url, lesson)]


def send(url: str, kind: str, files: dict[str, Any]) -> dict[str, Any]:
    """Run a program and return its result."""
    return client.execute(url, kind, files, seconds=LIMIT_SECONDS)


def run_samples(url: str, lesson: Lesson) -> Iterator[Sent]:
    """Run each sample after those before it."""
    before: list[str] = []
    for sample in lesson.samples:
        code = sample.path.read_text(encoding="utf-8")
        result = send(url, "run", {"code": code, "before": before, "check": ""})
        yield Sent(str(sample.path), result, list(problems_of(sample, result)))
        before.append(code)


def problems_of(sample: Sample, result: dict[str, Any]) -> Iterator[str]:
    """Yield how a result differs from the sample's capture."""
    capture = read_capture(capture_path(sample.path))
    if capture is None:
        yield "has no capture"
        return
    expected = "error" if sample.fails else "ok"
    if result["ended"] != expected:
        yield f"ended {result['ended']}, not {expected}: {result['error']}"
    if result["seconds"] > Limits.wall_seconds:
        yield f"took {result['seconds']:.0f} s, more than learners' runs may"
    if result["cut"]:
        yield "the output is cut"
    if len(result["figures"]) != len(capture.figures) or result["figures_dropped"]:
        dropped = result["figures_dropped"]
        yield f"{len(result['figures'])} figures ({dropped} dropped), not {len(capture.figures)}"
    yield from differing_lines(sample, capture, result)


def differing_lines(sample: Sample, capture: Capture, result: dict[str, Any]) -> Iterator[str]:
    """Yield the lines that differ.

    A capture ends with the beginning of the error, a run with a traceback in which the sample is
    called code.py.
    """
    expected, got = capture.output, WARNING.sub("", tidy_output(result["output"]))
    if sample.fails:
        expected = MODULE.sub("", expected).replace(sample.path.name, "code.py")
        printed = got.partition(TRACEBACK)[0]
        lines = f"{printed}{result['error']}".splitlines()
        got = "\n".join(lines[: len(expected.splitlines())])
    for each in differences(expected, got)[:MAX_DIFFERENCES]:
        yield f"line {each.line}: expected {each.expected!r}, got {each.got!r}"


def run_exercise(url: str, lesson: Lesson) -> Iterator[Sent]:
    """Run the starter, which must fail its check with words, and the answers, which must pass."""
    if lesson.exercise is None:
        return
    check = lesson.exercise.check.read_text(encoding="utf-8")

    def checked(code: str) -> dict[str, Any]:
        return send(url, "check", {"code": code, "before": [], "check": check})

    place = str(lesson.exercise.starter)
    result = checked(lesson.exercise.starter.read_text(encoding="utf-8"))
    yield Sent(place, result, ["the starter passes"] if result["solved"] else [])
    for answer in lesson.exercise.answers:
        result = checked(answer.code)
        why = result["failed"] or result["error"]
        yield Sent(answer.place, result, [] if result["solved"] else [f"does not pass: {why}"])


def say(sent: list[Sent]) -> int:
    """Print each problem; returns their number."""
    for each in sent:
        for problem in each.problems:
            print(f"{each.place}: {problem}")
    return sum(len(each.problems) for each in sent)


def say_times(sent: list[Sent], wall: float) -> None:
    """Print how long the runs took."""
    seconds = sorted(each.result["seconds"] for each in sent)
    memory = max(each.result["memory"] for each in sent) // 1024**2
    late = seconds[int(len(seconds) * 0.95)]
    print(
        f"{len(sent)} runs in {wall:.0f} s; a run takes {statistics.median(seconds):.2f} s"
        " (median),"
        f" {late:.2f} s (95 of 100), {seconds[-1]:.2f} s (longest); at most {memory} MB"
    )


def main() -> None:
    """Run everything at the given paths."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("paths", nargs="*", type=Path, default=[QUESTS])
    parser.add_argument("--python", type=Path, default=PYTHON, help="of the lessons' environment")
    parser.add_argument("--slots", type=int, default=2, help="programs at once")
    options = parser.parse_args()
    lessons = [lesson for path in options.paths for lesson in find_lessons(path)]
    began, problems, sent = time.monotonic(), 0, list[Sent]()
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    with daemon(options.python, options.slots) as url, ThreadPoolExecutor(options.slots) as pool:
        for lesson, done in zip(
            lessons, pool.map(lambda x: run_lesson(url, x), lessons), strict=True
        ):
            problems += say(done)
            print(f"{lesson.path}: {len(done)} runs")
            sent += done
    say_times(sent, time.monotonic() - began)
    print(f"{len(lessons)} lessons, {problems} problems")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
