"""The bar of the anonymous: the same numbers as a member's, and nothing is stored."""

import time
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from course.models import Completion, Operation
from pagecache.changes import memory
from tests.course.progress.browser import op, post_json, post_sync
from tests.factories import make_achievement, make_person, make_quest, make_rules, tag

pytestmark = pytest.mark.django_db
NOW = int(time.time() * 1000)
# Work at night is worth more, so the hour of the run must not decide.
NOON = int((timezone.localtime() - timedelta(days=1)).replace(hour=12).timestamp() * 1000)
targets = st.sampled_from(["jax-000", "jax-001", "jax-002", "flax-000", "jax-001#exercise"])
steps = st.lists(st.tuples(st.booleans(), targets, st.integers(0, 200)), max_size=12)


def log_of(chosen) -> list[dict]:
    """Operations for (undo?, target, hours ago); an undo names what was completed before it."""
    ops: list[dict] = []
    for undo, target, hours in chosen:
        at = NOW - hours * 3_600_000
        seen = [each["id"] for each in ops if each["l"] == target and each["k"] == "c"]
        ops.append(op("u", target, at=at, x=seen) if undo else op("c", target, at=at))
    return ops


@pytest.fixture
def site(settings):
    """Two quests, with rules."""
    settings.PAGECACHE_POLL_SECONDS = 3600
    _quest, lessons = make_quest(lessons=3, chapters=2)
    make_quest("flax", lessons=1)
    tag(lessons[0], "basics")
    make_achievement("two", "lessons", n=2, xp=30)
    make_achievement("tagged", "lessons", n=1, tag="basics", xp=5)
    make_achievement("chapter", "chapter", chapter="jax-ch0", xp=5, scope="jax")
    make_achievement("night", "night", n=1, xp=5)
    make_achievement("streak", "streak_days", n=3, xp=5)
    make_rules()


def test_a_log_is_worth_the_same_with_and_without_account(site, monkeypatch):
    monkeypatch.setattr("course.pages.progress_api.SYNCS_A_MINUTE", 10**6)
    monkeypatch.setattr("course.pages.progress_api.EVALUATIONS_A_MINUTE", 10**6)
    number = iter(range(10**6))

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(steps, st.sampled_from([None, "jax", "flax"]), st.integers(1, 12))
    def holds(chosen, scope, batch):
        ops = log_of(chosen)
        person, client = make_person(f"p{next(number)}"), Client()
        client.force_login(person)
        for start in range(0, len(ops) or 1, batch):
            member = post_sync(client, person, ops[start : start + batch], scope=scope).json()
        body = {"v": 1, "ops": ops[::-1], "scope": scope, "tz": "Asia/Seoul"}
        visitor = post_json(Client(), "/progress/evaluate/", body).json()
        mine = {name: member["xp"][name] for name in visitor["bar"]}
        assert mine == visitor["bar"]

    holds()


def test_it_stores_nothing_and_asks_the_database_nothing(site, client, django_assert_num_queries):
    body = {"v": 1, "ops": [op("c", "jax-001", at=NOON)], "scope": "jax"}
    memory.poll()
    post_json(client, "/progress/evaluate/", body)
    with django_assert_num_queries(0):
        answer = post_json(client, "/progress/evaluate/", body)
    assert answer.json()["bar"]["xp"] == 20
    assert answer.json()["resume"]["uid"] == "jax-002"
    assert not answer.cookies
    assert "no-store" in answer["Cache-Control"]
    assert not Operation.objects.exists()
    assert not Completion.objects.exists()


def test_it_needs_no_token_and_refuses_too_much(site, monkeypatch):
    client = Client(enforce_csrf_checks=True)
    url = "/progress/evaluate/"
    assert post_json(client, url, {"v": 1, "ops": []}).status_code == 200
    assert post_json(client, url, {"v": 1, "ops": [0] * 2001}).status_code == 413
    assert post_json(client, url, {"v": 1, "ops": "all"}).status_code == 400
    ops = [None, {}, op("c", "jax-001", at=NOON)]
    assert post_json(client, url, {"v": 1, "ops": ops}).json()["bar"]["xp"] == 20
    monkeypatch.setattr("course.pages.progress_api.EVALUATIONS_A_MINUTE", 1)
    answer = post_json(client, url, {"v": 1, "ops": []})
    assert answer.status_code == 429
    assert answer["Retry-After"]
