import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gamification import providers
from gamification.providers import Possible
from gamification.reachability import reach_of, unreachable, who_would_gain
from gamification.rules import read_rules, rule_of
from gamification.xp import award
from tests.factories import lesson_grants, make_achievement, make_facts, make_levels, make_person

pytestmark = pytest.mark.django_db
THERE_IS = Possible({"lessons": 10, "exercises": 10, "lessons:quest:jax": 10}, xp=350)


@pytest.mark.parametrize(
    ("kind", "params", "can"),
    [
        ("lessons", {"n": 10}, True),
        ("lessons", {"n": 11}, False),
        ("lessons", {"n": 1, "tag": "unheard-of"}, False),
        ("quest", {"quest": "jax"}, True),
        ("quest", {"quest": "unheard-of"}, False),
        ("chapter", {"chapter": "unheard-of"}, False),
        ("streak_days", {"n": 20}, True),
        ("streak_days", {"n": 21}, False),
        ("streak_weeks", {"n": 20}, True),
        ("streak_weeks", {"n": 21}, False),
        ("xp", {"n": 350}, True),
        ("xp", {"n": 351}, False),
        ("level", {"n": 1}, True),
        ("level", {"n": 2}, False),
        ("reports", {"n": 100}, True),
        ("reports", {"n": 101}, False),
        ("night", {"n": 10}, True),
        ("night", {"n": 11}, False),
    ],
)
def test_what_somebody_who_does_everything_can_reach(kind, params, can):
    make_levels(0, 100, 5000)
    make_achievement("this", kind, **params)
    slugs, levels = unreachable(read_rules(), THERE_IS)
    assert slugs == ([] if can else ["this"])
    assert levels == [2]


def test_xp_of_achievements_counts_for_what_is_in_reach():
    make_achievement("weekly", "streak_weeks", n=20, xp=100)
    make_achievement("daily", "streak_days", n=20, xp=100)
    make_achievement("rich", "xp", n=550)
    reach = reach_of(read_rules(), THERE_IS)
    assert (reach.xp, "rich" in reach.slugs) == (550, True)


@pytest.fixture
def facts(monkeypatch):
    found = {}
    provider = [lambda ids: {number: found[number] for number in ids if number in found}]
    monkeypatch.setattr(providers, "_facts", provider)
    return found


def test_the_dry_run_names_who_would_gain_and_not_who_has(learner, other_learner, staff, facts):
    achievement = make_achievement("five", "lessons", n=5)
    for person, count in ((learner, 5), (other_learner, 6), (staff, 4)):
        facts[person.pk] = make_facts(lessons=count)
    award(learner=learner, grants=lesson_grants(5), facts=lambda: facts[learner.pk])
    assert who_would_gain(rule_of(achievement)) == [other_learner]


def test_the_dry_run_needs_no_more_queries_for_more_learners(learner, facts):
    rule = rule_of(make_achievement("five", "xp", n=0))
    counts = []
    for number in range(3):
        with CaptureQueriesContext(connection) as captured:
            who_would_gain(rule)
        counts.append(len(captured))
        for extra in range(5):
            person = make_person(f"p{number}-{extra}")
            facts[person.pk] = make_facts(lessons=1)
    assert len(set(counts)) == 1
