"""What readers of like sites reported there, tried here: each test names what went wrong."""

import json
import uuid
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Notification
from comments.models import Comment
from course.authoring.schedule import publish
from course.models import Announcement, Lesson
from course.progress.catalogue import CATALOGUE
from course.progress.marking import complete
from course.progress.reading import progress_of
from gamification.models import XPEntry
from pagecache.changes import memory
from tests.accounts.conftest import code_in, newest_mail
from tests.accounts.test_sign_in import PASSWORD
from tests.course.authoring.conftest import form_of
from tests.course.progress.browser import envelope, op
from tests.factories import make_comment, make_quest, verify

pytestmark = pytest.mark.django_db
CONTROLS = "a\x10b\x1dc\x02d\ufffee"


@pytest.fixture
def quest(db):
    return make_quest(lessons=3)[0]


@pytest.fixture
def lesson(quest) -> Lesson:
    return quest.lessons.select_related("quest", "thread").first()


def is_xml(client, url: str) -> bool:
    """Whether a strict reader of feeds takes what stands there."""
    ElementTree.fromstring(client.get(url).content)
    return True


def test_a_control_character_in_a_comment_does_not_break_its_feed(client, lesson, learner):
    make_comment(lesson.thread, verify(learner), CONTROLS)
    assert is_xml(client, reverse("thread-feed", args=[lesson.thread.pk]))


def test_a_control_character_in_a_title_does_not_break_the_feed(client, staff, lesson):
    client.force_login(staff)
    url = reverse("admin:course_lesson_change", args=[lesson.pk])
    client.post(url, form_of(lesson, ko__title=CONTROLS, ko__body=f"{CONTROLS}\n"))
    sent = {"published_at_0": "2026-01-01", "published_at_1": "00:00", "title_ko": CONTROLS}
    client.post(reverse("admin:course_announcement_add"), {**sent, "body_ko": CONTROLS})
    assert Announcement.objects.exists()
    memory.clear()
    assert is_xml(Client(), reverse("stream-feed"))


def test_progress_never_passes_100_percent_when_lessons_go_and_come(quest, learner):
    for lesson in quest.lessons.all():
        complete(learner=learner, lesson=lesson)
    Lesson.objects.filter(pk=quest.lessons.last().pk).update(status="retired")
    memory.forget({CATALOGUE})
    learner.session_versions.clear()
    bar = progress_of(learner).bar(quest)
    assert (bar.lessons_done, bar.lessons_total, bar.percent) == (2, 2, 100)
    publish_again(quest.lessons.last())
    assert progress_of(learner).bar(quest).percent == 100


def publish_again(lesson: Lesson) -> None:
    """Bring a retired lesson back."""
    Lesson.objects.filter(pk=lesson.pk).update(status="draft")
    publish(lesson=Lesson.objects.get(pk=lesson.pk))
    memory.forget({CATALOGUE})


def test_going_back_to_a_finished_lesson_adds_nothing(quest, learner):
    for _again in range(3):
        complete(learner=learner, lesson=quest.lessons.first())
    assert XPEntry.objects.filter(learner=learner, reason="lesson").count() == 1
    learner.session_versions.clear()
    assert progress_of(learner).bar(quest).lessons_done == 1


@pytest.mark.parametrize("asked", ["%", "_", "%%%", "a_b", "\\", "100%", "jax%1"])
def test_no_letter_of_a_search_stands_for_others(client, quest, asked):
    page = client.get("/search/", {"q": asked}).content.decode()
    assert "/quests/jax/jax-00" not in page


def test_the_preview_of_an_edit_deletes_and_changes_nothing(client, lesson, learner):
    comment = make_comment(lesson.thread, verify(learner), "as it was")
    client.force_login(learner)
    url = reverse("comment-edit", args=[comment.pk])
    form = client.get(url).content.decode()
    assert ">as it was</textarea>" in form.replace("\n", "")
    page = client.post(url, {"body": "another **word**", "preview": "1"}).content.decode()
    stored = Comment.objects.get(pk=comment.pk)
    assert (stored.status, stored.body) == ("visible", "as it was")
    assert "another **word**" in page


def test_a_preview_of_a_reply_still_knows_what_it_answers(client, lesson, learner, other_learner):
    comment = make_comment(lesson.thread, verify(learner), "first")
    client.force_login(verify(other_learner))
    sent = {"body": "second", "token": str(uuid.uuid4())}
    url = reverse("comment-reply", args=[comment.pk])
    page = client.post(url, {**sent, "preview": "1"}).content.decode()
    assert f'action="{url}"' in page
    assert sent["token"] in page


def sign_up(client: Client, onward: str) -> None:
    """Sign up from a page, up to the question for the code."""
    client.post(
        f"/accounts/signup/?next={onward}",
        {"email": "new@example.com", "password1": PASSWORD, "next": onward},
    )


def test_who_signs_up_from_a_lesson_is_led_back_to_it(client, lesson):
    onward = lesson.get_absolute_url()
    sign_up(client, onward)
    answer = client.post("/accounts/confirm-email/", {"code": code_in(newest_mail())})
    assert answer["Location"] == onward


def test_reading_on_before_the_code_is_typed_does_not_end_the_sign_up(client, lesson):
    sign_up(client, lesson.get_absolute_url())
    for url in ("/accounts/confirm-email/", lesson.get_absolute_url(), "/", "/accounts/login/"):
        client.get(url)
    client.post("/accounts/confirm-email/", {"code": code_in(newest_mail())})
    assert "_auth_user_id" in client.session


@pytest.mark.parametrize("at", [10**20, 1e300, -(10**20), "2024", None])
def test_a_date_that_is_too_large_stops_no_other_step_of_a_file(client, lesson, learner, at):
    client.force_login(verify(learner))
    steps = [op("c", "jax-000") | {"at": at}, op("c", "jax-001")]
    body = json.dumps(envelope(learner.public_id, steps))
    answer = client.post("/progress/sync/", body, content_type="application/json").json()
    assert answer["acked"] == [steps[1]["id"]]
    assert [each["code"] for each in answer["rejected"]] == ["bad-time"]


def test_a_notice_names_people_as_they_are_called_now(client, lesson, learner, other_learner):
    first = make_comment(lesson.thread, verify(learner), "first")
    make_comment(lesson.thread, verify(other_learner), "second", parent=first)
    other_learner.display_name = "새 이름"
    other_learner.save()
    client.force_login(learner)
    assert Notification.objects.count() == 1
    assert "새 이름" in client.get(reverse("notifications")).content.decode()


def test_an_address_in_hangul_is_an_error_of_the_form(client, staff, lesson):
    client.force_login(staff)
    url = reverse("admin:course_lesson_change", args=[lesson.pk])
    answer = client.post(url, form_of(lesson, slug="그래프"))
    assert answer.status_code in (200, 422)
    assert Lesson.objects.get(pk=lesson.pk).slug == lesson.slug
    assert client.get("/quests/jax/그래프/").status_code == 404
