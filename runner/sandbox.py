"""A sandbox: bubblewrap with a Python that runs one job and exits."""

import asyncio
import contextlib
import ctypes
import logging
import os
import signal
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runner.environment import HIDDEN, NOBODY, VARIABLES, Environment, FontList
from runner.limits import MAX_REPORT, OUTPUT_STOP, Limits
from runner.seccomp import build_filter
from runner.streams import Intake, Watcher, send_all
from runner.watch import children, spent_by_children

READY_SECONDS = 60
GONE_SECONDS = 10
AUTOGROUP_ATTEMPTS = 40
SESSION_NICENESS = 7  # a fifth of the usual share, as CPUWeight=20 in deploy/runner.service
PR_SET_CHILD_SUBREAPER = 36
logger = logging.getLogger(__name__)


class SandboxFailed(RuntimeError):
    """The sandbox did not start; the message is that of bubblewrap or Python."""


@dataclass(frozen=True)
class Recipe:
    """Configuration common to all sandboxes of a daemon."""

    environment: Environment
    limits: Limits
    modules: tuple[str, ...] = ()
    fonts: FontList | None = None
    bwrap: str = "bwrap"
    disable_userns: bool = True

    def command(
        self, seccomp_fd: int, fonts_fd: int, report_fd: int, modules: Iterable[str]
    ) -> list[str]:
        """Return the command line of a sandbox."""
        hidden = [name for name in HIDDEN if os.path.exists(f"/proc/{name}")]
        place = f"/runner-fonts/{self.fonts.name}" if self.fonts else ""
        fonts = ["--ro-bind-data", str(fonts_fd), place] if self.fonts else []
        return [
            self.bwrap, "--unshare-all", "--unshare-user",
            *(["--disable-userns"] if self.disable_userns else []),
            "--die-with-parent", "--cap-drop", "ALL",
            "--uid", str(NOBODY), "--gid", str(NOBODY), "--hostname", "sandbox", "--clearenv",
            *(part for pair in VARIABLES.items() for part in ("--setenv", *pair)),
            "--proc", "/proc", "--dev", "/dev",
            *(part for name in hidden for part in ("--ro-bind", "/dev/null", f"/proc/{name}")),
            # Memory for POSIX semaphores and the like.
            "--size", str(self.limits.disk // 4), "--tmpfs", "/dev/shm",  # noqa: S108
            "--size", str(self.limits.disk), "--tmpfs", "/tmp",  # noqa: S108
            *self.environment.arguments(), *fonts,
            "--remount-ro", "/proc", "--remount-ro", "/dev", "--remount-ro", "/",
            "--chdir", "/tmp",  # noqa: S108
            "--seccomp", str(seccomp_fd), "--",
            self.environment.python, "-s", "/runner", str(report_fd), *modules,
        ]  # fmt: skip


@dataclass
class Sandbox:
    """A sandbox. Call `start`, `wait_ready`, then `give` with a job; always call `close`."""

    recipe: Recipe
    warm: bool
    process: subprocess.Popen[bytes] = field(init=False)
    output: Intake = field(init=False)
    report: Intake = field(init=False)
    ended: Watcher = field(init=False)
    init: Watcher | None = field(default=None, init=False)

    def start(self, processors: set[int]) -> None:
        """Start the process on these processors; must be called from the main thread.

        With `--die-with-parent`, the sandbox dies with the thread that started it.
        """
        modules = self.recipe.modules if self.warm else ()
        with pipe() as (output_in, output_out), pipe() as (report_in, report_out):
            fonts = self.recipe.fonts.data if self.recipe.fonts else b""
            with (
                memory_file(build_filter()) as seccomp_fd,
                memory_file(fonts) as fonts_fd,
                on_processors(processors),
            ):
                command = self.recipe.command(seccomp_fd, fonts_fd, report_out, modules)
                self.process = subprocess.Popen(
                    command,
                    stdin=subprocess.PIPE,
                    stdout=output_out,
                    stderr=output_out,
                    pass_fds=(seccomp_fd, fonts_fd, report_out),
                    env={},
                    start_new_session=True,  # so that no terminal is within reach
                    **drop_root(),
                )
        self.output = Intake(output_in, OUTPUT_STOP)
        self.report = Intake(report_in, MAX_REPORT)
        self.ended = Watcher(self.process.pid)

    async def wait_ready(self) -> None:
        """Wait until its Python has imported its modules. Raises SandboxFailed."""
        await let_others_go_first(self.process.pid)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.report.some.wait(), READY_SECONDS)
        self.find_init()
        if self.report.data[:1] != b"R" or not self.init:
            await asyncio.sleep(0.1)
            said = bytes(self.output.data).decode(errors="replace").strip()
            raise SandboxFailed(said[-500:] or "The sandbox does not start.")
        self.report.data.clear()
        self.output.data.clear()

    def find_init(self) -> None:
        """Watch the first process in the sandbox, if it exists."""
        below = [] if self.init else children(self.process.pid)
        with contextlib.suppress(ProcessLookupError):
            self.init = Watcher(below[0]) if below else self.init

    async def give(self, job: bytes) -> None:
        """Send the job; the program in the sandbox starts once it has received all of it."""
        stdin, self.process.stdin = self.process.stdin, None
        assert stdin is not None  # noqa: S101 -- it was opened as a pipe and is given once
        await send_all(stdin, job)

    def kill(self) -> None:
        """Kill bubblewrap and the first process in the sandbox, which ends all others in it.

        The first process dies with its parent, but only after it has requested that.
        """
        self.find_init()
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            if self.init:
                signal.pidfd_send_signal(self.init.fd, signal.SIGKILL)

    def spent(self) -> float:
        """CPU seconds of the program, once it has exited and before `close`.

        The first process in the sandbox has waited for it, or bubblewrap for both.
        """
        return spent_by_children([self.process.pid, *([self.init.pid] if self.init else [])])

    async def close(self) -> None:
        """Kill remaining processes, wait until none is left, and close all files."""
        self.kill()
        if self.process.stdin:
            self.process.stdin.close()
        await self.ended.wait()
        self.process.wait()
        if self.init:
            # The first process of a pid namespace ends after all others in it.
            try:
                await asyncio.wait_for(self.init.wait(), GONE_SECONDS)
            except TimeoutError:
                logger.error("A sandbox is still there after %s seconds", GONE_SECONDS)
            self.init.reap()
            self.init.close()
        for each in (self.output, self.report, self.ended):
            each.close()


@contextlib.contextmanager
def pipe() -> Iterator[tuple[int, int]]:
    """Context with a pipe whose writing end is closed at exit; the caller owns the reading end."""
    reading, writing = os.pipe()
    try:
        yield reading, writing
    except BaseException:
        os.close(reading)
        raise
    finally:
        os.close(writing)


@contextlib.contextmanager
def memory_file(data: bytes) -> Iterator[int]:
    """Return the descriptor of a file with these bytes, to be read once."""
    file = os.memfd_create("sandbox")
    try:
        os.write(file, data)
        os.lseek(file, 0, os.SEEK_SET)
        yield file
    finally:
        os.close(file)


@contextlib.contextmanager
def on_processors(processors: set[int]) -> Iterator[None]:
    """Context in which this thread and the processes it starts use only these processors."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, processors)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


async def let_others_go_first(session: int) -> None:
    """Give a session a low priority among the sessions of the machine.

    Where sessions share the processors (`kernel.sched_autogroup_enabled`), a process's niceness
    counts only among the processes of its own session.
    """
    for _attempt in range(AUTOGROUP_ATTEMPTS):
        try:
            Path(f"/proc/{session}/autogroup").write_text(str(SESSION_NICENESS))
        except BlockingIOError:  # the kernel accepts ten such changes a second
            await asyncio.sleep(0.05)
        except OSError:
            return
        else:
            return


def adopt_orphans() -> None:
    """Become the parent of processes left by a killed bubblewrap, so that they are reaped."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def drop_root() -> dict[str, Any]:
    """Return arguments of Popen that make root start the sandbox as `nobody`.

    RLIMIT_NPROC doesn't apply to processes of root.
    """
    if os.geteuid() != 0:
        return {}
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []}
