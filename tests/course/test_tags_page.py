"""The list of all tags: how many lessons each has, in the reader's language and elsewhere."""

import re

import pytest
from django.test import Client

from course.content import outlines
from course.models import Lesson
from pagecache.changes import memory
from tests.course.readers import member
from tests.factories import make_quest, tag

pytestmark = pytest.mark.django_db


@pytest.fixture
def lessons(db) -> list[Lesson]:
    """Three lessons; two are about jit, all about jax, and the last is in Korean alone."""
    lessons = make_quest(lessons=3)[1]
    for lesson in lessons:
        tag(lesson, "jax")
    for lesson in lessons[1:]:
        tag(lesson, "jit")
    lessons[2].texts.filter(language="en").delete()
    memory.clear()
    return lessons


def rows(page: str) -> dict[str, str]:
    """What the page says of each tag."""
    found = re.findall(r'<li><a href="[^"]*">([^<]*)</a> <span[^>]*>([^<]*)</span>', page)
    return dict(found)


def test_each_language_counts_its_own_lessons(lessons, client):
    assert rows(client.get("/tags/").text) == {"jax": "레슨 3개", "jit": "레슨 2개"}
    assert rows(client.get("/en/tags/").text) == {
        "jax": "2 lessons · 1 more in another language",
        "jit": "1 lesson · 1 more in another language",
    }


def test_drafts_and_retired_lessons_do_not_count(lessons, client):
    Lesson.objects.filter(pk=lessons[2].pk).update(status="draft")
    Lesson.objects.filter(pk=lessons[1].pk).update(status="retired")
    memory.clear()
    assert rows(client.get("/tags/").text) == {"jax": "레슨 1개"}


def test_a_new_lesson_counts_at_once(lessons, learner, django_capture_on_commit_callbacks):
    readers = [Client(), member(learner)]
    for reader in readers:
        assert rows(reader.get("/tags/").text)["jit"] == "레슨 2개"
    with django_capture_on_commit_callbacks(execute=True):
        Lesson.objects.filter(pk=lessons[2].pk).update(status="draft")
        outlines.rebuild(lessons[2].quest)
    for reader in readers:
        assert rows(reader.get("/tags/").text)["jit"] == "레슨 1개"


def test_a_site_without_tags_says_so(db, client):
    assert "아직 태그가 있는 레슨이 없어요" in client.get("/tags/").text


def test_every_tag_leads_to_its_lessons_and_back(lessons, client):
    assert 'href="/tags/jit/"' in client.get("/tags/").text
    assert 'href="/tags/"' in client.get("/tags/jit/").text
