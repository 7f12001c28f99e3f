"""An account that goes while one of its devices syncs."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.deletion import erase
from accounts.models import User
from course.models import Clock, Completion, Operation
from course.progress import syncing
from tests.course.progress.browser import op, post_sync
from tests.course.progress.courses import make_quest

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def run(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
    assert not any(thread.is_alive() for thread in threads)


def signed_in(learner) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(learner)
    return client


def somebody_waits() -> bool:
    """Whether a transaction waits for another's lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.01), (SELECT count(*) FROM pg_locks WHERE NOT granted)")
        return cursor.fetchone()[1] > 0


def test_an_account_that_goes_while_it_syncs_leaves_nothing_and_breaks_nothing(
    learner, monkeypatch
):
    make_quest(lessons=1)
    User.objects.update(delete_at=timezone.now() - timedelta(days=1))
    locked = threading.Event()
    bar_for = syncing.bar_for

    def dawdle(*args):
        locked.set()  # the log is locked and written, not committed
        while not somebody_waits():
            pass
        return bar_for(*args)

    post_sync(signed_in(learner), learner)  # its log exists
    monkeypatch.setattr(syncing, "bar_for", dawdle)
    client, ends = signed_in(learner), {}

    def sync() -> None:
        try:
            ends["sync"] = post_sync(client, learner, [op()]).status_code
        finally:
            connection.close()

    def leave() -> None:
        try:
            assert locked.wait(timeout=60)
            ends["gone"] = erase(learner.pk)
        finally:
            connection.close()

    run([threading.Thread(target=sync), threading.Thread(target=leave)])
    assert ends == {"sync": 200, "gone": True}
    assert not any(table.objects.exists() for table in (User, Operation, Completion, Clock))
    assert post_sync(client, learner, [op()]).status_code == 410
