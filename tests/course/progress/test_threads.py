"""Devices of one account that sync at once, and an account that goes meanwhile."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.deletion import erase
from accounts.models import User
from course.models import Clock, Completion, Operation, ReviewCard
from course.progress import syncing
from course.progress.rebuilding import rebuild_all_cards
from tests.course.progress.browser import op, post_sync
from tests.factories import ask, make_quest

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


def test_two_devices_that_review_one_card_at_once_are_both_counted(learner):
    _quest, lessons = make_quest(lessons=1)
    ask(lessons[0], "sum", "choice", "a")
    target, clients = "jax-000#q:sum", [signed_in(learner) for _ in range(2)]
    at = int(timezone.now().timestamp() * 1000)
    reviews = [
        [op("r", target, g=1 + n % 4, at=at - (20 - 2 * n - device) * 86_400_000) for n in range(5)]
        for device in range(2)
    ]
    start, ends = threading.Barrier(2), []

    def device(client, mine) -> None:
        try:
            start.wait(timeout=60)
            ends.extend(post_sync(client, learner, [each]).status_code for each in mine)
        finally:
            connection.close()

    run([
        threading.Thread(target=device, args=pair) for pair in zip(clients, reviews, strict=True)
    ])  # fmt: skip
    assert ends == [200] * 10
    stored = ReviewCard.objects.values_list("due", "stability", "difficulty").get()
    rebuild_all_cards()
    assert ReviewCard.objects.values_list("due", "stability", "difficulty").get() == stored
    assert Operation.objects.filter(kind="r").count() == 10
