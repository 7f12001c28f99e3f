"""A lesson is retired in favour of another."""

import pytest
from django.urls import reverse

from course.authoring.merging import retire_into, targets
from course.authoring.schedule import NotReady
from course.models import Lesson
from course.progress.marking import complete
from gamification.models import XPEntry
from pagecache.changes import memory
from tests.factories import make_quest


@pytest.fixture
def other(lesson):
    return Lesson.objects.select_related("quest").exclude(pk=lesson.pk).get()


@pytest.fixture
def url(author, lesson):
    return reverse("admin:lesson-merge", args=[lesson.pk])


def test_the_page_finds_the_other_and_retires(client, url, lesson, other):
    page = client.get(url, {"q": "lesson-2 ko"}).text
    assert f'name="into" value="{other.pk}"' in page
    assert f'name="into" value="{lesson.pk}"' not in page
    assert client.post(url, {"into": other.pk}).status_code == 302
    lesson.refresh_from_db()
    assert (lesson.status, lesson.merged_into) == ("retired", other)
    form = client.get(reverse("admin:course_lesson_change", args=[lesson.pk])).text
    assert reverse("admin:course_lesson_change", args=[other.pk]) in form


def test_the_old_address_answers_301_in_both_languages(client, url, lesson, other):
    old, new = lesson.get_absolute_url(), other.get_absolute_url()
    client.post(url, {"into": other.pk})
    client.logout()
    for language in ("", "/en"):
        answer = client.get(f"{language}{old}")
        assert answer.status_code == 301
        assert answer.url == f"{language}{new}"


def test_its_completions_count_for_the_other_once(client, url, lesson, other, learner):
    complete(learner=learner, lesson=lesson)
    before = XPEntry.objects.filter(learner=learner).count()
    client.post(url, {"into": other.pk})
    memory.clear()  # as processes do when the transaction is committed
    client.force_login(learner)
    assert 'data-done="true"' in client.get(other.get_absolute_url()).text
    complete(learner=learner, lesson=other)
    assert XPEntry.objects.filter(learner=learner).count() == before


def test_publishing_takes_it_back(client, url, lesson, other):
    client.post(url, {"into": other.pk})
    client.post(reverse("admin:lesson-state", args=[lesson.pk]), {"action": "publish"})
    lesson.refresh_from_db()
    assert (lesson.status, lesson.merged_into) == ("published", None)
    assert client.get(lesson.get_absolute_url()).status_code == 200


def test_lessons_that_led_here_lead_on(lesson, other):
    _quest, [third] = make_quest("other", lessons=1)
    retire_into(lesson=lesson, target=other)
    retire_into(lesson=other, target=third)
    lesson.refresh_from_db()
    assert lesson.merged_into == third


@pytest.mark.parametrize("what", ["itself", "merged", "draft", "nothing", "odd"])
def test_what_leads_nowhere_is_refused(client, url, lesson, other, what):
    if what == "merged":
        _quest, [third] = make_quest("other", lessons=1)
        retire_into(lesson=other, target=third)
    if what == "draft":
        Lesson.objects.filter(pk=other.pk).update(status="draft")
    into = {"itself": lesson.pk, "nothing": "99999999", "odd": "x\0"}.get(what, other.pk)
    assert client.post(url, {"into": into}).status_code == 422
    lesson.refresh_from_db()
    assert (lesson.status, lesson.merged_into) == ("published", None)


def test_two_that_are_retired_in_favour_of_each_other_make_no_circle(lesson, other):
    retire_into(lesson=lesson, target=other)
    with pytest.raises(NotReady):
        retire_into(lesson=other, target=lesson)


def test_lessons_of_the_same_quest_come_first(lesson, other):
    make_quest("other", lessons=3)
    found = list(targets(lesson, "lesson"))
    assert found[0] == other
    assert len({row.pk for row in found}) == len(found)
