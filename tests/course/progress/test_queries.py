"""What the pages and forms of progress cost, in queries."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from course.models import Completion
from course.progress.answers import save_answer
from course.progress.marking import complete
from gamification.models import Granted
from tests.course.progress.test_sync import TRANSACTION
from tests.factories import list_device, make_quest, make_rules

pytestmark = pytest.mark.django_db
PAGE = "/quests/jax/jax-000/"


@pytest.fixture
def member(client, learner, settings) -> Client:
    """A member who has done and answered something, on a page seen before."""
    settings.PAGECACHE_POLL_SECONDS = 3600  # once in a while for all, not for each page
    _quest, lessons = make_quest(lessons=10)
    for lesson in lessons[:5]:
        complete(learner=learner, lesson=lesson)
    save_answer(learner=learner, lesson=lessons[0], body="답", seen=0)
    client.force_login(learner)
    list_device(learner, client.session.session_key)
    client.get(PAGE)
    return client


def test_an_anonymous_lesson_costs_at_most_two_queries(
    client, member, django_assert_max_num_queries
):
    stranger = Client()
    stranger.get(PAGE)
    with django_assert_max_num_queries(2):
        assert stranger.get(PAGE).status_code == 200


def test_a_member_s_lesson_costs_at_most_seven_queries(member, django_assert_max_num_queries):
    with django_assert_max_num_queries(7):
        assert member.get(PAGE).status_code == 200


def test_completing_a_lesson_costs_at_most_fifteen_queries(member, django_assert_max_num_queries):
    with django_assert_max_num_queries(15):
        answer = member.post("/progress/mark/jax-007/", {"action": "complete"})
    assert answer.status_code == 302
    assert Completion.objects.filter(lesson__uid="jax-007", done=True).exists()


def test_a_completion_that_is_celebrated_costs_at_most_fifteen_queries_too(member, learner):
    make_rules()
    member.get(PAGE)
    with CaptureQueriesContext(connection) as caught:
        member.post("/progress/mark/jax-007/", {"action": "complete"})
    assert Granted.objects.filter(learner=learner).exists()
    assert sum(not query["sql"].startswith(TRANSACTION) for query in caught.captured_queries) <= 15
