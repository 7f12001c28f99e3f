"""Control groups and /proc, by which a sandbox's use is limited and seen."""

import os
import subprocess
import time

import pytest

from runner import cgroups, watch
from runner.limits import Limits


@pytest.fixture
def delegated(tmp_path, monkeypatch):
    """A folder that looks like this process's own control group."""
    (tmp_path / "cgroup.controllers").write_text("cpu memory pids\n")
    monkeypatch.setattr(cgroups, "ROOT", tmp_path)
    monkeypatch.setattr(cgroups, "own_group", lambda: "")
    return tmp_path


def test_a_delegated_group_hands_its_controllers_down(delegated):
    assert cgroups.delegated_group() == delegated
    assert (delegated / "cgroup.subtree_control").read_text() == "+memory +pids"
    assert (delegated / "daemon" / "cgroup.procs").read_text() == str(os.getpid())


def test_a_group_without_controllers_is_none(delegated):
    (delegated / "cgroup.controllers").write_text("cpu\n")
    assert cgroups.delegated_group() is None


def test_a_system_without_groups_has_none(delegated):
    (delegated / "cgroup.controllers").unlink()
    assert cgroups.delegated_group() is None


def test_a_sandbox_is_limited_by_its_group(delegated):
    group = cgroups.Group(delegated, "run-1")
    group.take([4242], Limits(memory=1000, processes=7))
    files = {path.name: path.read_text() for path in (delegated / "run-1").iterdir()}
    assert files == {
        "memory.max": "1000", "memory.swap.max": "0", "pids.max": "15", "cgroup.procs": "4242",
    }  # fmt: skip


@pytest.mark.parametrize(("kills", "ran_out"), [("0", False), ("3", True)])
def test_a_group_tells_when_its_memory_ran_out(delegated, kills, ran_out):
    (delegated / "run-1").mkdir()
    (delegated / "run-1" / "memory.events").write_text(f"low 0\noom 1\noom_kill {kills}\n")
    assert cgroups.Group(delegated, "run-1").ran_out_of_memory() is ran_out


@pytest.mark.parametrize("listed", [True, False])
def test_a_tree_of_processes_is_found_with_and_without_the_kernels_list(monkeypatch, listed):
    monkeypatch.setattr(watch, "HAS_CHILDREN", listed and watch.HAS_CHILDREN)
    with subprocess.Popen(["sh", "-c", "sleep 100 & sleep 100 & wait"]) as shell:
        for _ in range(3000):
            if len(watch.tree(shell.pid)) == 3:
                break
            time.sleep(0.02)
        found = watch.tree(shell.pid)
        assert found[0] == shell.pid
        assert len(found) == 3
        assert 0 < watch.proportional(found) <= watch.resident(found)
        for pid in reversed(found):
            os.kill(pid, 9)
    for _ in range(3000):  # the kernel takes memory back a moment after the signal
        if not watch.resident(found):
            break
        time.sleep(0.02)
    assert watch.resident(found) == 0
