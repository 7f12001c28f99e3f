"""Schedules are the library's, whatever the order in which reviews arrive."""

import random
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from fsrs import Card, Rating, ReviewLog, Scheduler

from course.progress.schedules import FIRST_WAIT, Review, replay

START = datetime(2026, 1, 1, 9, tzinfo=UTC)


def library(retention: float = 0.9) -> Scheduler:
    """The library with its default parameters, in whole days."""
    return Scheduler(
        desired_retention=retention, learning_steps=(), relearning_steps=(), enable_fuzzing=False
    )


def history(chance: random.Random) -> list[Review]:
    """A random history: days, hours and months apart, and now and then at the same moment."""
    at, reviews = START, []
    for _ in range(chance.randint(1, 25)):
        gap = chance.choice([0, 30, 3600, 80_000, 86_400, 400_000, 9_000_000])
        at += timedelta(seconds=gap * chance.random())
        reviews.append(Review(at, uuid.UUID(int=chance.getrandbits(128)), chance.randint(1, 4)))
    return reviews


@pytest.mark.parametrize("retention", [0.9, 0.8])
def test_a_thousand_random_histories_are_scheduled_as_the_library_does(settings, retention):
    settings.REVIEW_RETENTION = retention
    chance = random.Random(7)
    for _ in range(1000):
        reviews = history(chance)
        logs = [ReviewLog(1, Rating(review.grade), review.at, None) for review in sorted(reviews)]
        expected = library(retention).reschedule_card(Card(card_id=1, due=START), logs)
        chance.shuffle(reviews)
        found = replay(START, reviews)
        assert (found.due, found.reviewed_at, found.stability, found.difficulty) == (
            expected.due, expected.last_review, expected.stability, expected.difficulty,
        )  # fmt: skip
        now = found.due + timedelta(days=chance.randint(0, 30))
        dates = [library(retention).review_card(expected, rating, now)[0].due for rating in Rating]
        assert found.days_after(now) == [(date - now).days for date in dates]


def test_every_interval_is_at_least_a_day():
    reviews = [Review(START + timedelta(minutes=n), uuid.uuid4(), 1) for n in range(20)]
    assert replay(START, reviews).due == reviews[-1].at + timedelta(days=1)


def test_a_question_is_first_due_a_day_after_its_answer():
    assert replay(START, []).due == START + FIRST_WAIT
    assert replay(None, []) is None


def test_reviews_of_a_question_whose_answer_was_taken_back_still_make_a_card():
    review = Review(START, uuid.uuid4(), 3)
    assert replay(None, [review]) == replay(START - FIRST_WAIT, [review])


def test_a_renewed_question_is_new_and_reviews_of_before_never_count_again():
    old = Review(START, uuid.uuid4(), 4)
    renewed = START + timedelta(hours=1)
    assert replay(START, [old], renewed).due == renewed
    assert replay(START, [old], renewed).is_new
    later = Review(START + timedelta(days=2), uuid.uuid4(), 3)
    assert replay(START, [later, old], renewed) == replay(START, [later])
    answered_since = renewed + timedelta(hours=1)
    assert replay(answered_since, [old], renewed).due == answered_since + FIRST_WAIT
