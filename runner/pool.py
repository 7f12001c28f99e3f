"""The daemon's pool of warm sandboxes; each is used once."""

import asyncio
import contextlib
import itertools
import logging
import os
from collections.abc import Callable, Iterator
from typing import Any

from runner import watch
from runner.cgroups import Group, delegated_group
from runner.jobs import Job, Run
from runner.sandbox import Recipe, Sandbox, SandboxFailed

PROCESSORS_EACH = 2
logger = logging.getLogger(__name__)


class Pool:
    """Runs up to `slots` jobs at once; keeps up to `warm` idle sandboxes ready."""

    def __init__(self, recipe: Recipe, slots: int, warm: int) -> None:
        self.recipe, self.slots, self.warm = recipe, slots, warm
        self.busy = 0
        self.waiting: asyncio.Queue[Sandbox] = asyncio.Queue()
        self.groups = delegated_group()
        self.numbers = itertools.count(1)
        self.processors = processor_sets(sorted(os.sched_getaffinity(0)))
        self.starting: set[asyncio.Task[None]] = set()
        self.stopped = False

    def fill(self) -> None:
        """Start warm sandboxes in the background until there are enough."""
        while not self.stopped and self.waiting.qsize() + len(self.starting) < self.warm:
            task = asyncio.create_task(self._add_warm())
            self.starting.add(task)
            task.add_done_callback(self.starting.discard)

    async def _add_warm(self) -> None:
        try:
            self.waiting.put_nowait(await self.start(warm=True))
        except (SandboxFailed, OSError) as error:
            logger.error("No warm sandbox: %s", error)

    async def start(self, warm: bool) -> Sandbox:
        """Return a sandbox that is ready for a job. Raises SandboxFailed or OSError."""
        sandbox = Sandbox(self.recipe, warm)
        sandbox.start(next(self.processors))
        try:
            await sandbox.wait_ready()
        except BaseException:
            await sandbox.close()
            raise
        return sandbox

    async def take(self, job: Job) -> Sandbox:
        """Return a ready sandbox, or a new one. Raises SandboxFailed or OSError.

        One that is already starting is ready sooner than one started now.
        """
        while not job.needs_cold and (self.starting or not self.waiting.empty()):
            if self.waiting.empty():
                await asyncio.wait(self.starting, return_when=asyncio.FIRST_COMPLETED)
                continue
            sandbox = self.waiting.get_nowait()
            if not sandbox.ended.over.is_set():
                return sandbox
            await sandbox.close()
        return await self.start(warm=False)

    async def run(self, job: Job) -> dict[str, Any]:
        """Run a job; its sandbox is closed when this returns, raises or is cancelled."""
        self.busy += 1
        try:
            sandbox = await self.take(job)
            with self.limited(sandbox, job) as out_of_memory:
                try:
                    return await Run(job, sandbox, out_of_memory).finish()
                finally:
                    await asyncio.shield(sandbox.close())
        finally:
            self.busy -= 1
            self.fill()

    @contextlib.contextmanager
    def limited(self, sandbox: Sandbox, job: Job) -> Iterator[Callable[[], bool]]:
        """Context in which the sandbox has a control group, if available."""
        if self.groups is None:
            yield lambda: False
            return
        group = Group(self.groups, f"run-{next(self.numbers)}")
        try:
            group.take(watch.tree(sandbox.process.pid), job.limits)
            yield group.ran_out_of_memory
        finally:
            group.remove()

    async def close(self) -> None:
        """Close the idle sandboxes."""
        self.stopped = True
        for task in self.starting:
            task.cancel()
        await asyncio.gather(*self.starting, return_exceptions=True)
        while not self.waiting.empty():
            await self.waiting.get_nowait().close()


def processor_sets(processors: list[int]) -> Iterator[set[int]]:
    """Yield processors for successive sandboxes, so that concurrent ones share few."""
    each = itertools.cycle(processors)
    while True:
        yield set(itertools.islice(each, min(PROCESSORS_EACH, len(processors))))
