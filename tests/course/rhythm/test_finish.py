"""Remind me to finish: chosen on the lesson, told at its time, off once the lesson is done."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.test import Client

from accounts.mailing.delivery import deliver_due
from accounts.models import Notification, User
from course.authoring.schedule import back_to_draft
from course.models import Lesson, LessonReminder
from course.progress.marking import NotOpen, complete, undo
from course.rhythm.choosing import Chosen, choose
from course.rhythm.finishing import remind_later, tell_due
from pagecache.changes import memory
from tests.course.readers import kept_text, listed, member
from tests.factories import make_quest, verify

pytestmark = pytest.mark.django_db
SEOUL = ZoneInfo("Asia/Seoul")
NOON = datetime(2026, 11, 29, 12, tzinfo=SEOUL)
LESSON = "/quests/jax/jax-000/"


@pytest.fixture
def clock(monkeypatch):
    """Sets the time of the whole site."""

    def set_to(now: datetime) -> datetime:
        monkeypatch.setattr("django.utils.timezone.now", lambda: now.astimezone(UTC))
        return now

    return set_to


@pytest.fixture
def lesson(db, clock) -> Lesson:
    """The first of two lessons, at noon."""
    made = make_quest(lessons=2)[1][0]
    clock(NOON)
    return made


def told(learner) -> list[str]:
    rows = Notification.objects.filter(learner=learner, kind="finish").order_by("pk")
    return [row.text for row in rows]


@pytest.mark.parametrize("days", [1, 3, 7])
def test_it_comes_on_the_day_in_the_evening(lesson, learner, clock, days):
    at = remind_later(learner=learner, lesson=lesson, days=days)
    assert at == NOON.replace(hour=18) + timedelta(days=days)
    assert tell_due(clock(at - timedelta(seconds=1))) == 0
    assert tell_due(clock(at)) == 1
    assert told(learner) == ["「jax-000 ko」 레슨으로 돌아오고 싶다고 하셨죠. 이어서 해 볼까요?"]
    assert tell_due(clock(at)) == 0


def test_it_comes_at_the_hour_of_ones_own_outside_of_quiet_hours(lesson, learner):
    choose(learner=learner, chosen=Chosen(remind_hour=21))
    assert remind_later(learner=learner, lesson=lesson, days=1).astimezone(SEOUL).hour == 21
    User.objects.update(quiet_from=20, quiet_until=9)
    learner.refresh_from_db()
    assert remind_later(learner=learner, lesson=lesson, days=1).astimezone(SEOUL).hour == 9


def test_the_last_choice_counts(lesson, learner):
    remind_later(learner=learner, lesson=lesson, days=7)
    at = remind_later(learner=learner, lesson=lesson, days=1)
    assert LessonReminder.objects.get().at == at


def test_completing_the_lesson_calls_it_off_even_when_undone(lesson, learner, clock):
    at = remind_later(learner=learner, lesson=lesson, days=1)
    clock(NOON + timedelta(hours=1))
    complete(learner=learner, lesson=lesson)
    undo(learner=learner, lesson=lesson)
    assert "알려 드릴게요" not in listed(learner).get(LESSON).text
    assert tell_due(clock(at)) == 0
    assert not LessonReminder.objects.exists()


def test_a_worker_that_comes_in_the_night_waits_for_the_morning(lesson, learner, clock):
    at = remind_later(learner=learner, lesson=lesson, days=1)
    assert tell_due(clock(at.replace(hour=23))) == 0
    assert tell_due(clock(at.replace(hour=8) + timedelta(days=1))) == 1


def test_a_lesson_that_is_a_draft_again_is_not_told_of(lesson, learner, clock):
    at = remind_later(learner=learner, lesson=lesson, days=1)
    back_to_draft(lesson=lesson)
    memory.clear()  # as after the commit
    assert tell_due(clock(at)) == 0
    with pytest.raises(NotOpen):
        remind_later(learner=learner, lesson=lesson, days=1)


def test_the_mail_is_left_out_once_the_lesson_is_done(lesson, learner, clock):
    verify(learner)
    tell_due(clock(remind_later(learner=learner, lesson=lesson, days=1)))
    Notification.objects.update(mail_at=NOON)
    complete(learner=learner, lesson=lesson)
    assert deliver_due() == 0
    undo(learner=learner, lesson=lesson)
    Notification.objects.update(mail_at=NOON)
    assert deliver_due() == 1
    assert "jax-000 ko" in mail.outbox[0].subject


def test_the_lesson_offers_it_and_says_when(lesson, learner, other_learner):
    reader = listed(learner)
    assert "나중에 이어서 하도록 알려 주세요" in reader.get(LESSON).text
    reader.post("/progress/finish/jax-000/", {"days": "3"})
    for _ in range(2):
        assert "12월 2일에 알려 드릴게요" in reader.get(LESSON).text
    for other in (listed(other_learner), Client()):
        assert "12월 2일에" not in other.get(LESSON).text
    reader.post("/progress/finish/jax-000/", {"days": "0"})
    assert "12월 2일에" not in reader.get(LESSON).text
    assert "민지" not in kept_text()


def test_what_is_done_needs_no_reminder(lesson, learner):
    complete(learner=learner, lesson=lesson)
    reader = listed(learner)
    assert 'id="finish"' not in reader.get(LESSON).text
    answer = reader.post("/progress/finish/jax-000/", {"days": "1"}, follow=True)
    assert "마무리할 것이 없어요" in answer.text
    assert not LessonReminder.objects.exists()


@pytest.mark.parametrize("days", ["2", "", "-1", "9" * 40, "하루"])
def test_other_days_are_refused(lesson, learner, days):
    answer = member(learner).post("/progress/finish/jax-000/", {"days": days})
    assert answer.status_code == 400


def test_export_and_erasure_know_it(lesson, learner):
    from accounts.registry import erasures, exports

    remind_later(learner=learner, lesson=lesson, days=1)
    files = {file.path: file.content for file in exports["rhythm"](learner)}
    assert '"jax-000"' in files["progress/to_finish.json"]
    erasures["rhythm"](learner, True)
    assert not LessonReminder.objects.exists()
