import pytest
from django.db import transaction
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from gamification.bar import bar_of, evaluate
from gamification.evaluation import Log, news_between
from gamification.facts import Facts
from gamification.rules import current_rules
from gamification.xp import Grant, award
from tests.factories import TODAY, lesson_grants, make_achievement, make_facts, make_levels

pytestmark = pytest.mark.django_db


def anonymous_bar(count, scope=None, **counts):
    return evaluate(
        grants=lesson_grants(count),
        facts=make_facts(**{"lessons": count, **counts}),
        lessons_done=count,
        lessons_total=73,
        scope=scope,
    )


def test_the_bar_of_a_beginner_is_the_one_of_the_first_lesson():
    make_levels(0, 100)
    for number in range(17):
        make_achievement(f"a{number}", "lessons", n=number + 1, scope="jax")
    make_achievement("elsewhere", "lessons", n=1)
    with translation.override("ko"):
        bar = anonymous_bar(0, scope="jax")
    assert bar.as_json() == {
        "level": 0,
        "title": "레벨 0",
        "xp": 0,
        "level_xp": 0,
        "level_span": 100,
        "to_go": 100,
        "lessons_done": 0,
        "lessons_total": 73,
        "achievements_done": 0,
        "achievements_total": 17,
        "percent": 0,
    }


def test_without_loaded_rules_everybody_is_curious():
    bar = anonymous_bar(2)
    assert (bar.level, bar.title, bar.xp, bar.level_span, bar.to_go) == (0, "호기심", 40, 0, 0)


def test_the_top_level_has_nothing_to_go():
    make_levels(0, 20, 40)
    bar = anonymous_bar(5)
    assert (bar.level, bar.level_xp, bar.level_span, bar.to_go) == (2, 60, 0, 0)


def test_a_quest_without_lessons_is_at_zero_percent():
    bar = evaluate(grants=[], facts=make_facts(), lessons_done=0, lessons_total=0, scope="empty")
    assert bar.percent == 0


def test_a_members_bar_costs_one_query(learner, django_assert_num_queries):
    make_levels(0, 100)
    for number in range(1, 9):
        make_achievement(f"a{number}", "lessons", n=number)
    award(learner=learner, grants=lesson_grants(8), facts=lambda: make_facts(lessons=8))
    current_rules()
    with django_assert_num_queries(1):
        bar = bar_of(learner=learner, lessons_done=8, lessons_total=10, scope=None)
    assert (bar.xp, bar.level, bar.achievements_done, bar.percent) == (160, 1, 8, 80)


def test_the_anonymous_bar_costs_no_query(django_assert_num_queries):
    make_levels(0, 100)
    current_rules()
    with django_assert_num_queries(0):
        anonymous_bar(3)


def test_the_anonymous_get_the_same_moment_as_a_member(learner, django_assert_num_queries):
    make_levels(0, 50, 100)
    for number in (1, 2, 3):
        make_achievement(f"a{number}", "lessons", n=number, xp=number)
    logs = [Log(lesson_grants(count), make_facts(lessons=count)) for count in (1, 3)]
    with transaction.atomic():
        for log in logs:
            outcome = award(learner=learner, grants=log.grants, facts=lambda log=log: log.facts)
    with django_assert_num_queries(0):
        news = news_between(before=logs[0], after=logs[1])
    assert news.as_json() == outcome.as_json()
    assert [view.slug for view in news.achievements] == ["a2", "a3"]
    assert news_between(before=logs[1], after=logs[1]).has_celebrations is False


# A log: acts on (lesson number 0-11, day 0-20, at night?), in any order, with repeats.
ACTS = st.lists(
    st.tuples(st.integers(0, 11), st.integers(0, 20), st.booleans(), st.booleans()), max_size=25
)


def facts_of(acts) -> Facts:
    from datetime import timedelta

    done = {lesson for lesson, *_ in acts}
    first = {lesson: (night, exercise) for lesson, _day, night, exercise in reversed(acts)}
    return Facts(
        counts={
            "lessons": len(done),
            "lessons:chapter:one": len([n for n in done if n < 5]),
            "exercises": sum(exercise for _night, exercise in first.values()),
            "night": sum(night for night, _exercise in first.values()),
        },
        totals={"lessons": 12, "lessons:chapter:one": 5},
        days=frozenset(TODAY - timedelta(days=20 - day) for _lesson, day, *_ in acts),
        today=TODAY,
    )


def grants_of(acts) -> list[Grant]:
    exercises = {lesson: exercise for lesson, _d, _n, exercise in reversed(acts)}
    done = [Grant("lesson", str(lesson), 20) for lesson, *_ in acts]
    return done + [Grant("exercise", str(n), 15) for n, exercise in exercises.items() if exercise]


def make_many_rules():
    make_levels(0, 50, 120, 200, 320)
    make_achievement("three", "lessons", n=3, xp=15)
    make_achievement("chapter", "chapter", chapter="one", xp=25)
    make_achievement("streak", "streak_days", n=4, xp=10)
    make_achievement("weeks", "streak_weeks", n=2, xp=10)
    make_achievement("owl", "night", n=2, xp=5)
    make_achievement("rich", "xp", n=180, xp=30)
    make_achievement("grown", "level", n=3, xp=7)
    make_achievement("writer", "exercises", n=2, xp=11)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=ACTS, cuts=st.sets(st.integers(0, 25), max_size=5))
def test_the_anonymous_bar_equals_a_members_with_the_same_log(acts, cuts):
    if not current_rules().achievements:
        from pagecache.changes import memory

        make_many_rules()
        memory.clear()
    member = User.objects.create_user(f"m{User.objects.count()}@example.com")
    # The member's log arrives in pieces, as it is lived; the anonymous one is judged as a whole.
    for end in [*sorted(cuts), len(acts)]:
        known = acts[:end]
        award(
            learner=member,
            grants=grants_of(known),
            facts=lambda known=known: facts_of(known),
            grown=True,
        )
    shown = {"lessons_done": len({a[0] for a in acts}), "lessons_total": 12, "scope": None}
    assert bar_of(learner=member, **shown) == evaluate(
        grants=grants_of(acts), facts=facts_of(acts), **shown
    )
