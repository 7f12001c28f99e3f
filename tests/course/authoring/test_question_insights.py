"""What authors see of the answers to their questions."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from course.content.answers import tokens_of, values_of
from course.pages.insights import insight_of
from course.pages.question_insights import Given, question_insights
from course.progress.attempts import attempt
from course.progress.marking import bookmark, complete
from tests.factories import ask, make_person, make_quest

pytestmark = pytest.mark.django_db


@pytest.fixture
def quest(db):
    quest, lessons = make_quest(lessons=2)
    ask(lessons[0], "sum", "choice", "b")
    return quest


def give(quest, who, name, *given):
    """Answers of a person, one after another."""
    lesson = quest.lessons.get(questions__name=name)
    for text in given:
        attempt(learner=who, lesson=lesson, name=name, given=text)


def test_counts_are_of_learners_and_the_first_attempt_is_the_earliest(quest, learner):
    give(quest, learner, "sum", "a", "a", "b")
    give(quest, make_person("jo"), "sum", "b")
    give(quest, make_person("ka"), "sum", "a")
    [row] = question_insights(quest, "ko")
    assert (row.tried, row.at_first, row.share_at_first) == (3, 1, 33)
    assert row.answers == [Given("a", 2, False), Given("b", 2, True)]


def test_what_one_learner_alone_wrote_is_not_shown(quest, learner):
    ask(quest.lessons.last(), "word", "text", "jit")
    give(quest, learner, "word", "my name is Minji", "jit")
    give(quest, make_person("jo"), "word", "jit")
    assert question_insights(quest, "ko")[1].answers == [Given("jit", 2, True)]


def test_lines_in_order_are_shown_by_their_places(quest, learner):
    question = ask(quest.lessons.last(), "lines", "order", "x,y")
    tokens = tokens_of(values_of(question), "ko")
    give(quest, learner, "lines", ",".join(tokens[::-1]))
    assert question_insights(quest, "ko")[1].answers == [Given("2 1", 1, False)]


def test_neither_questions_nor_bookmarks_count_as_completions(quest, learner):
    first = quest.lessons.get(uid="jax-000")
    give(quest, learner, "sum", "b")
    bookmark(learner=learner, lesson=first)
    assert insight_of(quest, "ko").lessons[0].completions == 0
    complete(learner=learner, lesson=first)
    row = insight_of(quest, "ko").lessons[0]
    assert (row.completions, row.exercises) == (1, 0)


def test_the_page_shows_them_in_as_many_queries_for_more_questions(client, staff, quest, learner):
    client.force_login(staff)
    url = reverse("admin:quest-insights", args=[quest.pk])
    costs = []
    for name in ("one", "two"):
        ask(quest.lessons.last(), name, "choice", "b")
        give(quest, learner, name, "a", "b")
        client.get(url)
        with CaptureQueriesContext(connection) as caught:
            page = client.get(url).text
        costs.append(len(caught))
    assert costs[0] == costs[1]
    assert "<code>a</code> × 1" in page
