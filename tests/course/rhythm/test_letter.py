"""The weekly letter: who asked for it, when it comes, what it says, how it ends."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.mailing.delivery import deliver_due
from accounts.models import MailPreference, OutgoingMail, User
from course.models import Completion, Lesson
from course.progress.marking import complete
from course.rhythm.choosing import Chosen, choose
from course.rhythm.following import follow
from course.rhythm.letters import next_letter, send_due
from pagecache.changes import memory
from tests.course.readers import member
from tests.course.rhythm.test_goal import ALL, answered_days_ago
from tests.factories import ask, make_lesson, make_quest, verify

pytestmark = pytest.mark.django_db
SEOUL = ZoneInfo("Asia/Seoul")
WEDNESDAY = datetime(2026, 11, 25, 12, tzinfo=SEOUL)
MONDAY = datetime(2026, 11, 30, 8, tzinfo=SEOUL)


@pytest.fixture
def clock(monkeypatch):
    """Sets the time of the whole site."""

    def set_to(now: datetime) -> datetime:
        monkeypatch.setattr("django.utils.timezone.now", lambda: now.astimezone(UTC))
        return now

    set_to(WEDNESDAY)
    return set_to


@pytest.fixture
def lessons(clock) -> list[Lesson]:
    """Three lessons, published long ago."""
    made = make_quest(lessons=3)[1]
    Lesson.objects.update(published_at=WEDNESDAY - timedelta(days=90))
    return made


@pytest.fixture
def subscriber(learner, lessons) -> User:
    """Minji, who asked for the letter."""
    choose(learner=verify(learner), chosen=Chosen(letter=True))
    return learner


def test_it_comes_on_monday_morning_to_those_who_asked(subscriber, lessons, clock):
    complete(learner=subscriber, lesson=lessons[0])
    assert send_due(clock(MONDAY - timedelta(seconds=1))) == 0
    assert send_due(clock(MONDAY)) == 1
    assert send_due(clock(MONDAY + timedelta(minutes=1))) == 0
    assert deliver_due() == 1
    [letter] = mail.outbox
    assert letter.to == ["minji@example.com"]
    assert "한 주" in letter.subject
    assert "jax-000 ko" in letter.body
    assert "/quests/jax/jax-000/" in letter.body


def test_nobody_gets_it_unasked(learner, lessons, clock):
    choose(learner=verify(learner), chosen=Chosen("lessons", 1))
    complete(learner=learner, lesson=lessons[0])
    assert send_due(clock(MONDAY)) == 0


def test_it_tells_what_was_done_is_due_and_is_new(subscriber, lessons, clock):
    for number in range(2):
        ask(lessons[0], f"q{number}")
    answered_days_ago(subscriber, lessons[0], ["q0", "q1"])
    other, [fresh] = make_quest("numpy", lessons=1)
    follow(learner=subscriber, quest=other)
    Lesson.objects.filter(pk=fresh.pk).update(published_at=MONDAY - timedelta(days=1))
    memory.clear()
    send_due(clock(MONDAY))
    deliver_due()
    body = mail.outbox[0].body
    assert "2개" in body
    assert "/review/" in body
    assert "numpy-000 ko" in body


def test_it_is_in_the_learners_language(subscriber, lessons, clock):
    User.objects.update(language="en")
    complete(learner=subscriber, lesson=lessons[0])
    send_due(clock(MONDAY))
    deliver_due()
    assert "You learned on 1 day." in mail.outbox[0].body
    assert "/en/quests/jax/jax-000/" in mail.outbox[0].body


def test_a_long_list_is_cut_with_a_word(subscriber, lessons, clock):
    for number in range(12):
        made = make_lesson(lessons[0].quest, lessons[0].chapter, 20 + number)
        Lesson.objects.filter(pk=made.pk).update(published_at=WEDNESDAY - timedelta(days=90))
        memory.clear()
        complete(learner=subscriber, lesson=made)
    send_due(clock(MONDAY))
    deliver_due()
    assert "그 밖에 레슨 2개" in mail.outbox[0].body


def test_a_week_of_which_there_is_nothing_to_tell_has_no_letter(subscriber, clock):
    assert send_due(clock(MONDAY)) == 0
    assert send_due(clock(MONDAY + timedelta(days=7))) == 0


def test_one_click_ends_it_and_another_brings_it_back(subscriber, lessons, clock):
    complete(learner=subscriber, lesson=lessons[0])
    send_due(clock(MONDAY))
    deliver_due()
    headers = mail.outbox[0].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stop = headers["List-Unsubscribe"].strip("<>").removeprefix("http://testserver")
    assert stop in mail.outbox[0].body
    Client().post(stop)
    Completion.objects.update(days=["2026-12-05"])
    assert send_due(clock(MONDAY + timedelta(days=7))) == 0
    Client().post(stop, {"action": "restart"})
    Completion.objects.update(days=["2026-12-12"])
    assert send_due(clock(MONDAY + timedelta(days=14))) == 1


def test_a_letter_that_waits_for_the_mail_server_can_still_be_stopped(subscriber, lessons, clock):
    complete(learner=subscriber, lesson=lessons[0])
    send_due(clock(MONDAY))
    MailPreference.objects.filter(kind="letter").update(choice="none")
    assert deliver_due() == 0
    assert not OutgoingMail.objects.exists()


def test_who_has_no_verified_address_gets_none(learner, lessons, clock):
    choose(learner=learner, chosen=Chosen(letter=True))
    complete(learner=learner, lesson=lessons[0])
    assert send_due(clock(MONDAY)) == 0


def test_next_monday_is_that_of_the_learners_zone():
    for zone in ("Asia/Seoul", "America/Los_Angeles", "Pacific/Apia"):
        at = next_letter(zone, WEDNESDAY).astimezone(ZoneInfo(zone))
        assert (at.weekday(), at.hour) == (0, 8)
        again = next_letter(zone, at).astimezone(ZoneInfo(zone))
        assert again - at == timedelta(days=7)


def test_the_form_asks_for_it_and_stops_it(learner):
    reader = member(learner)
    reader.post("/settings/rhythm/", {**ALL, "letter": "on"})
    assert MailPreference.objects.get(kind="letter").choice == "immediate"
    page = reader.get("/settings/rhythm/").text
    assert "checked" in re.search(r'<input[^>]*name="letter"[^>]*>', page).group()
    reader.post("/settings/rhythm/", ALL)
    assert MailPreference.objects.get(kind="letter").choice == "none"


def test_a_letter_costs_the_same_for_more_lessons(subscriber, lessons, clock):
    complete(learner=subscriber, lesson=lessons[0])

    def cost() -> int:
        from course.models import Rhythm

        Rhythm.objects.update(letter_at=MONDAY)
        with CaptureQueriesContext(connection) as asked:
            assert send_due(clock(MONDAY)) == 1
        return len(asked)

    cost()
    first = cost()
    complete(learner=subscriber, lesson=lessons[1])
    complete(learner=subscriber, lesson=lessons[2])
    assert cost() == first
    assert timezone.now() == MONDAY
