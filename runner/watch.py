"""Current resource usage of a sandbox, read from /proc."""

import os
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")
TICKS = os.sysconf("SC_CLK_TCK")
# Not every kernel lists them (CONFIG_PROC_CHILDREN).
HAS_CHILDREN = os.path.exists("/proc/thread-self/children")
WRITABLE = ("/tmp", "/dev/shm")  # noqa: S108


def children(pid: int) -> list[int]:
    """Return the child processes of all threads of a process; none if it has exited."""
    if not HAS_CHILDREN:
        return [int(each) for each in os.listdir("/proc") if _parent(each) == pid]
    found: list[int] = []
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            found += map(int, Path(f"/proc/{pid}/task/{thread}/children").read_text().split())
    except OSError:
        pass
    return found


def _parent(pid: str) -> int | None:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError):
        return None


def tree(pid: int) -> list[int]:
    """Return a process and all its descendants."""
    found = [pid]
    for each in found:  # grows while it is walked
        found += children(each)
    return found


def resident(pids: list[int]) -> int:
    """Return the sum of the processes' resident memory; shared memory counts once for each."""
    return sum(_resident(pid) for pid in pids)


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    except (OSError, IndexError):
        return 0


def proportional(pids: list[int]) -> int:
    """Return the sum with shared memory divided among the processes; slower."""
    return sum(_proportional(pid) for pid in pids)


def _proportional(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        return 0 if not os.path.exists(f"/proc/{pid}") else _resident(pid)
    return 0


def spent_by_children(pids: list[int]) -> float:
    """Return CPU seconds of the descendants that these processes have waited for.

    An exited process can still be read until its own parent has waited for it.
    """
    return sum(_spent_by_children(pid) for pid in pids)


def _spent_by_children(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[13]) + int(fields[14])) / TICKS
    except (OSError, IndexError):
        return 0


def files(pids: list[int]) -> int:
    """Return the number of files in a sandbox's two writable folders.

    The third process of its tree is the Python, after the two of bubblewrap.
    """
    folders = (f"/proc/{pid}/root{name}" for pid in pids[2:3] for name in WRITABLE)
    return sum(map(_files, folders))


def _files(folder: str) -> int:
    try:
        found = os.statvfs(folder)
    except OSError:
        return 0
    return found.f_files - found.f_ffree
