"""Where a member stopped reading follows the account."""

import json

import pytest
from django.db import IntegrityError
from django.utils import timezone

from course.models import Lesson, ReadingPlace
from course.progress import places
from tests.course.readers import member
from tests.factories import make_quest

pytestmark = pytest.mark.django_db
URL = "/progress/places/jax-001/"


@pytest.fixture
def lesson(db) -> Lesson:
    """The second of two lessons."""
    return make_quest(lessons=2)[1][1]


def kept(learner) -> list[tuple[str, str]]:
    """Lesson and heading of every place."""
    rows = ReadingPlace.objects.filter(learner=learner)
    return list(rows.values_list("lesson__uid", "place"))


def test_the_last_place_is_given_back_with_its_time(lesson, learner):
    client = member(learner)
    assert client.get(URL).json() == {}
    before = timezone.now()
    for place in ("h-1", "제목-2"):
        assert client.post(URL, {"place": place}).status_code == 204
    found = client.get(URL).json()
    assert found["place"] == "제목-2"
    assert found["at"] >= int(before.timestamp() * 1000)
    assert kept(learner) == [("jax-001", "제목-2")]


def test_the_end_of_a_lesson_is_a_place_too(lesson, learner):
    client = member(learner)
    client.post(URL, {"place": "h-1"})
    assert client.post(URL, {"place": ""}).status_code == 204
    assert client.get(URL).json()["place"] == ""


def test_each_has_their_own(lesson, learner, other_learner):
    member(learner).post(URL, {"place": "h-1"})
    assert member(other_learner).get(URL).json() == {}


@pytest.mark.parametrize("place", ["two words", "a" * 101, "a\nb", "a\x00b"])
def test_what_is_no_heading_is_refused(lesson, learner, place):
    assert member(learner).post(URL, {"place": place}).status_code == 400
    assert kept(learner) == []


def test_nobody_else_and_nothing_hidden(lesson, learner, client):
    assert client.get(URL).status_code == 401
    assert client.post(URL, {"place": "h-1"}).status_code == 401
    Lesson.objects.update(status="draft")
    assert member(learner).post(URL, {"place": "h-1"}).status_code == 404
    assert member(learner).get("/progress/places/nothing/").status_code == 404
    assert member(learner).put(URL).status_code == 405


def test_an_account_that_goes_meanwhile_is_no_fault(lesson, learner, monkeypatch):
    def keep(**_call):
        raise IntegrityError("the learner's row is gone")

    monkeypatch.setattr("course.pages.places.keep_place", keep)
    assert member(learner).post(URL, {"place": "h-1"}).status_code == 410


def test_too_many_are_refused(lesson, learner):
    client = member(learner)
    codes = [client.post(URL, {"place": "h-1"}).status_code for _ in range(61)]
    assert codes == [204] * 60 + [429]


def test_reading_and_writing_cost_the_same_with_many_places(
    lesson, learner, django_assert_num_queries
):
    with django_assert_num_queries(1):
        places.keep_place(learner=learner, lesson=lesson, place="h-1")
    places.keep_place(learner=learner, lesson=Lesson.objects.get(uid="jax-000"), place="h-1")
    with django_assert_num_queries(1):
        assert places.kept_place(learner=learner, lesson=lesson)


def test_places_are_exported_and_erased(lesson, learner, other_learner):
    for who in (learner, other_learner):
        places.keep_place(learner=who, lesson=lesson, place="h-1")
    (file,) = places.export(learner)
    (row,) = json.loads(file.content)
    assert (row["lesson"], row["heading"]) == ("jax-001", "h-1")
    places.erase(learner, keep_comments=True)
    assert (kept(learner), len(kept(other_learner))) == ([], 1)
