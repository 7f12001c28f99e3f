"""The author's home: everything that waits, each with a way to it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from comments.models import BugReport
from course.models import Lesson, LessonDraft, LessonText, SearchMiss
from course.progress.attempts import attempt
from course.search import misses
from course.search.misses import forget_old_misses, frequent_misses
from tests.factories import ask, make_person, make_quest

HOME = "/admin/course/lesson/home/"


@pytest.fixture(autouse=True)
def _fresh_counts(monkeypatch):
    """A network that asks again is counted anew, so that one client can stand for many."""
    monkeypatch.setattr(misses, "hit", lambda *_args, **_kwargs: None)


def form_url(lesson) -> str:
    return reverse("admin:course_lesson_change", args=[lesson.pk])


def report(lesson, status="new"):
    BugReport.objects.create(
        thread=lesson.thread, lesson_uid=lesson.uid, status=status, body="x", form_token=uuid4()
    )


def test_drafts_due_lessons_and_stale_translations_are_one_click_away(client, author, lesson):
    other = Lesson.objects.exclude(pk=lesson.pk).get()
    LessonDraft.objects.create(author=author, lesson=lesson, base_version=1, fields={})
    Lesson.objects.filter(pk=other.pk).update(
        status="draft", publish_at=timezone.now() + timedelta(days=2)
    )
    LessonText.objects.filter(lesson=other, language="en").update(behind=True)
    page = client.get(HOME)
    assert [row.lesson for row in page.context["drafts"]] == [lesson]
    assert [row.lesson for row in page.context["due"]] == [other]
    assert [(row.lesson, row.about) for row in page.context["stale"]] == [(other, "영어")]
    assert page.context["unpublished"] == []
    assert f'href="{form_url(lesson)}?draft"' in page.text
    assert f'href="{form_url(other)}"' in page.text


def test_drafts_of_others_are_not_mine(client, author, learner, lesson):
    LessonDraft.objects.create(author=learner, lesson=lesson, base_version=1, fields={})
    assert client.get(HOME).context["drafts"] == []


def test_open_reports_are_counted_by_lesson(client, author, lesson):
    for status in ("new", "confirmed", "fixed"):
        report(lesson, status)
    assert [(row.lesson, row.about) for row in client.get(HOME).context["reports"]] == [(lesson, 2)]


def test_a_search_that_found_nothing_three_times_is_shown(client, author, lesson):
    for _time in range(2):
        client.get("/search/", {"q": "Zeppelin "})
    assert list(client.get(HOME).context["misses"]) == []
    client.get("/search/", {"q": "zeppelin"})
    client.get("/en/search/", {"q": "zeppelin"})
    found = client.get(HOME).context["misses"]
    assert [(row.words, row.language, row.count) for row in found] == [("zeppelin", "ko", 3)]


def test_what_was_found_or_looks_like_a_person_or_a_message_is_not_counted(client, lesson):
    for query in ("Text", "kim@example.com", "x" * 90, "a b c d e f g zz", ""):
        client.get("/search/", {"q": query})
    assert not SearchMiss.objects.exists()


def test_a_network_asks_the_same_once_an_hour(client, lesson, monkeypatch):
    monkeypatch.undo()
    for _time in range(4):
        client.get("/search/", {"q": "airship"})
    assert SearchMiss.objects.get().count == 1


def test_the_number_of_kept_searches_is_bounded(client, lesson, monkeypatch):
    monkeypatch.setattr(misses, "MOST_KEPT", 2)
    for word in ("airship", "balloon", "glider", "balloon"):
        client.get("/search/", {"q": word})
    assert dict(SearchMiss.objects.values_list("words", "count")) == {"airship": 1, "balloon": 2}


def test_old_searches_are_forgotten(db):
    old = timezone.now() - timedelta(days=91)
    SearchMiss.objects.create(language="ko", words="old", count=9, last_at=old)
    SearchMiss.objects.create(language="ko", words="new", count=9)
    assert forget_old_misses() == 1
    assert [row.words for row in frequent_misses()] == ["new"]


def test_home_costs_as_many_queries_for_twice_as_many_lessons(client, author, lesson):
    def cost():
        client.get(HOME)
        with CaptureQueriesContext(connection) as caught:
            client.get(HOME)
        return len(caught)

    def everything(rows):
        for row in rows:
            LessonDraft.objects.create(author=author, lesson=row, base_version=1, fields={})
            report(row)
            LessonText.objects.filter(lesson=row, language="en").update(behind=True)

    everything(Lesson.objects.all())
    first = cost()
    make_quest("other", lessons=4)
    everything(Lesson.objects.filter(quest__uid="other"))
    assert cost() == first


def test_nobody_else_sees_it(client, learner, lesson):
    client.force_login(learner)
    assert client.get(HOME).status_code in (302, 403)


def test_the_question_that_most_answer_wrong_comes_first(client, author, lesson):
    other = Lesson.objects.exclude(pk=lesson.pk).get()
    hard, easy = ask(lesson, "hard", "choice", "b"), ask(other, "easy", "choice", "b")
    for number, handle in enumerate(("jo", "ka", "mi")):
        learner = make_person(handle)
        attempt(learner=learner, lesson=lesson, name="hard", given="b" if number == 0 else "a")
        attempt(learner=learner, lesson=other, name="easy", given="b")
    [(row, asked)] = client.get(HOME).context["hardest"]
    assert (row.lesson, asked.name, asked.tried, asked.at_first) == (lesson, hard.name, 3, 1)
    attempt(learner=make_person("no"), lesson=other, name="easy", given="a")
    assert easy.name not in [found.name for _row, found in client.get(HOME).context["hardest"]]
