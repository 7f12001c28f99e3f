"""Learners' own code from several devices: nothing that was written is lost."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from course.models import SavedCode, SetAsideCode
from course.progress.own_code import MOST_SET_ASIDE, forget_others, save_code, saved_code
from tests.course.runs import make_runnable

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def lesson(db):
    return make_runnable()


@pytest.fixture
def save(learner, lesson):
    """`save(body, seen, minutes)`: written so many minutes ago."""

    def save(body: str, seen: int | None = None, minutes: int = 0):
        written = NOW - timedelta(minutes=minutes)
        return save_code(
            learner=learner, lesson=lesson, part="exercise", body=body, seen=seen, written=written
        )

    return save


def newest(learner, lesson):
    return saved_code(learner=learner, lesson=lesson, part="exercise")


def test_a_text_on_top_of_what_was_seen_replaces_it(save, learner, lesson):
    first = save("one")
    second = save("two", seen=first.revision)
    assert (first.revision, second.revision, second.other) == (1, 2, "")
    assert newest(learner, lesson) == second
    assert not SetAsideCode.objects.exists()


def test_the_same_text_again_is_no_change(save):
    save("one")
    assert save("one").revision == 1
    assert save("one", seen=7, minutes=9).revision == 1


def test_a_text_that_did_not_see_the_other_sets_it_aside(save, learner, lesson):
    save("elsewhere", minutes=5)
    saved = save("here")
    assert (saved.code, saved.revision, saved.other) == ("here", 2, "elsewhere")
    assert newest(learner, lesson).other == "elsewhere"


def test_an_older_text_that_comes_later_is_set_aside_itself(save, learner, lesson):
    save("in the evening")
    saved = save("in the morning, offline", minutes=600)
    assert (saved.code, saved.other) == ("in the evening", "in the morning, offline")
    assert newest(learner, lesson).code == "in the evening"
    assert SetAsideCode.objects.get().saved_at == NOW - timedelta(minutes=600)


def test_a_clock_that_is_ahead_wins_no_more_than_the_present(save, learner, lesson):
    save("from tomorrow", minutes=-1440)
    assert SavedCode.objects.get().saved_at <= timezone.now()
    assert save_code(learner=learner, lesson=lesson, part="exercise", body="b").code == "b"


def test_some_texts_stay_aside_each_once_until_their_learner_forgets_them(save, learner, lesson):
    for number in range(MOST_SET_ASIDE + 3):
        save(f"text {number}", minutes=100 - number)
    save("text 0", minutes=200)
    assert SetAsideCode.objects.count() == MOST_SET_ASIDE
    forget_others(learner=learner, lesson=lesson, part="exercise")
    assert newest(learner, lesson).other == ""


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_devices_that_save_at_once_lose_no_text(learner, lesson):
    bodies = [f"text {number}" for number in range(6)]
    barrier = Barrier(len(bodies))

    def work(body: str) -> None:
        barrier.wait()
        try:
            save_code(learner=learner, lesson=lesson, part="exercise", body=body)
        finally:
            connection.close()

    threads = [Thread(target=work, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    row = SavedCode.objects.get()
    beside = SetAsideCode.objects.values_list("body", flat=True)
    assert sorted([row.body, *beside]) == bodies
