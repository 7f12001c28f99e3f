"""A database that hangs: it is there, takes what is sent, and answers nothing."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.config.servers import LESSON, ROOT, SEED, Postgres, Server, eventually, variables
from tests.with_postgres import find_binaries

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(find_binaries() is None, reason="Postgres is not installed"),
]
ANSWERED_WITHIN = 3.0
# Less than on a site, so that a slow machine does not make it 3 seconds.
SHORT = {"DATABASE_HANG_SECONDS": "0.7", "DATABASE_CONNECT_SECONDS": "1"}


class Cable:
    """A TCP proxy in front of Postgres' Unix socket that can swallow what it is given."""

    def __init__(self, target: str) -> None:
        self.target, self.swallows = target, False
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        while True:
            try:
                near = self.listener.accept()[0]
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX)
            far.connect(self.target)
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self.carry, args=(one, other), daemon=True).start()

    def carry(self, one: socket.socket, other: socket.socket) -> None:
        try:
            while data := one.recv(65536):
                if not self.swallows:
                    other.sendall(data)
            other.close()
        except OSError:
            other.close()

    def hang(self) -> None:
        self.swallows = True

    def go_on(self) -> None:
        self.swallows = False


class Stopped:
    """All processes of the cluster, which a signal stops and another lets go on."""

    def __init__(self, data: str) -> None:
        self.data = data
        self.pids: list[int] = []

    def hang(self) -> None:
        postmaster = int(Path(self.data, "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        self.pids = [postmaster, *map(int, children)]
        for pid in self.pids:
            os.kill(pid, signal.SIGSTOP)

    def go_on(self) -> None:
        for pid in self.pids:
            os.kill(pid, signal.SIGCONT)
        self.pids = []


@pytest.fixture(scope="module")
def postgres():
    postgres = Postgres()
    postgres.start()
    made = variables(postgres)
    subprocess.run([sys.executable, "-c", SEED], env=made, cwd=ROOT, check=True)
    yield postgres
    postgres.stop()
    shutil.rmtree(postgres.folder, ignore_errors=True)


@pytest.fixture(params=["cut link", "stopped server"])
def hanging(request, postgres):
    """A server process, and what makes its database hang."""
    made = {**variables(postgres), **SHORT}
    cause: Cable | Stopped = Stopped(postgres.data)
    if request.param == "cut link":
        cause = Cable(f"{postgres.folder}/.s.PGSQL.5432")
        made["DATABASE_URL"] = (
            f"postgres://postgres@127.0.0.1:{cause.port}/{postgres.url.split('/')[3].split('?')[0]}"
        )
    server = Server(made)
    try:
        server.wait_until_ready()
        yield server, cause
    finally:
        cause.go_on()
        server.stop()


def timed(server, path: str, method: str = "GET") -> tuple[int, float]:
    """The status of an answer, and how long it took."""
    started = time.monotonic()
    # A session that would be looked up, except of pages from memory.
    headers = {} if path == LESSON else {"Cookie": f"__Host-session={'a' * 32}"}
    status = server.ask(path, method, timeout=30, headers=headers)[0]
    return status, time.monotonic() - started


def test_nobody_waits_for_a_database_that_hangs_and_the_site_recovers(hanging):
    server, cause = hanging
    assert server.ask(LESSON)[0] == 200
    cause.hang()
    asked = {
        ("/stream/", "GET"): 503,
        ("/quests/one/", "GET"): 503,
        ("/test-write/1/", "POST"): 503,
    }
    # One more than the process has threads: it waits for one of the others, too.
    with ThreadPoolExecutor(3) as readers:
        waiting = [readers.submit(timed, server, *each) for each in asked]
        answers = [each.result() for each in waiting]
    assert [status for status, _seconds in answers] == list(asked.values())
    assert max(seconds for _status, seconds in answers) < 2 * ANSWERED_WITHIN
    assert min(seconds for _status, seconds in answers) < ANSWERED_WITHIN
    for path, expected in (("/readyz", 503), ("/healthz", 200), (LESSON, 200), ("/tags/", 503)):
        status, seconds = timed(server, path)
        assert (path, status) == (path, expected)
        assert seconds < ANSWERED_WITHIN
    cause.go_on()
    # The next look of the watcher finds it, twice a second.
    eventually(lambda: server.try_status("/quests/one/") == 200, seconds=20)
    assert server.ask(f"/test-write/{time.monotonic_ns()}/", "POST")[0] == 200
