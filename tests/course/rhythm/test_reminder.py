"""The reminder of the day: at its hour, when something is left, once, and not in quiet hours."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.mailing import delivery
from accounts.models import Notification, User
from course.models import Lesson, Rhythm
from course.progress.marking import complete
from course.rhythm.choosing import Chosen, choose
from course.rhythm.reminding import remind_due
from tests.factories import make_person, make_quest, verify

pytestmark = pytest.mark.django_db
SEOUL = ZoneInfo("Asia/Seoul")
NOON = datetime(2026, 11, 29, 12, tzinfo=SEOUL)
AT_EIGHT = datetime(2026, 11, 29, 20, tzinfo=SEOUL)


@pytest.fixture
def clock(monkeypatch):
    """Sets the time of the whole site."""

    def set_to(now: datetime) -> datetime:
        monkeypatch.setattr("django.utils.timezone.now", lambda: now.astimezone(UTC))
        return now

    set_to(NOON)
    return set_to


@pytest.fixture
def lessons(db) -> list[Lesson]:
    """Five lessons."""
    return make_quest(lessons=5)[1]


@pytest.fixture
def member(learner, clock, lessons) -> User:
    """Minji, who wants one lesson a day and a reminder at eight in the evening."""
    choose(learner=verify(learner), chosen=Chosen("lessons", 1, remind_hour=20))
    return learner


def reminders(learner) -> list[Notification]:
    return list(Notification.objects.filter(learner=learner, kind="reminder").order_by("pk"))


def test_it_is_off_until_an_hour_is_chosen(learner, clock, lessons):
    choose(learner=learner, chosen=Chosen("lessons", 1))
    assert remind_due(clock(AT_EIGHT)) == 0


def test_it_comes_at_the_hour_and_says_what_is_left(member, clock):
    assert remind_due(clock(AT_EIGHT - timedelta(seconds=1))) == 0
    assert remind_due(clock(AT_EIGHT)) == 1
    [row] = reminders(member)
    assert "레슨 1개" in row.text
    assert (row.key, row.url) == ("reminder:2026-11-29", "/")


def test_it_comes_in_the_learners_language(member, clock):
    User.objects.update(language="en")
    remind_due(clock(AT_EIGHT))
    [row] = reminders(member)
    assert row.text == "1 lesson to today's goal. Shall we?"
    assert row.url == "/en/"


def test_it_does_not_come_when_the_goal_is_reached(member, clock, lessons):
    complete(learner=member, lesson=lessons[0])
    assert remind_due(clock(AT_EIGHT)) == 0
    assert remind_due(clock(AT_EIGHT + timedelta(days=1))) == 1


def test_without_a_goal_it_comes_when_questions_are_due(learner, clock, lessons):
    from tests.course.rhythm.test_goal import answered_days_ago
    from tests.factories import ask

    choose(learner=learner, chosen=Chosen(remind_hour=20))
    assert remind_due(clock(AT_EIGHT)) == 0
    ask(lessons[0], "q0")
    answered_days_ago(learner, lessons[0], ["q0"])
    assert remind_due(clock(AT_EIGHT + timedelta(days=1))) == 1
    [row] = reminders(learner)
    assert "1개" in row.text
    assert row.url == "/review/"


def test_it_comes_once_a_day_even_when_the_hour_is_changed(member, clock):
    assert remind_due(clock(AT_EIGHT)) == 1
    assert remind_due(clock(AT_EIGHT + timedelta(minutes=1))) == 0
    choose(learner=member, chosen=Chosen("lessons", 1, remind_hour=21))
    remind_due(clock(AT_EIGHT + timedelta(hours=1)))
    assert len(reminders(member)) == 1
    assert remind_due(clock(AT_EIGHT + timedelta(days=1, hours=1))) == 1


def test_yesterdays_reminder_is_no_news_any_more(member, clock):
    remind_due(clock(AT_EIGHT))
    remind_due(clock(AT_EIGHT + timedelta(days=1)))
    old, new = reminders(member)
    assert old.read_at
    assert not new.read_at


def test_a_later_hour_on_the_same_day_leaves_what_came(member, clock):
    remind_due(clock(AT_EIGHT))
    choose(learner=member, chosen=Chosen("lessons", 1, remind_hour=21))
    remind_due(clock(AT_EIGHT + timedelta(hours=1)))
    [only] = reminders(member)
    assert not only.read_at


def test_a_worker_that_was_away_for_hours_does_not_wake_anybody(member, clock):
    assert remind_due(clock(AT_EIGHT + timedelta(hours=3))) == 0
    assert Rhythm.objects.get().remind_at == AT_EIGHT + timedelta(days=1)


def test_nothing_comes_in_quiet_hours(member, clock):
    User.objects.update(quiet_from=19, quiet_until=21)
    assert remind_due(clock(AT_EIGHT)) == 0


def test_who_has_moved_is_reminded_by_the_new_clock(member, clock):
    User.objects.update(time_zone="America/Los_Angeles")
    assert remind_due(clock(AT_EIGHT)) == 0  # three in the morning there
    there = AT_EIGHT.astimezone(ZoneInfo("America/Los_Angeles")).replace(hour=20)
    assert Rhythm.objects.get().remind_at == there
    assert remind_due(clock(there)) == 1


@pytest.mark.parametrize("gone", [{"is_active": False}, {"delete_at": AT_EIGHT}])
def test_who_is_leaving_is_left_alone(member, clock, gone):
    User.objects.update(**gone)
    assert remind_due(clock(AT_EIGHT)) == 0


def test_it_is_mailed_with_a_way_to_stop_it(member, clock):
    remind_due(clock(AT_EIGHT))
    clock(AT_EIGHT + timedelta(minutes=3))
    assert delivery.deliver_due() == 1
    [message] = mail.outbox
    assert "레슨 1개" in message.subject
    assert "/mail/stop/" in message.extra_headers["List-Unsubscribe"]


def test_a_goal_reached_meanwhile_is_not_mailed(member, clock, lessons):
    remind_due(clock(AT_EIGHT))
    complete(learner=member, lesson=lessons[0])
    clock(AT_EIGHT + timedelta(minutes=3))
    assert delivery.deliver_due() == 0


def test_a_mail_that_comes_in_the_night_is_left_out(member, clock):
    remind_due(clock(AT_EIGHT))
    clock(AT_EIGHT + timedelta(hours=3))
    assert delivery.deliver_due() == 0


def test_whoever_wants_no_mail_sees_it_on_the_site_alone(member, clock):
    choose(learner=member, chosen=Chosen("lessons", 1, remind_hour=20, remind_by_mail=False))
    assert remind_due(clock(AT_EIGHT)) == 1
    clock(AT_EIGHT + timedelta(minutes=3))
    assert delivery.deliver_due() == 0


def test_one_that_fails_keeps_no_other(member, clock, lessons, monkeypatch, caplog):
    other = make_person("jun")
    choose(learner=other, chosen=Chosen("lessons", 1, remind_hour=20))
    from course.rhythm import reminding

    first = reminding.notice_now

    def fail_once(learner, now):
        if learner.pk == member.pk:
            raise RuntimeError("a bad row")
        return first(learner, now)

    monkeypatch.setattr(reminding, "notice_now", fail_once)
    assert remind_due(clock(AT_EIGHT)) == 1
    assert "tried again" in caplog.text
    monkeypatch.undo()
    assert remind_due(AT_EIGHT) == 1


def test_nobody_due_costs_one_query(member, clock):
    with CaptureQueriesContext(connection) as asked:
        remind_due(NOON)
    assert len(asked) == 1


def test_export_and_erasure_know_it(member):
    from accounts.registry import erasures, exports

    files = {file.path: file.content for file in exports["rhythm"](member)}
    assert '"remind_hour": 20' in files["progress/rhythm.json"]
    erasures["rhythm"](member, True)
    assert not Rhythm.objects.exists()
