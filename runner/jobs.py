"""Validation of jobs from the site, and running them in a sandbox."""

import asyncio
import contextlib
import json
import re
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from runner import results, watch
from runner.limits import Limits
from runner.sandbox import Sandbox

LOOK_SECONDS = 0.05
# JAX reads its variables while it is imported, so a program that sets one gets a sandbox in which
# nothing is imported yet.
NEEDS_COLD = re.compile(r"\b(JAX_\w+|XLA_\w+|environ|putenv)\b")
EXIT_SIGXCPU, EXIT_SIGKILL = 128 + 24, 128 + 9


class BadJob(ValueError):
    """Not a valid job."""


@dataclass(frozen=True)
class Job:
    """A validated job for a sandbox."""

    kind: str
    code: str
    before: tuple[str, ...]
    check: str
    limits: Limits

    @property
    def needs_cold(self) -> bool:
        """Whether no library may be imported before it."""
        return any(NEEDS_COLD.search(each) for each in (*self.before, self.code))

    def encoded(self) -> bytes:
        """The job in JSON, for the program in the sandbox."""
        return json.dumps(asdict(self)).encode()


def read_job(message: dict[str, Any], most: Limits) -> Job:
    """Return the job in a message. Raises BadJob."""
    files, kind = message.get("files"), message.get("kind")
    if kind not in ("run", "check") or not isinstance(files, dict):
        raise BadJob("a job has a kind, run or check, and files")
    code, check, before = files.get("code"), files.get("check", ""), files.get("before", [])
    if not isinstance(before, list) or not all(isinstance(x, str) for x in (code, check, *before)):
        raise BadJob("code and check are texts, before is a list of texts")
    if kind == "check" and not check:
        raise BadJob("a job of the kind check has a check")
    asked = message.get("limits") or {}
    limits = most.lowered(asked if isinstance(asked, dict) else {})
    return Job(kind, str(code), tuple(before), check, limits)


class Run:
    """One job in one sandbox."""

    def __init__(self, job: Job, sandbox: Sandbox, out_of_memory: Callable[[], bool]) -> None:
        self.job, self.sandbox, self.out_of_memory = job, sandbox, out_of_memory
        self.peak = 0
        self.stopped: str | None = None

    async def finish(self) -> dict[str, Any]:
        """Run the job until it ends or exceeds a limit. Returns the result."""
        began = time.monotonic()
        await self.sandbox.give(self.job.encoded())
        while not self.sandbox.ended.over.is_set():
            self.stopped = self.reason_to_stop(time.monotonic() - began)
            if self.stopped:
                break
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.sandbox.ended.wait(), LOOK_SECONDS)
        seconds = time.monotonic() - began
        self.sandbox.kill()
        await self.sandbox.ended.wait()
        self.sandbox.output.drain()
        self.sandbox.report.drain()
        return self.result(seconds)

    def reason_to_stop(self, seconds: float) -> str | None:
        """Return the limit that is exceeded now, or None."""
        limits, pids = self.job.limits, watch.tree(self.sandbox.process.pid)
        used = watch.resident(pids)
        self.peak = max(self.peak, used if used <= limits.memory else watch.proportional(pids))
        if self.peak > limits.memory:
            return "memory"
        if seconds > limits.wall_seconds:
            return "time"
        if self.sandbox.output.full.is_set():
            return "output"
        too_much = self.sandbox.report.full.is_set() or watch.files(pids) > limits.files
        return "killed" if too_much else None

    def result(self, seconds: float) -> dict[str, Any]:
        """Return the result for the site."""
        limits = self.job.limits
        printed = bytes(self.sandbox.output.data)
        report = None
        if not self.stopped:
            report = results.read_report(bytes(self.sandbox.report.data), limits)
        found = report or results.without_report(self.stopped or self.ending())
        return {
            **found,
            "output": results.decode_output(printed[: limits.output]),
            "cut": len(printed) > limits.output,
            "seconds": round(seconds, 3),
            "memory": max(self.peak, found["memory"]),
        }

    def ending(self) -> str:
        """Return why a sandbox ended without a report."""
        # Processor seconds and not those on the clock: the kernel counts those before the job and
        # of all threads, and a busy machine gives fewer in the same time.
        spent = self.sandbox.spent()
        code = self.sandbox.process.wait()
        if self.out_of_memory():
            return "memory"
        if code == EXIT_SIGXCPU:
            return "time"
        # A program that ignores SIGXCPU is killed a second later, by the kernel's count.
        used_up = code == EXIT_SIGKILL and spent >= self.job.limits.cpu_seconds
        return "time" if used_up else "killed"
