"""The list of notifications."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Notification
from accounts.notifications import notify, notify_many
from tests.factories import make_notice


def tell(learner, count, start=0):
    notify_many([make_notice(learner, f"reply:{n}") for n in range(start, start + count)])


def test_a_learner_is_told_once_per_key(learner):
    notify(make_notice(learner, text="first"))
    notify(make_notice(learner, text="second"))
    assert [row.text for row in Notification.objects.all()] == ["first"]


def test_the_newest_comes_first_page_by_page(client, learner):
    tell(learner, 25)
    client.force_login(learner)
    first = client.get("/notifications/").content.decode()
    second = client.get("/notifications/?page=2").content.decode()
    assert "(reply:24)" in first
    assert "(reply:4)" not in first
    assert "(reply:4)" in second


@pytest.mark.parametrize("page", ["0", "-1", "99", "x", "%00"])
def test_a_strange_page_number_shows_a_page(client, learner, page):
    tell(learner, 25)
    client.force_login(learner)
    assert client.get(f"/notifications/?page={page}").status_code == 200


def test_following_a_notification_marks_it_read(client, learner):
    tell(learner, 2)
    client.force_login(learner)
    row = Notification.objects.first()
    answer = client.get(f"/notifications/{row.pk}/")
    row.refresh_from_db()
    assert answer["Location"] == row.url
    assert row.read_at is not None
    assert learner.notifications.unread().count() == 1


def test_marking_one_and_all_as_read(client, learner, other_learner):
    tell(learner, 3)
    tell(other_learner, 1)
    client.force_login(learner)
    client.post(f"/notifications/{learner.notifications.first().pk}/read/", {"page": "1"})
    assert learner.notifications.unread().count() == 2
    client.post("/notifications/read/")
    assert learner.notifications.unread().count() == 0
    assert other_learner.notifications.unread().count() == 1


def test_marking_needs_a_post(client, learner):
    tell(learner, 1)
    client.force_login(learner)
    assert client.get("/notifications/read/").status_code == 405
    assert learner.notifications.unread().count() == 1


@pytest.mark.parametrize("path", ["", "read/"])
def test_nobody_touches_what_somebody_else_was_told(client, learner, other_learner, path):
    tell(learner, 1)
    client.force_login(other_learner)
    url = f"/notifications/{Notification.objects.get().pk}/{path}"
    assert client.post(url).status_code == 404
    assert learner.notifications.unread().count() == 1


def test_a_list_of_twice_the_length_costs_the_same_queries(client, learner):
    client.force_login(learner)
    counts = []
    for start in (0, 8):
        tell(learner, 8, start)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get("/notifications/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6


def test_an_empty_list_says_so(client, learner):
    client.force_login(learner)
    assert "아직" in client.get("/notifications/").content.decode()
