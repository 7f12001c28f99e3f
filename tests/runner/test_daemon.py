"""The daemon itself: its socket, its slots, its end."""

import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

import pytest

from runner import client
from runner.limits import Limits
from runner.protocol import encode, receive_message
from runner.watch import tree
from tests.runner.conftest import (
    PAUSE,
    ROOT,
    SETTINGS,
    require_bubblewrap,
    resume,
    running_daemon,
)

pytestmark = pytest.mark.once
TOKEN = "a-token-of-the-tests-0123456789"


def send(url: str, data: bytes) -> dict:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(url.removeprefix("unix:"))
        connection.sendall(data)
        return receive_message(connection, 10_000)


def wait_for(condition) -> None:
    for _ in range(3000):
        if condition():
            return
        time.sleep(0.02)
    pytest.fail("It did not come about in a minute")


def in_background(work) -> list:
    """Call it in a thread; the list gets what it raises."""
    raised: list[BaseException] = []

    def call() -> None:
        try:
            work()
        except BaseException as error:
            raised.append(error)

    threading.Thread(target=call, daemon=True).start()
    return raised


@pytest.mark.parametrize(
    ("request_", "answer"),
    [
        (struct.pack("!I", 2**31), "a message of 2147483648 bytes"),
        (struct.pack("!I", 4) + b"null", "not a JSON object"),
        (struct.pack("!I", 5) + b"[" * 5, "not JSON"),
        (encode({"do": "dance"}), "unknown request"),
        (encode({"do": "run", "kind": "shell", "files": {}}), "a job has a kind"),
        (encode({"do": "run", "kind": "run", "files": {"code": 5}}), "code and check are texts"),
        (
            encode({"do": "run", "kind": "run", "files": {"code": "", "before": 1}}),
            "code and check",
        ),
        (encode({"do": "run", "kind": "check", "files": {"code": ""}}), "has a check"),
    ],
)
def test_a_request_without_sense_is_told_so(daemon, request_, answer):
    assert answer in send(daemon.url, request_)["error"]
    assert daemon.run("print(1)")["output"] == "1\n"


def test_a_request_can_lower_the_limits(daemon):
    result = daemon.run("while True: pass", limits={"cpu_seconds": 1, "unknown": 5})
    assert result["ended"] == "time"


@pytest.mark.parametrize("asked", [1e9, float("inf"), float("nan"), -1, 0, "9", None, True, [1]])
def test_no_request_raises_them(asked):
    limits = Limits(wall_seconds=20).lowered({"wall_seconds": asked})
    assert 0 < limits.wall_seconds <= 20


def test_no_more_runs_than_slots(daemon):
    for _ in range(2):
        in_background(lambda: daemon.run(PAUSE))
    paused = daemon.wait_for_paused(2)
    with pytest.raises(client.Busy):
        daemon.run("print(1)")
    resume(paused)
    wait_for(lambda: client.status(daemon.url)["busy"] == 0)


def test_a_client_that_hangs_up_ends_its_run(daemon):
    message = {"do": "run", "kind": "run", "files": {"code": "import time; time.sleep(100)"}}
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(daemon.url.removeprefix("unix:"))
        connection.sendall(encode(message))
        wait_for(lambda: client.status(daemon.url)["busy"] == 1)
    wait_for(lambda: client.status(daemon.url)["busy"] == 0)
    assert tree(daemon.process.pid) == [daemon.process.pid]


def test_over_tcp_every_request_needs_the_token():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"tcp://127.0.0.1:{probe.getsockname()[1]}"
    with running_daemon(RUNNER_LISTEN=url, RUNNER_TOKEN=TOKEN):
        with pytest.raises(client.RefusedByDaemon, match="wrong token"):
            client.execute(url, "run", {"code": "print(1)"})
        with pytest.raises(client.RefusedByDaemon):
            client.status(url, "토큰")
        assert client.execute(url, "run", {"code": "print(1)"}, token=TOKEN)["output"] == "1\n"


def test_a_daemon_killed_in_the_middle_takes_its_sandboxes_along():
    with running_daemon(RUNNER_WARM="1") as daemon:
        raised = in_background(lambda: daemon.run("import time; time.sleep(100)"))
        wait_for(lambda: client.status(daemon.url)["busy"] == 1)
        wait_for(lambda: len(tree(daemon.process.pid)) >= 4)
        processes = tree(daemon.process.pid)
        os.kill(daemon.process.pid, signal.SIGKILL)
        daemon.process.wait()
        wait_for(lambda: not any(is_alive(pid) for pid in processes))
        wait_for(lambda: raised)
        assert isinstance(raised[0], client.Lost)
        with pytest.raises(client.Unreachable):
            client.status(daemon.url)


def is_alive(pid: int) -> bool:
    """Whether it runs; what nobody has reaped yet does not."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(") ")[2][0] != "Z"
    except OSError:
        return False


def answers(url: str) -> bool:
    try:
        return bool(client.status(url))
    except (client.Unreachable, client.Lost):  # it may stop listening while it is being asked
        return False


def test_a_daemon_that_is_asked_to_stop_finishes_what_runs():
    with running_daemon(RUNNER_WARM="1") as daemon:
        results: list[dict] = []
        in_background(lambda: results.append(daemon.run(f"{PAUSE}print('done')")))
        paused = daemon.wait_for_paused(1)
        daemon.process.terminate()
        wait_for(lambda: not answers(daemon.url))
        resume(paused)
        assert daemon.process.wait(timeout=60) == 0
        wait_for(lambda: results)
        assert results[0]["output"] == "done\n"


def test_a_warm_sandbox_is_used_once():
    with running_daemon(RUNNER_WARM="1", RUNNER_PRELOAD="json nothing_like_this") as daemon:
        code = "import sys, os\nprint('json' in sys.modules, os.path.exists('x'))\nopen('x', 'w')"
        wait_for(lambda: len(tree(daemon.process.pid)) == 4)
        for _ in range(2):
            assert daemon.run(code)["output"] == "True False\n"
            wait_for(lambda: len(tree(daemon.process.pid)) == 4)


def start(**settings: str) -> str:
    """What a daemon says that can't start."""
    environment = {**os.environ, **SETTINGS, "RUNNER_LISTEN": "unix:/tmp/never.sock", **settings}
    result = subprocess.run(
        [sys.executable, "-m", "runner", "serve"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert result.returncode == 1
    return result.stderr


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"PATH": "/nowhere"}, "bubblewrap is missing. On Debian: sudo apt install bubblewrap"),
        ({"RUNNER_PYTHON": "/nowhere/python"}, "RUNNER_PYTHON (/nowhere/python) does not start"),
        ({"RUNNER_SLOTS": "many"}, "RUNNER_SLOTS is 'many'"),
        ({"RUNNER_LISTEN": "http://x"}, "RUNNER_LISTEN: 'http://x' is neither"),
        ({"RUNNER_LISTEN": "tcp://127.0.0.1:9"}, "needs RUNNER_TOKEN"),
        ({"RUNNER_LISTEN": "unix:/nowhere/r.sock"}, "No such file or directory"),
    ],
)
def test_a_daemon_that_cannot_start_says_what_is_missing(settings, said):
    require_bubblewrap()
    assert said in start(**settings)


def test_check_tries_a_sandbox():
    require_bubblewrap()
    environment = {**os.environ, **SETTINGS, "PATH": os.path.dirname(shutil.which("bwrap") or "")}
    command = [sys.executable, "-m", "runner", "check"]
    result = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert result.stdout.startswith("Sandboxes work")
