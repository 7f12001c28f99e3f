"""Sandbox limits by control groups (version 2), if this process may create them.

Under systemd that needs `Delegate=yes`. Without control groups the daemon still measures a
sandbox's memory twenty times a second, and RLIMIT_NPROC limits its processes.
"""

import contextlib
import logging
import os
from pathlib import Path

from runner.limits import Limits

ROOT = Path("/sys/fs/cgroup")
CONTROLLERS = ("memory", "pids")
logger = logging.getLogger(__name__)


def delegated_group() -> Path | None:
    """Return this process's group, prepared for subgroups; None where not permitted.

    A group with controllers can't hold processes itself, so this process moves to a subgroup.
    """
    try:
        own = own_group()
        if own is None:
            return None
        group = ROOT / own.lstrip("/")
        if not set(CONTROLLERS) <= set((group / "cgroup.controllers").read_text().split()):
            return None
        prepare(group)
    except OSError as error:
        logger.info("No control groups: %s", error)
        return None
    return group


def own_group() -> str | None:
    """Return the path of this process's group; None with control groups version 1."""
    line = Path("/proc/self/cgroup").read_text().strip()
    return line.removeprefix("0::") if line.startswith("0::") and "\n" not in line else None


def prepare(group: Path) -> None:
    """Move this process to a subgroup and delegate the controllers. Raises OSError."""
    (group / "daemon").mkdir(exist_ok=True)
    (group / "daemon" / "cgroup.procs").write_text(str(os.getpid()))
    enabled = " ".join(f"+{name}" for name in CONTROLLERS)
    (group / "cgroup.subtree_control").write_text(enabled)


class Group:
    """The control group of one sandbox."""

    def __init__(self, parent: Path, name: str) -> None:
        self.path = parent / name

    def take(self, pids: list[int], limits: Limits) -> None:
        """Create the group and move the processes into it. Raises OSError."""
        self.path.mkdir()
        (self.path / "memory.max").write_text(str(limits.memory))
        (self.path / "pids.max").write_text(str(limits.processes + 8))
        with contextlib.suppress(OSError):  # a kernel without swap accounting
            (self.path / "memory.swap.max").write_text("0")
        for pid in pids:
            (self.path / "cgroup.procs").write_text(str(pid))

    def ran_out_of_memory(self) -> bool:
        """Whether the kernel killed a process of the group for lack of memory."""
        try:
            events = (self.path / "memory.events").read_text().split()
        except OSError:
            return False
        counts = dict(zip(events[::2], events[1::2], strict=False))
        return counts.get("oom_kill", "0") != "0"

    def remove(self) -> None:
        """Remove the group once its processes have exited."""
        with contextlib.suppress(OSError):
            self.path.rmdir()
