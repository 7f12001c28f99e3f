"""What a member's lesson page shares with others, and what it must not."""

import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from comments.conversation.posting import post
from comments.models import Comment, Thread
from course.models import Completion, Lesson, LessonText
from pagecache.changes import EVERYTHING
from pagecache.entries import store
from pagecache.placeholders import PREFIX
from tests.course.readers import kept_text, listed, member, waiting_message

pytestmark = pytest.mark.django_db
PAGE = "/quests/demo/lesson-1/"


def say(thread, who, text):
    return post(thread=thread, author=who, body=text, language="ko", token=str(uuid.uuid4()))


@pytest.fixture
def thread(quest) -> Thread:
    return Lesson.objects.get(uid="demo-lesson-1").thread


def test_nothing_of_a_member_is_kept(quest, learner, other_learner):
    client = member(learner)
    page = client.get(PAGE).text
    csrf = client.cookies["csrf"].value
    assert learner.public_id in page
    kept = kept_text()
    assert 'name="csrfmiddlewaretoken" value="' in kept
    for secret in (learner.public_id, learner.handle, learner.name, learner.email, csrf):
        assert secret not in kept
    assert PREFIX not in page


def tokens(page: str, name: str) -> set[str]:
    return set(re.findall(rf'name="{name}" value="([^"]+)"', page))


def test_every_form_carries_the_tokens_of_its_own_reader(quest, learner, other_learner):
    first, second = (member(who).get(PAGE).text for who in (learner, other_learner))
    for page in (first, second):
        assert len(tokens(page, "csrfmiddlewaretoken")) == 1
        assert page.count('name="csrfmiddlewaretoken"') == page.count("csrfmiddlewaretoken")
        assert len(tokens(page, "token")) == 1
        assert PREFIX not in page
    for name in ("csrfmiddlewaretoken", "token"):
        assert tokens(first, name).isdisjoint(tokens(second, name))


def test_each_sees_their_own_comment_as_theirs_and_others_not(thread, learner, other_learner):
    comment = say(thread, learner, "제 댓글이에요")
    mine, theirs = member(learner).get(PAGE).text, member(other_learner).get(PAGE).text
    edit = f"{comment.get_absolute_url()}edit/"
    assert edit in mine
    assert edit not in theirs
    assert edit not in Client().get(PAGE).text


def test_a_held_comment_is_seen_by_its_author_alone(thread, learner, other_learner):
    comment = say(thread, learner, "기다리는 말")
    Comment.objects.filter(pk=comment.pk).update(status="held", shown=False)
    store.forget({"*"})
    assert "기다리는 말" in member(learner).get(PAGE).text
    assert "기다리는 말" not in member(other_learner).get(PAGE).text
    assert "기다리는 말" not in kept_text()


def test_a_done_lesson_is_done_for_its_learner_alone(quest, learner, other_learner):
    client = member(learner)
    client.post("/progress/mark/demo-lesson-1/", {"action": "complete"})
    assert 'data-done="true"' in client.get(PAGE).text
    assert 'data-done="true"' not in member(other_learner).get(PAGE).text


def test_a_member_costs_at_most_seven_queries(
    thread, learner, django_assert_max_num_queries, settings
):
    settings.PAGECACHE_POLL_SECONDS = 3600
    say(thread, learner, "한마디")
    client = member(learner)
    client.get(PAGE)
    with django_assert_max_num_queries(7):
        client.get(PAGE)


def test_a_new_name_is_shown_at_once(
    thread, learner, other_learner, django_capture_on_commit_callbacks
):
    say(thread, learner, "한마디")
    reader = member(other_learner)
    assert "민지" in reader.get(PAGE).text
    with django_capture_on_commit_callbacks(execute=True):
        form = {"handle": learner.handle, "display_name": "새이름"}
        assert member(learner).post("/settings/profile/", form).status_code == 302
    page = reader.get(PAGE).text
    assert "새이름" in page
    assert "민지" not in page


def test_a_change_is_told_to_whoever_finished_before_it_alone(quest, learner, other_learner):
    finisher = member(learner)
    finisher.post("/progress/mark/demo-lesson-1/", {"action": "complete"})
    finished = Completion.objects.get(learner=learner).last_at
    LessonText.objects.filter(lesson__uid="demo-lesson-1").update(
        real_revision=2, changed_at=finished + timedelta(minutes=1)
    )
    store.forget({EVERYTHING})
    assert "data-changed>" in finisher.get(PAGE).text
    assert "data-changed>" not in member(other_learner).get(PAGE).text
    assert "data-changed>" not in Client().get(PAGE).text


def test_a_waiting_message_is_shown_to_its_visitor_alone(quest, client):
    client.cookies["messages"] = waiting_message("Only for you")
    assert "Only for you" in client.get(PAGE).text
    assert "Only for you" not in Client().get(PAGE).text


def test_a_name_that_looks_like_a_template_stays_text(quest, learner):
    learner.display_name = "<b>{{ csrf_token }}</b>"
    learner.save()
    page = member(learner).get(PAGE).text
    assert "&lt;b&gt;{{ csrf_token }}&lt;/b&gt;" in page
    assert "<b>{{" not in page


def test_each_sees_dates_in_their_own_zone(quest, learner, other_learner):
    evening = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)
    LessonText.objects.filter(lesson__uid="demo-lesson-1").update(changed_at=evening)
    store.forget({EVERYTHING})
    for who, zone in ((learner, "Asia/Seoul"), (other_learner, "America/New_York")):
        who.time_zone = zone
        who.save()
    assert 'datetime="2026-03-02T05:00:00+09:00"' in member(learner).get(PAGE).text
    assert 'datetime="2026-03-01T15:00:00-05:00"' in member(other_learner).get(PAGE).text


def test_links_to_the_other_language_name_no_unknown_parameter(quest, client):
    assert 'href="/en/quests/demo/lesson-1/"' in client.get(f"{PAGE}?utm_source=mail").text


def test_what_came_with_the_session_is_never_shown_after_a_change(quest, learner):
    client = listed(learner)
    mark = "/progress/mark/demo-lesson-1/"
    for action, done in (("complete", "true"), ("undo", "false"), ("complete", "true")):
        client.post(mark, {"action": action})
        for _ in range(2):
            page = client.get(PAGE).text
            assert f'data-done="{done}"' in page
            assert f'data-field="lessons_done">{int(done == "true")}<' in page


def test_a_member_s_second_look_costs_two_queries(
    thread, learner, django_assert_num_queries, settings
):
    settings.PAGECACHE_POLL_SECONDS = 3600
    client = listed(learner)
    client.post("/progress/mark/demo-lesson-1/", {"action": "complete"})
    client.get(PAGE)
    client.get(PAGE)
    with django_assert_num_queries(2):
        client.get(PAGE)
