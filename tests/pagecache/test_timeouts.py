"""The clock that is looked at while a statement is waited for."""

import time

import pytest

from pagecache.timeouts import DatabaseHangs, answers_within, has_waited_too_long, limits, watched

NOTHING, READABLE = 0, 1


def statement(answers_after: int):
    """Stands for psycopg: wants to read, and returns when it could so many times."""
    for _time in range(answers_after):
        while not (yield READABLE):
            pass
    return "rows"


def waited_for(generator, *, ready=READABLE):
    """What psycopg's waiting does: resume it until it returns."""
    wanted = next(generator)
    try:
        while True:
            wanted = generator.send(ready if wanted else NOTHING)
    except StopIteration as done:
        return done.value


def test_what_answers_is_passed_on():
    assert waited_for(watched(statement(3))) == "rows"


def test_one_that_needs_no_waiting_is_passed_on():
    with pytest.raises(StopIteration) as done:
        next(watched(statement(0)))
    assert done.value.value == "rows"


def test_what_does_not_answer_before_the_threads_deadline_is_given_up():
    with answers_within(0), pytest.raises(DatabaseHangs):
        waited_for(watched(statement(1)), ready=NOTHING)


def test_data_that_arrives_late_is_still_taken():
    with answers_within(0):
        assert waited_for(watched(statement(2))) == "rows"


def test_without_limits_nothing_is_given_up():
    assert not has_waited_too_long(time.monotonic() - 10**6)


@pytest.mark.parametrize(("waited", "too_long"), [(1, False), (30, True)])
def test_a_web_process_gives_up_after_its_limit(monkeypatch, waited, too_long):
    monkeypatch.setattr(limits, "statement_seconds", 10.0)
    assert has_waited_too_long(time.monotonic() - waited) is too_long


def test_while_the_database_is_down_nobody_waits_for_long(monkeypatch):
    monkeypatch.setattr(limits, "statement_seconds", 10.0)
    monkeypatch.setattr(limits, "down", True)
    assert has_waited_too_long(time.monotonic() - 1)


def test_the_deadline_of_a_block_ends_with_it(monkeypatch):
    with answers_within(60):
        with answers_within(0):
            assert has_waited_too_long(time.monotonic())
        assert not has_waited_too_long(0)
    assert not has_waited_too_long(0)
