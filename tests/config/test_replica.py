"""A real server process with a real streaming replica that lags behind, goes away and returns."""

import shutil
import subprocess
import sys

import pytest

from tests import kept
from tests.config.servers import LESSON, ROOT, SEED, Postgres, Server, eventually, variables
from tests.with_postgres import as_postgres, find_binaries, hand_over

RETITLE = """
import sys, django; django.setup()
from django.db import transaction
from course.models import LessonText
from pagecache.changes import invalidate
with transaction.atomic():
    text = LessonText.objects.select_related("lesson").get()
    LessonText.objects.filter(pk=text.pk).update(body_html=f"<p>{sys.argv[1]}</p>")
    invalidate(f"quest:{text.lesson.quest_id}")
"""

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(find_binaries() is None, reason="Postgres is not installed"),
]


class Standby(Postgres):
    """A streaming replica of another cluster; `url` reads from it."""

    def __init__(self, primary: Postgres):
        super().__init__()
        shutil.rmtree(self.data)
        copy = [str(self.bin / "pg_basebackup"), "-h", str(primary.folder), "-U", "postgres",
                "-D", self.data, "-R", "-X", "stream", "-c", "fast"]  # fmt: skip
        subprocess.run(as_postgres(*copy), check=True, capture_output=True)
        hand_over(self.folder)

    def sql(self, statement: str) -> str:
        """What psql prints for a statement on the replica."""
        command = [str(self.bin / "psql"), "-h", str(self.folder), "-U", "postgres", "-At",
                   "-c", statement, kept.key()]  # fmt: skip
        done = subprocess.run(as_postgres(*command), check=True, capture_output=True, text=True)
        return done.stdout.strip()


@pytest.fixture(scope="module")
def site():
    """(primary's environment, replica, server): one lesson, served to the anonymous."""
    primary = Postgres()
    primary.start()
    made = variables(primary)
    subprocess.run([sys.executable, "-c", SEED], env=made, cwd=ROOT, check=True)
    replica = Standby(primary)
    replica.start()
    server = Server({**made, "DATABASE_REPLICA_URL": replica.url})
    server.wait_until_ready()
    yield made, replica, server
    server.stop()
    for each in (replica, primary):
        each.stop()
        shutil.rmtree(each.folder, ignore_errors=True)


@pytest.fixture
def replica(site):
    return site[1]


@pytest.fixture
def shown(site):
    """`shown()`: the lesson's page as somebody without an account gets it, built anew."""
    numbers = iter(range(10**6))

    def page(path=LESSON):
        # An unknown parameter is never kept as a page, only its parts are.
        status, _, body = site[2].ask(f"{path}?new={next(numbers)}")
        assert status == 200
        return body.decode()

    return page


def retitle(site, word):
    subprocess.run([sys.executable, "-c", RETITLE, word], env=site[0], cwd=ROOT, check=True)


def reads_of(replica) -> int:
    """Rows of lessons' texts that the replica has read for somebody."""
    return int(
        replica.sql(
            "SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_user_tables"
            " WHERE relname = 'course_lessontext'"
        )
    )


def test_pages_of_the_anonymous_are_read_from_the_replica(site, replica, shown):
    before = reads_of(replica)

    def is_read() -> bool:
        retitle(site, "새 글")  # so that the kept parts of the page are read again
        shown()
        return reads_of(replica) > before

    eventually(is_read, seconds=30)


def test_a_change_is_seen_at_once_though_the_replica_lags(site, replica, shown):
    replica.sql("SELECT pg_wal_replay_pause()")
    eventually(lambda: replica.sql("SELECT pg_get_wal_replay_pause_state()") == "paused", seconds=5)
    retitle(site, "아직 없는 글")
    eventually(lambda: "아직 없는 글" in shown(), seconds=5)
    assert "아직 없는 글" not in replica.sql("SELECT body_html FROM course_lessontext")
    replica.sql("SELECT pg_wal_replay_resume()")
    eventually(
        lambda: "아직 없는 글" in replica.sql("SELECT body_html FROM course_lessontext"), seconds=5
    )
    assert all("아직 없는 글" in shown() for _ in range(5))


def test_readers_notice_nothing_while_the_replica_is_away(site, replica, shown):
    replica.stop()
    retitle(site, "복제본 없이")
    eventually(lambda: "복제본 없이" in shown(), seconds=5)
    assert shown("/search/")
    assert shown("/stream/")
    replica.start()
    retitle(site, "복제본과 함께")
    eventually(lambda: "복제본과 함께" in shown(), seconds=5)
