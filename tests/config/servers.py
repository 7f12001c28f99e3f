"""Real server processes on a real Postgres, for the tests that take one of them away."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests import kept
from tests.with_postgres import FAST, as_postgres, find_binaries, hand_over, migrated, run_quietly

ROOT = Path(__file__).resolve().parent.parent.parent
HEADERS = {"Host": "outage.test", "X-Forwarded-Proto": "https"}
SEED = """
import django; django.setup()
from django.utils import timezone
from accounts.models import User
from comments.models import Thread
from course.content import outlines
from course.models import Chapter, ChapterText, Lesson, LessonText, Quest, QuestText
User.objects.create_user("w@example.com", handle="writer")
quest = Quest.objects.create(uid="quest-one", slug="one", status="published")
QuestText.objects.create(quest=quest, language="ko", title="하나")
chapter = Chapter.objects.create(uid="chapter-one", quest=quest, slug="c")
ChapterText.objects.create(chapter=chapter, language="ko", title="장")
lesson = Lesson.objects.create(
    uid="lesson-one", quest=quest, chapter=chapter, slug="first", status="published",
    thread=Thread.objects.create(url="/quests/one/first/", title="t"), published_at=timezone.now(),
)
LessonText.objects.create(
    lesson=lesson, language="ko", title="첫 레슨", body="x", body_html="<p>본문</p>",
    changed_at=timezone.now(),
)
outlines.rebuild(quest)
"""
LESSON = "/quests/one/first/"


class Postgres:
    """A cluster that can be stopped and started."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="cwk-outage-"))
        self.folder.chmod(0o755)
        self.data = str(self.folder / "data")
        self.bin = find_binaries()
        self.url = f"postgres://postgres@/{kept.key()}?host={self.folder}"
        shutil.copytree(migrated(self.bin), self.data)
        hand_over(self.folder)

    def start(self):
        options = f"{FAST} -c listen_addresses='' -c unix_socket_directories={self.folder}"
        log = str(self.folder / "log")
        run_quietly(
            str(self.bin / "pg_ctl"), "-D", self.data, "-l", log, "-w", "-o", options, "start"
        )

    def stop(self):
        command = as_postgres(str(self.bin / "pg_ctl"), "-D", self.data, "-m", "fast", "stop")
        subprocess.run(command, capture_output=True, check=False)


class Server:
    """One granian process; killing it kills the process that answers."""

    def __init__(self, environment):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process = subprocess.Popen(
            [
                sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(self.port),
                "--no-ws", "--blocking-threads", "2", "--log-level", "error",
                "config.wsgi:application",
            ],
            env=environment, cwd=ROOT, start_new_session=True,
        )  # fmt: skip

    def ask(self, path, method="GET", timeout=10, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, headers={**HEADERS, **(headers or {})})
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def numbers(self):
        """What the process counted, by name."""
        text = self.ask("/metrics", headers={"Authorization": "Bearer numbers"})[2].decode()
        lines = [line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#")]
        return {name.partition("{")[0]: float(value) for name, value in lines if "le=" not in name}

    def wait_until_ready(self):
        eventually(lambda: self.try_status("/readyz") == 200, seconds=40)

    def try_status(self, path):
        try:
            return self.ask(path)[0]
        except (OSError, http.client.HTTPException):
            return None

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()


def eventually(check, seconds):
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.1)


# What tests.settings sets for itself; a production server refuses to start with it.
ONLY_IN_TESTS = {"CACHE_URL", "STAFF_SECOND_FACTOR"}


def variables(postgres: Postgres) -> dict[str, str]:
    """The environment of a production server on this cluster."""
    return {
        **{name: value for name, value in os.environ.items() if name not in ONLY_IN_TESTS},
        "DATABASE_URL": postgres.url,
        "DJANGO_SETTINGS_MODULE": "tests.config.outage_settings",
        "SITE_URL": "https://outage.test",
        "ALLOWED_HOSTS": "outage.test",
        "BEHIND_PROXY": "true",
        "SECRET_KEY": "only-for-the-tests-0123456789-0123456789-0123456789",
        "EMAIL_URL": "dummymail://",
        "METRICS_TOKEN": "numbers",
        "DEBUG": "false",
    }


def ready(environment, started, count: int) -> list[Server]:
    """So many servers that answer."""
    started[:] = [server for server in started if server.process.poll() is None]
    while len(started) < count:
        started.append(Server(environment[1]))
    for server in started:
        server.wait_until_ready()
    return started[:count]
