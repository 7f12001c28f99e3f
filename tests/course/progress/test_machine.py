"""The state machine of the sync contract, and the faults that it must catch."""

import logging
import os
import uuid
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from course.content.judging import judge
from course.pages import progress_api
from course.progress import arrivals, cards, fold, recording, schedules, storing
from course.progress.catalogue import Catalogue
from gamification.ledger import Grant
from tests.conftest import runs_on_postgres
from tests.course.progress.browser import Browser
from tests.course.progress.machine import LATER, RIGHT, Story
from tests.factories import ask, make_lesson, make_person, make_quest

# A fault is found in 4 stories at best and in some 200 at worst: these few are for every day, and
# `make test-sync` is for changes of the sync. Fewer on Postgres, whose stories take twice as long.
EXAMPLES = int(os.environ.get("SYNC_EXAMPLES", "60" if runs_on_postgres() else "100"))
# The faults prove the strength of the stories, which is the same on every database.
a_fault = pytest.mark.once
# Stories at a time: the rows of each are rolled back, and Postgres grows slow over thousands of
# dead rows that it can't sweep as long as their transaction is open.
BATCH = 500
batches = pytest.mark.parametrize("first", range(0, EXAMPLES, BATCH))
QUIET: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
    "stateful_step_count": 30,
    "database": None,
}


@pytest.fixture
def story(db, monkeypatch, settings):
    """The state machine, with its people, lessons and sessions in place."""
    settings.PAGECACHE_POLL_SECONDS = 3600
    monkeypatch.setattr(progress_api, "SYNCS_A_MINUTE", 10**9)
    monkeypatch.setattr(logging.root.manager, "disable", logging.CRITICAL)  # thousands of 4xx
    quest, lessons = make_quest(lessons=3)
    make_lesson(quest, lessons[0].chapter, 9, uid=LATER, status="draft")
    ask(lessons[0], "sum", "choice", RIGHT)
    people = [make_person("minji"), make_person("jun")]

    class Told(Story):
        cookies = [session_of(person) for person in people]

    Told.people = people
    return Told


def session_of(person) -> str:
    """The session cookie of a signed-in browser."""
    client = Client()
    client.force_login(person)
    return client.cookies["session"].value


@batches
def test_server_and_browsers_always_agree_in_the_end(story, first):
    count = min(BATCH, EXAMPLES - first)
    run_state_machine_as_test(
        story, settings=settings(max_examples=count, phases=[Phase.generate], **QUIET)
    )


def assert_caught(story, first: int = 0):
    """Assert that a run fails; the seed `first` leads there soon.

    A new rule of the stories gives every seed other stories: look for better seeds then.
    """
    seed(first)(story)
    quick = settings(
        max_examples=2000, phases=[Phase.generate], report_multiple_bugs=False, **QUIET
    )
    with pytest.raises(AssertionError):
        run_state_machine_as_test(story, settings=quick)


@a_fault
def test_the_fault_no_unique_key_on_xp_is_caught(story, monkeypatch):
    def grants(locked, paid, fresh):
        return [Grant("lesson", str(uuid.uuid4()), 20) for entry in fresh if entry.is_completion]

    monkeypatch.setattr(recording, "new_grants", grants)
    assert_caught(story, 1)


@a_fault
def test_the_fault_an_undo_that_cancels_all_is_caught(story, monkeypatch):
    def add(states, entries):
        entries = list(entries)
        changed = fold.add(states, entries)
        for entry in entries:
            if not entry.is_completion:
                states[entry.target].live.clear()
        return changed

    monkeypatch.setattr(recording, "add", add)
    assert_caught(story, 4)


@a_fault
def test_the_fault_no_account_check_is_caught(story, monkeypatch):
    monkeypatch.setattr(progress_api, "current_account", lambda request, account: request.user)
    assert_caught(story, 13)


@a_fault
def test_the_fault_one_bad_operation_rejects_the_batch_is_caught(story, monkeypatch):
    def classify(raw, arrival, catalogue):
        result = arrivals.classify(raw, arrival, catalogue)
        if result.rejected:
            result.rejected = [{"id": each["id"], "code": "batch"} for each in raw]
            result.entries.clear()
            result.held.clear()
        return result

    monkeypatch.setattr("course.progress.syncing.classify", classify)
    assert_caught(story, 3)


@a_fault
def test_the_fault_cursor_before_delta_is_caught(story, monkeypatch):
    monkeypatch.setattr(Browser, "cursor_before_delta", True)
    assert_caught(story, 2)


@a_fault
def test_the_fault_no_epoch_is_caught(story, monkeypatch):
    story.renews_epoch = False
    monkeypatch.setattr(
        "course.progress.syncing.renew_epoch_if_behind", lambda locked, request: None
    )
    assert_caught(story, 3)


@a_fault
def test_the_fault_a_judge_that_forgets_old_answers_is_caught(story, monkeypatch):
    def newest_alone(catalogue, target, given):
        asked = catalogue.by_uid[target.uid].questions[target.question]
        return judge(asked.kind, given, asked.right[-1:])

    monkeypatch.setattr(Catalogue, "judge", newest_alone)
    assert_caught(story, 4)


@a_fault
def test_the_fault_xp_for_every_right_attempt_is_caught(story, monkeypatch):
    def grants(locked, paid, fresh):
        extra = [Grant("question", str(entry.id), 5) for entry in fresh if entry.right]
        return [*new_grants(locked, paid, fresh), *extra]

    new_grants = recording.new_grants
    monkeypatch.setattr(recording, "new_grants", grants)
    assert_caught(story, 1)


@a_fault
def test_the_fault_a_note_overwritten_by_an_older_text_is_caught(story, monkeypatch):
    monkeypatch.setattr(storing, "is_newer", lambda entry, known: True)
    assert_caught(story, 53)


@a_fault
def test_the_fault_a_review_applied_twice_is_caught(story, monkeypatch):
    def twice(*args):
        return {target: [*found, *found] for target, found in reviews(*args).items()}

    reviews = cards.stored_reviews
    monkeypatch.setattr(cards, "stored_reviews", twice)
    assert_caught(story, 15)


@a_fault
def test_the_fault_reviews_replayed_in_the_order_of_arrival_is_caught(story, monkeypatch):
    monkeypatch.setattr(schedules, "sorted", list, raising=False)
    assert_caught(story, 15)


@a_fault
def test_the_fault_a_review_that_cannot_be_taken_back_is_caught(story, monkeypatch):
    def schedule_of(target, state, reviews, known):
        answered_at = state.last_at if state.done else None
        return schedules.replay(answered_at, reviews, known.asked(target).renewed_at)

    monkeypatch.setattr(cards, "schedule_of", schedule_of)
    assert_caught(story, 17)


@a_fault
def test_the_fault_old_reviews_of_a_renewed_question_is_caught(story, monkeypatch):
    monkeypatch.setattr(
        cards, "replay", lambda answered, reviews, renewed: schedules.replay(answered, reviews)
    )
    assert_caught(story)
