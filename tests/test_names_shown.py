"""Wherever a name stands, nobody is taken for another: `<bdi>`, the handle, and a mark of staff."""

import re

import pytest
from django.utils import timezone

from accounts.mailing.delivery import deliver_due
from accounts.models import Notification, User
from gamification.models import Preference, Standing
from tests.course.readers import listed
from tests.factories import make_comment, make_quest, make_settled

pytestmark = pytest.mark.django_db
NAME = "נועה"  # read from right to left: without <bdi> it would turn what follows around


@pytest.fixture
def thread():
    """The conversation of a lesson."""
    return make_quest(lessons=1)[1][0].thread


@pytest.fixture
def people():
    """A member of staff and a learner of the same visible name, both with public profiles."""
    marks = {"profile_public": True, "display_name": NAME}
    return make_settled("boss", is_staff=True, **marks), make_settled("fan", **marks)


def test_beside_a_comment(people, thread, client):
    for each in people:
        make_comment(thread, each)
    page = client.get(f"/threads/{thread.pk}/").text
    heads = re.findall(r'<p class="comment__head">.*?</p>', page, re.S)
    assert all(f"<bdi>{NAME}</bdi>" in head for head in heads)
    assert ["@boss" in head for head in heads] == [True, False]
    assert ["@fan" in head for head in heads] == [False, True]
    assert ["운영진" in head for head in heads] == [True, False]


def test_on_a_profile(people, client):
    for each, marked in zip(people, (True, False), strict=True):
        page = client.get(f"/u/{each.handle}/").text
        head = re.search(r"<h1>.*?</h1>", page, re.S)
        assert f"<bdi>{NAME}</bdi>" in head.group()
        assert ("운영진" in head.group()) is marked
        assert f"@{each.handle}" in page


def test_on_the_leaderboard(people):
    for each in people:
        Preference.objects.create(learner=each, on_leaderboard=True)
        Standing.objects.create(learner=each, xp=100, level=0)
    page = listed(people[1]).get("/leaderboard/").text
    places = re.findall(r'<span class="board__name">.*?<span class="soft', page, re.S)
    assert all(f"<bdi>{NAME}</bdi>" in place for place in places)
    assert ["운영진" in place for place in places] == [True, False]


def test_in_the_menu_of_ones_own(people):
    assert f'<p class="menu__name"><bdi>{NAME}</bdi></p>' in listed(people[1]).get("/").text


def test_in_a_feed_a_notice_and_a_mail(people, thread, client, mailoutbox):
    reader = make_settled("reader")
    first = make_comment(thread, reader)
    for each in people:
        make_comment(thread, each, parent=first)
    feed = client.get(f"/threads/{thread.pk}/feed/").text
    signatures = [f"{NAME} (@boss, 운영진)", f"{NAME} (@fan)"]
    assert [f"<name>{each}</name>" in feed for each in signatures] == [True, True]
    told = Notification.objects.filter(learner=reader).order_by("pk")
    assert all(row.text.startswith(each) for row, each in zip(told, signatures, strict=True))
    page = listed(reader).get("/notifications/").text
    assert all(each in page for each in signatures)
    User.objects.filter(pk=reader.pk).update(language="en")
    told.update(mail_at=timezone.now())
    deliver_due()
    written = "\n".join(each.body for each in mailoutbox)
    assert f"{NAME} (@boss, staff member)" in written
    assert f"{NAME} (@fan)" in written


def test_who_has_no_name_is_called_by_the_handle_once(thread, client):
    make_comment(thread, make_settled("nameless"))
    head = client.get(f"/threads/{thread.pk}/").text
    assert "<bdi>nameless</bdi>" in head
    assert "@nameless" not in head
    assert "<name>nameless</name>" in client.get(f"/threads/{thread.pk}/feed/").text
