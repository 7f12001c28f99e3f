"""The state machine of the sync contract, and the faults that it must catch."""

import logging
import os
import uuid

import pytest
from django.test import Client
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from course.progress import dating, fold, recording
from course.views import progress
from gamification.ledger import Grant
from tests.conftest import make_person, runs_on_postgres
from tests.course.progress.browser import Browser
from tests.course.progress.courses import make_lesson, make_quest
from tests.course.progress.machine import LATER, Story

# Fewer on Postgres, whose round trips make each story twice as long.
EXAMPLES = int(os.environ.get("SYNC_EXAMPLES", "200" if runs_on_postgres() else "300"))
# The faults prove the strength of the stories, which is the same on every database.
a_fault = pytest.mark.once
# Stories at a time: the rows of each are rolled back, and Postgres grows slow over thousands of
# dead rows that it can't sweep as long as their transaction is open.
BATCH = 500
batches = pytest.mark.parametrize("first", range(0, EXAMPLES, BATCH))
QUIET = {
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
    "stateful_step_count": 30,
    "database": None,
}


@pytest.fixture
def story(db, monkeypatch, settings):
    """The state machine, with its people, lessons and sessions in place."""
    settings.PAGECACHE_POLL_SECONDS = 3600
    monkeypatch.setattr(progress, "SYNCS_A_MINUTE", 10**9)
    monkeypatch.setattr(logging.root.manager, "disable", logging.CRITICAL)  # thousands of 4xx
    quest, lessons = make_quest(lessons=3)
    make_lesson(quest, lessons[0].chapter, 9, uid=LATER, status="draft")
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


def assert_caught(story):
    """The story must fail."""
    quick = settings(
        max_examples=2000, phases=[Phase.generate], report_multiple_bugs=False, **QUIET
    )
    with pytest.raises(AssertionError):
        run_state_machine_as_test(story, settings=quick)


@a_fault
def test_the_fault_no_unique_key_on_xp_is_caught(story, monkeypatch):
    def grants(book, paid, fresh):
        return [Grant("lesson", str(uuid.uuid4()), 20) for entry in fresh if entry.is_completion]

    monkeypatch.setattr(recording, "new_grants", grants)
    assert_caught(story)


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
    assert_caught(story)


@a_fault
def test_the_fault_no_account_check_is_caught(story, monkeypatch):
    monkeypatch.setattr(progress, "owner", lambda request, account: request.user)
    assert_caught(story)


@a_fault
def test_the_fault_one_bad_operation_rejects_the_batch_is_caught(story, monkeypatch):
    def sort_out(raw, arrival, catalogue):
        result = dating.sort_out(raw, arrival, catalogue)
        if result.rejected:
            result.rejected = [{"id": each["id"], "code": "batch"} for each in raw]
            result.entries.clear()
            result.held.clear()
        return result

    monkeypatch.setattr("course.progress.syncing.sort_out", sort_out)
    assert_caught(story)


@a_fault
def test_the_fault_cursor_before_delta_is_caught(story, monkeypatch):
    monkeypatch.setattr(Browser, "cursor_before_delta", True)
    assert_caught(story)


@a_fault
def test_the_fault_no_epoch_is_caught(story, monkeypatch):
    story.renews_epoch = False
    monkeypatch.setattr("course.progress.syncing.renew_epoch_if_behind", lambda book, request: None)
    assert_caught(story)
