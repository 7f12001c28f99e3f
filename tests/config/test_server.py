"""The web server as the unit starts it: workers that die, a socket left behind, lines of JSON."""

import http.client
import json
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from tests.config.test_production import PRODUCTION, words_of_the_unit

ROOT = Path(__file__).resolve().parent.parent.parent
SHORT = {"--workers": "1", "--blocking-threads": "1", "--respawn-interval": "0.1"}


class ThroughSocket(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("learn.example.org", timeout=10)
        self.path = str(path)

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)


def words(uds: Path) -> list[str]:
    """The words of the unit, with the test's socket and one small worker."""
    found = words_of_the_unit()
    for name, value in {**SHORT, "--uds": str(uds)}.items():
        found[found.index(name) + 1] = value
    return found


class Running:
    """The server, with what it printed."""

    def __init__(self, folder: Path) -> None:
        self.uds, self.log = folder / "web.sock", folder / "log"
        path = f"{ROOT}/.venv/bin:{os.environ['PATH']}"
        made = {**PRODUCTION, "PATH": path, "LOG_FORMAT": "json", "LOG_LEVEL": "INFO"}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [ROOT / "deploy" / "serve", *words(self.uds)],
                cwd=ROOT, env=made, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip

    def status(self) -> int | None:
        link = ThroughSocket(self.uds)
        try:
            link.request("GET", "/healthz")
            return link.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            link.close()

    def wait_until_it_answers(self) -> None:
        for _time in range(600):
            if self.status() == 200:
                return
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.1)
        pytest.fail(self.log.read_text())

    def workers(self) -> list[int]:
        pid = self.process.pid
        return [int(x) for x in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def kill_a_worker(self) -> None:
        """As the kernel does when memory is short; waits until another one is there."""
        before = set(self.workers())
        newest = max(before)
        os.kill(newest, signal.SIGKILL)
        for _time in range(300):
            if set(self.workers()) - before:
                return
            time.sleep(0.1)
        pytest.fail("no other worker: " + self.log.read_text())

    def lines(self) -> list[dict]:
        return [json.loads(line) for line in self.log.read_text().splitlines()]


@pytest.fixture
def running(tmp_path):
    """A server that answers, in the place of one that was killed."""
    with socket.socket(socket.AF_UNIX) as abandoned:
        abandoned.bind(str(tmp_path / "web.sock"))
    server = Running(tmp_path)
    try:
        server.wait_until_it_answers()
        yield server
    finally:
        server.process.kill()
        server.process.wait()


@pytest.mark.once
def test_workers_that_die_at_once_are_started_again_and_every_line_is_json(running):
    running.kill_a_worker()
    running.kill_a_worker()  # within 5.5 seconds of its start
    running.wait_until_it_answers()
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(30) in (0, 1)
    assert not running.uds.exists()
    messages = [line["message"] for line in running.lines()]
    assert any("pause" in message for message in messages)
    assert any("Listening at" in message for message in messages)
    assert {line["logger"] for line in running.lines()} >= {"_granian", "config.requests"}


@pytest.mark.once
def test_a_socket_that_is_in_use_is_left_alone(tmp_path):
    path = tmp_path / "web.sock"
    with socket.socket(socket.AF_UNIX) as used:
        used.bind(str(path))
        used.listen()
        second = Running(tmp_path)
        second.process.wait(60)
        assert second.process.returncode != 0
        assert path.is_socket()
