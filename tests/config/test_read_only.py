"""A Postgres that takes no writes (a failover, a full disk): readers go on, writers are told."""

import logging

import pytest
from django.db import connection
from django.test import Client

from pagecache.changes import memory
from tests.course.progress.browser import op, post_sync
from tests.factories import list_device, make_quest

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(client, learner):
    """A quest, and a member who is signed in."""
    make_quest(lessons=2)
    learner.set_password("minji-minji")
    learner.save()
    client.force_login(learner)
    list_device(learner, client.session.session_key)
    return client


@pytest.fixture
def read_only(site):
    """The same, from the moment on at which the database takes no more writes."""
    client = site
    client.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION default_transaction_read_only = on")
    memory.clear()
    yield client
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION default_transaction_read_only = off")


def is_told_to_come_back(response) -> bool:
    return (response.status_code, response.get("Retry-After")) == (503, "15")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/quests/jax/",
        "/quests/jax/jax-000/",
        "/search/?q=jax",
        "/search/?q=qxqx",
        "/stream/",
        "/notifications/",
    ],
)
def test_members_and_visitors_read_on(read_only, path):
    assert read_only.get(path).status_code == 200
    assert Client().get(path).status_code in (200, 302)


def test_a_sync_is_told_to_come_back(read_only, learner):
    assert is_told_to_come_back(post_sync(read_only, learner, [op("c", "jax-000")], scope="jax"))


def test_a_sign_in_is_told_to_come_back(read_only, learner):
    visitor = Client()
    visitor.raise_request_exception = False
    answer = visitor.post(
        "/accounts/login/", {"login": "minji@example.com", "password": "minji-minji"}
    )
    assert is_told_to_come_back(answer)


def test_readiness_tells_and_keeps_the_machine_for_readers(read_only):
    answer = read_only.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "the database is read-only"})


def test_the_log_says_why_in_one_line(read_only, learner, caplog):
    with caplog.at_level(logging.WARNING):
        post_sync(read_only, learner, [op("c", "jax-000")], scope="jax")
    lines = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert len(lines) == 1
    assert "psycopg.errors.ReadOnlySqlTransaction 25006" in lines[0].getMessage()
    assert not lines[0].exc_info


def test_everything_works_again_when_writes_are_taken(read_only, learner):
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION default_transaction_read_only = off")
    answer = post_sync(read_only, learner, [op("c", "jax-000")], scope="jax")
    assert answer.status_code == 200
    assert read_only.get("/readyz").json() == {"status": "ok"}
