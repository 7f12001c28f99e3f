"""A member's home: the way on, the streak, what is new; each one's own."""

import pytest
from django.test import Client

from accounts.models import User
from course.models import Lesson
from course.progress.marking import complete
from gamification.models import Preference
from tests.course.readers import kept_text, listed, member
from tests.factories import make_quest

pytestmark = pytest.mark.django_db


@pytest.fixture
def lesson(db) -> Lesson:
    """The first of two lessons."""
    return make_quest(lessons=2)[1][0]


def done(who, lesson) -> None:
    """Complete the lesson in another process."""
    complete(learner=User.objects.get(pk=who.pk), lesson=lesson)


def test_each_sees_their_own_streak_and_name(lesson, learner, other_learner):
    done(learner, lesson)
    mine, theirs = listed(learner), listed(other_learner)
    for _ in range(2):
        pages = [reader.get("/").text for reader in (mine, theirs, Client())]
        assert ["1일 연속" in page for page in pages] == [True, False, False]
        assert ["민지님, 다시" in page for page in pages] == [True, False, False]
    assert "1일 연속" not in kept_text()
    assert "민지" not in kept_text()


def test_a_streak_by_weeks_is_shown_by_weeks(lesson, learner):
    done(learner, lesson)
    Preference.objects.update_or_create(learner=learner, defaults={"streak_unit": "week"})
    for reader in (listed(learner), member(learner)):
        assert "1주 연속" in reader.get("/").text


def test_a_completed_lesson_lengthens_it_on_the_very_next_page(lesson, learner):
    reader = listed(learner)
    assert "아직 연속" in reader.get("/").text
    reader.post("/progress/mark/jax-000/", {"action": "complete"})
    assert "1일 연속" in reader.get("/").text


def test_it_tells_what_is_new(lesson, learner):
    from course.models import StreamEntry

    StreamEntry.objects.create(kind="new", lesson=lesson)
    page = listed(learner).get("/").text
    news = page.partition('id="news-title"')[2]
    assert "jax-000 ko" in news
