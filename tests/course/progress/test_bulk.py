"""Many rows in one statement: every kind of column comes back as it went in, and nothing is cut."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from django.db import DataError, transaction
from django.utils import timezone

from course.models import Completion, Operation
from course.progress.bulk import insert_rows
from tests.factories import make_quest

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def lessons(db):
    return make_quest(lessons=3)[1]


def operation(learner, lesson, **different) -> Operation:
    """An entry of the log with a value of every type."""
    values = {
        "learner": learner, "uuid": uuid4(), "kind": "a", "lesson": lesson, "right": None,
        "body": 'a "quoted" {brace}, a \\ and\nNULL', "at": 2**40, "off": None, "effective_at": NOW,
        "day": date(2026, 11, 29), "zone": "Asia/Seoul", "received_at": NOW, "revision": 1,
    }  # fmt: skip
    return Operation(**{**values, **different})


def values_of(row) -> dict:
    """Every stored value but the key."""
    return {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.name != "id"}


def test_rows_come_back_as_they_went_in(learner, lessons):
    rows = [
        operation(learner, lessons[0]),
        operation(learner, lessons[1], right=True, off=-5, grade=3, note=UUID(int=1), body=""),
        operation(learner, lessons[2], right=False, body="NULL", place="머리말, '따옴표'"),
    ]
    assert insert_rows(rows, returning="uuid") == [row.uuid for row in rows]
    stored = {row.uuid: row for row in Operation.objects.filter(learner=learner)}
    for row in rows:
        assert values_of(stored[row.uuid]) == values_of(row)


def test_lists_and_dates_come_back_as_they_went_in(learner, lessons):
    lists = [], ["a"], ["a", 'b"', "c,}"]
    rows = [
        Completion(learner=learner, lesson=lesson, live=live, days=live, revision=1, first_at=at)
        for lesson, live, at in zip(lessons, lists, (None, NOW, NOW), strict=True)
    ]
    insert_rows(rows)
    stored = {row.lesson_id: row for row in Completion.objects.filter(learner=learner)}
    for row in rows:
        assert values_of(stored[row.lesson_id]) == values_of(row)


def test_a_row_that_is_there_already_is_left_out_or_updated(learner, lessons):
    first = Completion(learner=learner, lesson=lessons[0], revision=1)
    insert_rows([first])
    again = Completion(learner=learner, lesson=lessons[0], revision=2, night=True)
    other = Completion(learner=learner, lesson=lessons[1], revision=3)
    assert insert_rows([again, other], returning="revision") == [3]
    unique = ["learner", "lesson", "part"]
    insert_rows([again, other], conflict=unique, update=["revision", "night"])
    assert set(Completion.objects.values_list("revision", "night")) == {(2, True), (3, False)}


@pytest.mark.postgres
def test_a_text_that_is_too_long_is_refused_and_not_cut(learner, lessons):
    rows = [operation(learner, lessons[0], zone="z" * 65), operation(learner, lessons[1])]
    with pytest.raises(DataError), transaction.atomic():
        insert_rows(rows)
    assert not Operation.objects.exists()
