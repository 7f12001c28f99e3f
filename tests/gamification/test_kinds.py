import pytest
from django.core.exceptions import ValidationError

from gamification.kinds import KINDS, Progress, State
from tests.factories import make_facts

TOTALS = {"lessons": 10, "lessons:chapter:one": 5, "lessons:quest:jax": 10}


def progress(kind, params, *, xp=0, level=0, days=0, **counts):
    state = State(make_facts(days=days, totals=TOTALS, **counts), xp, level)
    return KINDS[kind].check(params, state)


@pytest.mark.parametrize(
    ("kind", "params", "known", "expected"),
    [
        ("lessons", {"n": 10}, {"lessons": 7}, Progress(7, 10)),
        ("lessons", {"n": 3, "tag": "jit"}, {"lessons": 7, "lessons__tag__jit": 2}, (2, 3)),
        ("lessons", {"n": 3, "tag": "jit"}, {"lessons": 7}, (0, 3)),
        ("lessons", {"n": 3, "quest": "jax"}, {"lessons": 7, "lessons__quest__jax": 4}, (4, 3)),
        ("chapter", {"chapter": "one"}, {"lessons": 5, "lessons__chapter__one": 4}, (4, 5)),
        ("quest", {"quest": "jax"}, {"lessons": 9, "lessons__quest__jax": 9}, (9, 10)),
        ("quest", {"quest": "empty"}, {"lessons": 9}, None),
        ("exercises", {"n": 2}, {"exercises": 1}, (1, 2)),
        ("exercises", {"n": 2, "quest": "jax"}, {"exercises": 1}, (0, 2)),
        ("exercises", {"n": 2}, {"lessons": 9}, None),
        ("questions", {"n": 2}, {"questions": 1}, (1, 2)),
        ("questions", {"n": 2, "quest": "jax"}, {"questions": 1}, (0, 2)),
        ("xp", {"n": 100}, {"xp": 60}, (60, 100)),
        ("level", {"n": 3}, {"level": 2}, (2, 3)),
        ("streak_days", {"n": 7}, {"days": 4}, (4, 7)),
        ("streak_weeks", {"n": 4}, {"days": 15}, (3, 4)),
        ("reports", {"n": 1}, {"reports": 1}, (1, 1)),
        ("reports", {"n": 1}, {}, None),
        ("helpful", {"n": 3}, {"helpful": 1}, (1, 3)),
        ("night", {"n": 1}, {"night": 0}, (0, 1)),
        ("dawn", {"n": 1}, {"dawn": 2}, (2, 1)),
    ],
)
def test_a_kind_says_how_far_a_learner_is(kind, params, known, expected):
    assert progress(kind, params, **known) == expected


def test_every_kind_is_tried_above():
    tried = {case[0] for case in test_a_kind_says_how_far_a_learner_is.pytestmark[0].args[1]}
    assert tried == set(KINDS)


@pytest.mark.parametrize(
    ("kind", "params"),
    [
        ("lessons", {}),
        ("lessons", {"n": 0}),
        ("lessons", {"n": "ten"}),
        ("lessons", {"n": True}),
        ("lessons", {"n": 1.5}),
        ("lessons", {"n": 2_000_000}),
        ("lessons", {"n": 1, "tag": "jit", "quest": "jax"}),
        ("lessons", {"n": 1, "colour": "red"}),
        ("chapter", {}),
        ("chapter", {"chapter": 5}),
        ("chapter", {"chapter": "x" * 65}),
        ("quest", {"quest": "jax", "n": 3}),
        ("xp", [1]),
        ("xp", None),
    ],
)
def test_wrong_parameters_are_refused(kind, params):
    with pytest.raises(ValidationError):
        KINDS[kind].clean(params)


def test_all_problems_are_named_at_once():
    with pytest.raises(ValidationError) as caught:
        KINDS["lessons"].clean({"n": 0, "colour": "red", "tag": "a", "quest": "b"})
    assert len(caught.value.messages) == 3


def test_right_parameters_are_kept_and_empty_ones_dropped():
    assert KINDS["lessons"].clean({"n": 3, "tag": "", "quest": "jax"}) == {"n": 3, "quest": "jax"}
