"""`python -m tools.load_runs`: 200 runs of 20 learners through real daemons, one of them killed.

Starts two daemons, a worker and a web server on a database of its own, sends half of the runs as
one learner and the rest as nineteen others, kills the first daemon with SIGKILL in the middle of a
run when a third has ended, starts it again a little later, and prints what became of the runs, and
how long a member's lesson page took meanwhile and without runs. Needs bubblewrap; takes two
minutes.
"""

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from itertools import pairwise
from pathlib import Path

from runner import client
from tools.bench.server import granian
from tools.load_reader import Reader

ROOT = Path(__file__).resolve().parents[1]
RUNS, LEARNERS = 200, 20
GREEDY = RUNS // 2
LONGEST = 900  # seconds
CODE = "total = sum(n * n for n in range(3_000_000))\nprint(total)"
LOOKS = 400  # without runs


def environment(folder: Path, urls: list[str]) -> dict[str, str]:
    """The site's settings for this run."""
    return {
        **os.environ,
        "DEBUG": "true",
        "LOG_LEVEL": "WARNING",
        "DATABASE_URL": f"sqlite:///{folder}/load.sqlite3",
        "RUNNER_URLS": ",".join(urls),
        "RUNNER_PYTHON": sys.executable,
        "RUNNER_PRELOAD": "",
        "RUNNER_SLOTS": "1",
        "RUNNER_WARM": "1",
    }


@contextmanager
def started(
    command: list[str], env: dict[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is killed at the end."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=env, stdout=output, stderr=output
        )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        process.wait()


def daemon(
    env: dict[str, str], url: str, folder: Path
) -> AbstractContextManager[subprocess.Popen[bytes]]:
    """A daemon that listens there."""
    return started(["-m", "runner", "serve"], {**env, "RUNNER_LISTEN": url}, folder / "daemon.log")


def member_cookie() -> str:
    """The cookie of a member who sent no runs."""
    from django.conf import settings
    from django.test import Client

    from accounts.models import User

    client = Client()
    client.force_login(User.objects.create_user(handle="load-reader", email="load@example.com"))
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def kill_in_the_middle(process: subprocess.Popen[bytes], url: str) -> None:
    """Kill a daemon that has a run in progress; raises SystemExit when it never has one."""
    limit = time.monotonic() + LONGEST
    while not client.status(url)["busy"]:
        if time.monotonic() > limit:
            sys.exit("The first daemon has nothing to do.")
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)


def send() -> None:
    """The runs, as if sent one just after the other: the greedy learner's first."""
    from datetime import timedelta

    from django.utils import timezone

    from accounts.models import User
    from runner.models import Run

    people = [User.objects.create_user(handle=f"load-{n}", email=f"load-{n}@example.com")
              for n in range(LEARNERS)]  # fmt: skip
    order = [people[0]] * GREEDY + [people[1 + n % (LEARNERS - 1)] for n in range(RUNS - GREEDY)]
    now = timezone.now()
    Run.objects.bulk_create(
        Run(learner=person, key="load", kind="run",
            files={"code": CODE, "before": [], "check": ""},
            created_at=now + timedelta(microseconds=number))
        for number, person in enumerate(order)
    )  # fmt: skip


def ended() -> int:
    """How many runs have their end."""
    from runner.models import Run

    return Run.objects.filter(state__in=("done", "failed")).count()


def wait_for(count: int) -> None:
    """Until so many runs have ended; raises SystemExit when that takes too long."""
    limit = time.monotonic() + LONGEST
    while ended() < count:
        if time.monotonic() > limit:
            sys.exit(f"Only {ended()} of {count} runs ended in {LONGEST} s.")
        time.sleep(0.2)


def report(seconds: float) -> None:
    """What became of the runs."""
    from runner.models import Run

    runs = list(Run.objects.order_by("created_at"))
    first = runs[0].learner_id
    right = sum((run.result or {}).get("ended") == "ok" for run in runs)
    print(f"{len(runs)} runs in {seconds:.1f} s ({len(runs) / seconds:.1f} a second); {right} ok")
    tries = [run.tries for run in runs]
    print("tries:", {count: tries.count(count) for count in sorted(set(tries))})
    for name, mine in (
        ("the learner who sent 100 first", [run for run in runs if run.learner_id == first]),
        ("the 19 others", [run for run in runs if run.learner_id != first]),
    ):
        waits = sorted(
            (run.finished_at - run.created_at).total_seconds() for run in mine if run.finished_at
        )
        print(
            f"{name}: first result after {waits[0]:.1f} s, median {statistics.median(waits):.1f} s,"
            f" last {waits[-1]:.1f} s"
        )
    others = [run for run in runs if run.learner_id != first and run.tries == 1]
    starts = [run.started_at for run in others if run.started_at]
    late = sum(later < earlier for earlier, later in pairwise(starts))
    print(f"of the others' {len(others)} runs that ended at the first try, {late} began before an")
    print("older one of a different learner's")


def prepare(env: dict[str, str]) -> None:
    """The database with the shipped quest, and Django in this process."""
    for command in (["migrate", "-v0"], ["import_quest", "fixtures/quests/jax"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=env, check=True,
                       capture_output=True)  # fmt: skip
    os.environ.update(env)
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()


def run_all(env: dict[str, str], urls: list[str], folder: Path) -> None:
    """Send the runs, kill and restart the first daemon, and print what became of them."""
    with (
        daemon(env, urls[0], folder) as dying,
        daemon(env, urls[1], folder),
        started(["manage.py", "run_jobs"], env, folder / "jobs.log"),
    ):
        send()
        began = time.monotonic()
        wait_for(RUNS // 3)
        kill_in_the_middle(dying, urls[0])
        print(f"one of two daemons killed after {time.monotonic() - began:.1f} s")
        time.sleep(5)
        with daemon(env, urls[0], folder):
            wait_for(RUNS)
            report(time.monotonic() - began)


def main() -> None:
    """Do it."""
    with tempfile.TemporaryDirectory(prefix="load-runs-") as name:
        folder = Path(name)
        urls = [f"unix:{folder}/{number}.sock" for number in (1, 2)]
        env = environment(folder, urls)
        prepare(env)
        with granian("config.wsgi:application", env) as port:
            cookie = member_cookie()
            before, meanwhile = Reader(port, cookie), Reader(port, cookie)
            for _look in range(LOOKS):
                before.look()
            with meanwhile.looking():
                run_all(env, urls, folder)
        without = before.report("without runs")
        print(f"p95 with runs is {meanwhile.report('with runs') / without:.2f} of that without")


if __name__ == "__main__":
    main()
