"""What runs beside the development server is started again when it ends."""

import sys
import time
from pathlib import Path

import pytest

from config import beside
from config.beside import Beside

# Notes its start; the first one dies, the others wait to be told.
PROGRAM = """
import pathlib, sys, time
log = pathlib.Path("started")
log.write_text((log.read_text() if log.exists() else "") + "x")
if log.read_text() == "x":
    sys.exit(3)
time.sleep(600)
"""


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch):
    monkeypatch.setattr(beside, "PAUSE_SECONDS", 0.01)


def until_started(folder: Path, times: int) -> None:
    log = folder / "started"
    for _ in range(3000):
        if log.exists() and len(log.read_text()) >= times:
            return
        time.sleep(0.02)
    raise AssertionError(f"it was not started {times} times")


def test_what_ends_is_started_again_until_it_is_stopped(tmp_path):
    told: list[str] = []
    helper = Beside([sys.executable, "-c", PROGRAM], tmp_path, told.append)
    until_started(tmp_path, 2)
    helper.stop()
    helper.wait()
    assert helper.process.wait(timeout=60) != 0
    assert not helper.watcher.is_alive()
    assert (tmp_path / "started").read_text() == "xx"
    assert len(told) == 1
    assert "ended with 3 and is started again" in told[0]
