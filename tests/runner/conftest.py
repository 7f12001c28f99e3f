"""A real daemon, and a way to run programs in it that looks for what they leave behind."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from runner import client, watch

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = {
    "RUNNER_PYTHON": sys.executable,
    "RUNNER_SECONDS": "60",
    "RUNNER_MEMORY_MB": "256",
    "RUNNER_SLOTS": "2",
    "RUNNER_WARM": "0",
    "RUNNER_PRELOAD": "",
}


def require_bubblewrap() -> None:
    """Skip without bubblewrap."""
    if not shutil.which("bwrap"):
        pytest.skip("bubblewrap is not installed (apt install bubblewrap)")


# A program waits here for SIGCONT, however quick or slow the machine is.
PAUSE = "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)\n"


def is_stopped(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] == "T"
    except OSError:
        return False


def resume(pids: list[int]) -> None:
    """Let paused programs go on."""
    for pid in pids:
        os.kill(pid, signal.SIGCONT)


@dataclass
class RunningDaemon:
    """A daemon's process and where it listens."""

    process: subprocess.Popen
    url: str

    def run(self, code: str, kind: str = "run", **job) -> dict:
        """Run a program; `limits` and the other files by name."""
        limits = job.pop("limits", None)
        return client.execute(self.url, kind, {"code": code, **job}, limits=limits)

    @property
    def open_files(self) -> int:
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def wait_for_paused(self, count: int) -> list[int]:
        """The processes of programs that have reached PAUSE."""
        for _ in range(3000):
            paused = [pid for pid in watch.tree(self.process.pid) if is_stopped(pid)]
            if len(paused) == count:
                return paused
            time.sleep(0.02)
        pytest.fail(f"{len(paused)} programs have paused, not {count}")

    def wait_for_open_files(self, most: int) -> None:
        """The daemon closes a connection just after its reply."""
        for _ in range(1000):
            if self.open_files <= most:
                return
            time.sleep(0.02)
        pytest.fail(f"{self.open_files} open files instead of {most}")

    @property
    def mounts(self) -> str:
        return Path(f"/proc/{self.process.pid}/mountinfo").read_text()


@contextmanager
def running_daemon(**settings: str):
    """Start a daemon; killed at the end."""
    require_bubblewrap()
    folder = Path(tempfile.mkdtemp(prefix="runner-"))
    url = settings.get("RUNNER_LISTEN", f"unix:{folder}/r.sock")
    environment = {**os.environ, **SETTINGS, "RUNNER_LISTEN": url, **settings}
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "runner", "serve"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until_it_answers(process, url, settings.get("RUNNER_TOKEN", ""), log)
        yield RunningDaemon(process, url)
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder)


def wait_until_it_answers(process, url: str, token: str, log: Path) -> None:
    """Until the daemon answers; its log is shown when it ends instead."""
    for _ in range(2400):
        assert process.poll() is None, log.read_text()
        try:
            client.status(url, token)
            return
        except OSError:
            time.sleep(0.05)
    pytest.fail(f"The daemon does not answer:\n{log.read_text()}")


@pytest.fixture(scope="session")
def daemon():
    """A daemon that all tests share which don't end it."""
    with running_daemon() as running:
        yield running


def ticks_since_boot() -> float:
    """The present moment as /proc counts the start of processes."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) * os.sysconf("SC_CLK_TCK")


def processes_in(namespace: str, started_before: float) -> list[int]:
    """Processes of a pid namespace; the time leaves out a new namespace that got its number."""
    return [
        int(pid)
        for pid in filter(str.isdecimal, os.listdir("/proc"))
        if is_in(pid, namespace, started_before)
    ]


def is_in(pid: str, namespace: str, started_before: float) -> bool:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return os.readlink(f"/proc/{pid}/ns/pid") == namespace and int(fields[19]) <= started_before
    except OSError:
        return False


ANNOUNCE = 'import os; print(os.readlink("/proc/self/ns/pid"), flush=True)\n'


@pytest.fixture
def attack(daemon):
    """Run a hostile program; look that nothing of it is left and the next one is served.

    The result's output is without the line that names the sandbox's namespace. A program that its
    time ended may not have come so far; what is left would be among the daemon's descendants.
    """

    def attack(code: str, **job) -> dict:
        files, mounts = daemon.open_files, daemon.mounts
        result = daemon.run(ANNOUNCE + code, **job)
        over = ticks_since_boot()
        namespace, _, result["output"] = result["output"].partition("\n")
        assert namespace.startswith("pid:[") or result["ended"] == "time"
        assert processes_in(namespace, over) == []
        assert watch.tree(daemon.process.pid) == [daemon.process.pid]
        assert daemon.run("print('next')")["output"] == "next\n"
        assert daemon.mounts == mounts
        daemon.wait_for_open_files(files)
        assert not {name for name in os.listdir("/tmp") if name.startswith("evil")}
        return result

    return attack
