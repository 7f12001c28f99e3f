"""Syncing a browser's log through the real endpoint."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from course.models import Completion, Operation
from gamification.models import Standing, XPEntry
from tests.course.progress.browser import op, post_sync
from tests.course.progress.courses import make_quest

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(client, learner):
    """A signed-in browser."""
    client.force_login(learner)
    return client


def test_completed_lessons_are_acknowledged_and_give_xp(member, learner):
    make_quest(lessons=3)
    ops = [op("c", "jax-000"), op("c", "jax-001"), op("c", "jax-001#exercise")]
    answer = post_sync(member, learner, ops, scope="jax").json()
    assert answer["acked"] == [each["id"] for each in ops]
    assert answer["held"] == answer["rejected"] == []
    assert answer["xp"]["total"] == 20 + 20 + 15
    assert (answer["xp"]["lessons_done"], answer["xp"]["lessons_total"]) == (2, 3)
    assert {row["l"]: row["live"] for row in answer["delta"]} == {
        each["l"]: [each["id"]] for each in ops
    }


def count_queries(member, learner, lessons) -> int:
    ops = [op("c", lesson.uid) for lesson in lessons]
    with CaptureQueriesContext(
        connection,
    ) as caught:
        answer = post_sync(member, learner, ops, scope="jax")
    assert len(answer.json()["acked"]) == len(lessons)
    for query in caught.captured_queries:
        print(query["sql"][:150])
    return len(caught)


def test_queries_do_not_grow_with_the_number_of_operations(member, learner, other_learner):
    _quest, lessons = make_quest(lessons=73)
    post_sync(member, learner, [])
    print(count_queries(member, learner, lessons))
