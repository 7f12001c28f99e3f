"""What authors see of checked exercises: how they end and what fails most often."""

import pytest
from django.test import Client
from django.urls import reverse

from course.models import CheckedTry
from course.pages.insights import insight_of
from tests.course.runs import make_runnable
from tests.factories import make_quest

pytestmark = pytest.mark.django_db
SQUARE = {"ko": "제곱이 아니에요.", "en": "Not squared."}


@pytest.fixture
def lesson(db):
    return make_runnable()


def try_out(lesson, *people, start: int = 0) -> None:
    """Each person fails twice by an assert, once by an error, is stopped once, and passes."""
    ends = [("failed", SQUARE), ("failed", SQUARE), ("error", {"": "NameError"}),
            ("stopped", {"": "time"}), ("passed", {})]  # fmt: skip
    CheckedTry.objects.bulk_create(
        CheckedTry(learner=person, lesson=lesson, run=start + number, ended=ended, message=message)
        for person in people
        for number, (ended, message) in enumerate(ends)
    )


@pytest.mark.parametrize(("language", "said"), [("ko", "제곱이 아니에요."), ("en", "Not squared.")])
def test_ends_are_counted_and_the_most_frequent_message_is_named(
    lesson, learner, other_learner, language, said
):
    try_out(lesson, learner, other_learner)
    (row,) = insight_of(lesson.quest, language).tries
    assert dict(row.ends) == {"failed": 4, "error": 2, "stopped": 2, "passed": 2}
    assert (row.count, row.most_failing) == (10, (said, 4))


def test_an_exercise_that_nobody_failed_has_no_message(lesson, learner):
    CheckedTry.objects.create(learner=learner, lesson=lesson, run=1, ended="passed")
    (row,) = insight_of(lesson.quest, "en").tries
    assert (row.count, row.most_failing) == (1, None)


def test_other_quests_tries_are_not_counted(lesson, learner):
    _quest, (other,) = make_quest("other", lessons=1)
    try_out(other, learner)
    assert insight_of(lesson.quest, "en").tries == []


def test_the_page_shows_it(lesson, learner, staff):
    try_out(lesson, learner)
    client = Client()
    client.force_login(staff)
    with_language = reverse("admin:quest-insights", args=[lesson.quest_id])
    page = client.get(f"/en{with_language}").text
    assert "Checked exercises: results of attempts" in page
    assert "Not squared. (2)" in page


def test_many_tries_cost_the_same_query(lesson, learner, other_learner, django_assert_num_queries):
    try_out(lesson, learner)
    with django_assert_num_queries(8):
        insight_of(lesson.quest, "en")
    try_out(lesson, learner, other_learner, start=10)
    with django_assert_num_queries(8):
        insight_of(lesson.quest, "en")
