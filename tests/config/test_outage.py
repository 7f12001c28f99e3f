"""Two real server processes on a real Postgres, with a killed process and a stopped database."""

import http.client
import shutil
import signal
import subprocess
import sys
import threading
import time
from itertools import count

import pytest

from tests.config.servers import LESSON, ROOT, SEED, Postgres, Server, eventually, ready, variables
from tests.with_postgres import find_binaries

pytestmark = [
    pytest.mark.postgres,
    # Each test starts servers of its own; without Postgres programs there is nothing to start.
    pytest.mark.skipif(find_binaries() is None, reason="Postgres is not installed"),
]


@pytest.fixture(scope="module")
def environment():
    postgres = Postgres()
    postgres.start()
    made = variables(postgres)
    subprocess.run([sys.executable, "-c", SEED], env=made, cwd=ROOT, check=True)
    yield postgres, made
    postgres.stop()
    shutil.rmtree(postgres.folder, ignore_errors=True)


@pytest.fixture(scope="module")
def started(environment):
    """Servers that tests have started; the next test takes those that are still there."""
    pool: list[Server] = []
    yield pool
    for server in pool:
        server.stop()


@pytest.fixture
def servers(environment, started):
    return ready(environment, started, 2)


@pytest.fixture
def server(environment, started):
    return ready(environment, started, 1)[0]


def stored_numbers(environment):
    code = (
        "import django; django.setup(); from accounts.models import Notification as N; "
        "print(*N.objects.filter(kind='test').values_list('text', flat=True))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], env=environment[1], cwd=ROOT, capture_output=True, check=True
    )
    return {int(number) for number in result.stdout.split()}


def refusals_after_asking(server):
    """How many readers the page cache has refused, after one more asked."""
    server.ask("/search/?q=z")
    return server.numbers()["cwk_page_cache_refused_total"]


def test_no_acknowledged_write_is_lost_when_a_process_is_killed(environment, servers):
    numbers, acknowledged, failed, stop = count(), [], [], threading.Event()

    def writer(first, second):
        while not stop.is_set():
            number = next(numbers)
            for server in (first, second):  # what a proxy does with an upstream that hung up
                try:
                    status, _headers, _body = server.ask(f"/test-write/{number}/", "POST")
                except (OSError, http.client.HTTPException):
                    number = next(numbers)
                    continue
                (acknowledged if status == 200 else failed).append(number)
                break

    orders = [servers, servers[::-1]] * 2
    threads = [threading.Thread(target=writer, args=order) for order in orders]
    for thread in threads:
        thread.start()
    time.sleep(1.5)
    servers[0].kill()
    before = len(acknowledged)
    time.sleep(1.5)
    stop.set()
    for thread in threads:
        thread.join()
    assert before > 10
    assert len(acknowledged) > before + 10, "the other process went on"
    assert not failed
    assert set(acknowledged) <= stored_numbers(environment)


def test_while_the_database_is_away_kept_lessons_stay_and_the_site_recovers(environment, server):
    postgres, _variables = environment
    kept = server.ask(LESSON)[2]
    assert "첫 레슨".encode() in kept
    postgres.stop()
    try:
        eventually(lambda: server.try_status("/quests/one/") == 503, seconds=10)
        status, headers, body = server.ask("/search/?q=x")
        headers = {name.lower(): value for name, value in headers.items()}
        assert (status, headers["retry-after"]) == (503, "15")
        assert b"<h1>" in body
        eventually(lambda: refusals_after_asking(server) > 0, seconds=10)
        # Nobody waits for the database: the page cache answers or refuses, Django is not asked.
        before = server.numbers()
        for _ in range(3):
            assert server.ask(LESSON)[2] == kept
            assert server.ask("/search/?q=y")[0] == 503
        after = server.numbers()
        assert after["cwk_page_cache_hits_total"] - before["cwk_page_cache_hits_total"] == 3
        assert after["cwk_page_cache_refused_total"] - before["cwk_page_cache_refused_total"] == 3
        # Only the two looks at the numbers themselves, of which each counts the one before.
        assert after["cwk_request_seconds_count"] - before["cwk_request_seconds_count"] == 1
        assert server.ask("/test-write/999999/", "POST")[0] == 503
        assert server.ask("/healthz")[0] == 200
    finally:
        postgres.start()
    eventually(lambda: server.try_status("/quests/one/") == 200, seconds=20)
    assert server.ask("/readyz")[0] == 200
    assert server.ask("/test-write/888888/", "POST")[0] == 200


def test_a_change_shows_in_the_other_process_within_a_second(environment, servers):
    for server in servers:
        server.ask(LESSON)
    code = (
        "import django; django.setup(); from course.models import LessonText, Quest; "
        "from course.content import outlines; "
        "LessonText.objects.update(body_html='<p>edited</p>'); "
        "outlines.rebuild(Quest.objects.get())"
    )
    subprocess.run([sys.executable, "-c", code], env=environment[1], cwd=ROOT, check=True)
    for server in servers:
        # How soon is the poll interval, which tests/pagecache holds to half a second.
        eventually(lambda server=server: b"edited" in server.ask(LESSON)[2], seconds=20)


def test_a_stopped_process_finishes_what_it_has_begun(server):
    done = []
    threads = [
        threading.Thread(target=lambda n=n: done.append(server.ask(f"/test-write/{n}/", "POST")[0]))
        for n in range(5_000_000, 5_000_004)
    ]
    for thread in threads:
        thread.start()
    time.sleep(0.05)
    server.process.send_signal(signal.SIGTERM)
    for thread in threads:
        thread.join()
    server.process.wait(15)
    assert done == [200] * 4
