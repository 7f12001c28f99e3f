"""A lesson is retired in favour of another."""

from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.models import Notification
from comments.conversation.posting import post
from course.authoring.merging import retire_into, targets
from course.authoring.schedule import NotReady
from course.models import Lesson
from course.progress.marking import complete
from gamification.models import XPEntry
from pagecache.changes import memory
from tests.factories import make_comment, make_person, make_quest, verify


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


@pytest.fixture
def talk(lesson, learner):
    """A comment below the lesson, and a reply."""
    first = make_comment(lesson.thread, learner, "어디에 써요?")
    return first, make_comment(lesson.thread, make_person("replier"), "여기에요.", parent=first)


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_link_to_a_comment_leads_to_it_after_its_lesson_is_gone(
    client, url, lesson, other, talk, prefix
):
    client.post(url, {"into": other.pk})
    client.logout()
    new = other.get_absolute_url()
    for comment in talk:
        answer = client.get(f"{prefix}/comments/{comment.pk}/")
        path, _hash, anchor = answer.url.partition("#")
        page = client.get(path)
        assert page.status_code == 200
        assert f'id="{anchor}"' in page.text
    assert f'href="{prefix}{new}"' in page.text


def test_the_new_lesson_names_the_earlier_conversation(client, url, lesson, other, talk):
    link = f'href="/threads/{lesson.thread_id}/"'
    assert link not in client.get(other.get_absolute_url()).text
    client.post(url, {"into": other.pk})
    memory.clear()
    client.logout()
    page = client.get(other.get_absolute_url()).text
    assert link in page
    assert "이전 레슨 “Lesson 1: ko”의 댓글" in page
    assert "Lesson 1: en" in client.get(f"/en{other.get_absolute_url()}").text


def test_a_conversation_of_nobody_is_not_named(client, url, lesson, other):
    client.post(url, {"into": other.pk})
    memory.clear()
    assert f"/threads/{lesson.thread_id}/" not in client.get(other.get_absolute_url()).text


def test_a_notice_of_an_answer_in_it_leads_to_it(client, url, lesson, other, talk, learner):
    verify(learner)
    client.post(url, {"into": other.pk})
    lesson.thread.refresh_from_db()
    answer = post(
        thread=lesson.thread,
        author=make_person("late"),
        body="늦었지만 고마워요.",
        language="ko",
        token=str(uuid4()),
        parent=talk[0],
    )
    row = Notification.objects.get(learner=learner, key=f"comment:{answer.pk}")
    client.force_login(learner)
    page = client.get(reverse("notification", args=[row.pk]), follow=True)
    assert page.redirect_chain[-1][0].endswith(f"#comment-{answer.pk}")
    assert "늦었지만 고마워요." in page.text


def test_publishing_takes_the_conversation_back(client, url, lesson, other, talk):
    client.post(url, {"into": other.pk})
    client.post(reverse("admin:lesson-state", args=[lesson.pk]), {"action": "publish"})
    memory.clear()
    answer = client.get(f"/comments/{talk[0].pk}/")
    assert answer.url == f"{lesson.get_absolute_url()}#comment-{talk[0].pk}"
    assert f"/threads/{lesson.thread_id}/" not in client.get(other.get_absolute_url()).text


def test_conversations_lead_on_with_their_lessons(client, author, lesson, other, talk):
    _quest, [third] = make_quest("other", lessons=1)
    retire_into(lesson=lesson, target=other)
    retire_into(lesson=other, target=third)
    memory.clear()
    assert f"/threads/{lesson.thread_id}/" in client.get(third.get_absolute_url()).text
    page = client.get(f"/threads/{lesson.thread_id}/").text
    assert f'href="{third.get_absolute_url()}"' in page


def test_the_title_of_a_hidden_lesson_is_not_told(client, url, lesson, other, talk):
    client.post(url, {"into": other.pk})
    client.post(reverse("admin:lesson-state", args=[other.pk]), {"action": "draft"})
    client.logout()
    page = client.get(f"/threads/{lesson.thread_id}/")
    assert page.status_code == 200
    assert "Lesson 2" not in page.text


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
