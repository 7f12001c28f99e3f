"""Program inside the sandbox: `python /runner REPORT_FD MODULE…` runs one job and exits.

It imports the modules, signals with one byte on REPORT_FD that it is ready, reads a job as JSON
from standard input until its end, runs it, and writes a report as JSON to REPORT_FD. It is not a
security boundary: the daemon trusts neither its report nor its limits.
"""

import contextlib
import importlib
import json
import math
import os
import resource
import sys
from typing import Any

# In the sandbox this folder is /runner, without a package around it.
from figures import prepare_matplotlib, take_figures  # type: ignore[import-not-found]
from jobs import run_job  # type: ignore[import-not-found]

READY = b"R"
MB = 1024 * 1024


def main(report_fd: int, modules: list[str]) -> None:
    """Run the job from standard input; never returns."""
    hide_worker()
    os.set_inheritable(report_fd, False)
    os.closerange(3, report_fd)
    os.closerange(report_fd + 1, 256)
    # What importing prints belongs to no run.
    output = os.dup(1)
    mute()
    prepare_matplotlib()
    for module in modules:
        with contextlib.suppress(Exception):
            importlib.import_module(module)
    os.write(report_fd, READY)
    job = json.load(sys.stdin.buffer)
    redirect(os.O_RDONLY, 0)
    limit(job["limits"])
    worker = os.getpid()
    report = run_job(job, lambda: unmute(output))
    if os.getpid() == worker:  # and not a child that the program forked
        mute()
        report |= take_figures(job["limits"])
        report["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        send(report_fd, report)
    # Threads and exit handlers of the program are not waited for.
    os._exit(0)


def hide_worker() -> None:
    """Make these modules unavailable to the program, but keep its libraries."""
    sys.path.remove(os.path.dirname(__file__))
    for name in ("figures", "jobs"):
        del sys.modules[name]


def mute() -> None:
    """Redirect standard output and error to /dev/null."""
    redirect(os.O_WRONLY, 1, 2)


def redirect(mode: int, *targets: int) -> None:
    """Redirect these file descriptors to /dev/null."""
    nowhere = os.open(os.devnull, mode)
    for target in targets:
        os.dup2(nowhere, target)
    if nowhere not in targets:
        os.close(nowhere)


def unmute(output: int) -> None:
    """Restore standard output and error, in writing order."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True, errors="backslashreplace")  # type: ignore[union-attr]
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(output)


def limit(limits: dict[str, Any]) -> None:
    """Set the resource limits of this process and its children, which can't raise them."""
    spent = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    seconds = math.ceil(spent) + limits["cpu_seconds"]
    memory = limits["memory"]
    for kind, most in {
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_DATA: memory,
        # Libraries reserve far more addresses than they use.
        resource.RLIMIT_AS: memory + 4096 * MB,
        resource.RLIMIT_FSIZE: limits["disk"],
        resource.RLIMIT_NPROC: limits["processes"],
        resource.RLIMIT_NOFILE: 256,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
    }.items():
        # One more as hard limit: SIGXCPU at the soft one, SIGKILL at the hard one.
        hard = most + 1 if kind == resource.RLIMIT_CPU else most
        resource.setrlimit(kind, (most, hard))


def send(report_fd: int, report: dict[str, Any]) -> None:
    """Write the complete report."""
    data = memoryview(json.dumps(report).encode())
    while data:
        data = data[os.write(report_fd, data) :]


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
