"""Achievements and quests of a log that no account holds."""

import time

import pytest

from pagecache.changes import memory
from tests.course.progress.browser import op, post_json
from tests.factories import make_achievement, make_quest, make_rules

pytestmark = pytest.mark.django_db
NOW = int(time.time() * 1000)


@pytest.fixture
def site(db):
    """Two quests, achievements for one lesson and for five, and a secret one for two."""
    make_quest(lessons=3)
    make_quest("flax", lessons=1)
    make_achievement("one", "lessons", n=1)
    make_achievement("two", "lessons", n=2, hidden=True)
    make_rules()
    memory.clear()


def asked(client, *targets: str, **more):
    """The answer for a log that completed these."""
    ops = [op("c", target, at=NOW) for target in targets]
    body = {"v": 1, "ops": ops, "tz": "Asia/Seoul", "language": "en", "detail": True, **more}
    return post_json(client, "/progress/evaluate/", body).json()


def test_it_names_what_is_earned_and_how_far_the_others_are(site, client):
    found = asked(client, "jax-000")["achievements"]
    assert found == [
        {"slug": "one", "scope": "", "earned": True},
        {"slug": "five", "scope": "", "earned": False, "have": 1, "need": 5},
    ]


def test_a_secret_one_is_told_with_its_words_once_it_is_earned(site, client):
    rows = {row["slug"]: row for row in asked(client, "jax-000", "jax-001")["achievements"]}
    assert rows["two"]["earned"] is True
    assert rows["two"]["title"]
    assert "have" not in rows["two"]


def test_it_counts_the_lessons_of_each_quest(site, client):
    assert asked(client, "jax-000", "jax-002")["quests"] == {"flax": [0, 1], "jax": [2, 3]}


def test_whoever_does_not_ask_for_it_gets_the_bar_alone(site, client):
    answer = asked(client, "jax-000", detail=False)
    assert (answer["achievements"], answer["quests"]) == (None, None)


def test_it_costs_no_query(site, client, django_assert_num_queries, settings):
    settings.PAGECACHE_POLL_SECONDS = 3600
    asked(client, "jax-000")
    with django_assert_num_queries(0):
        asked(client, "jax-000", "jax-001")
