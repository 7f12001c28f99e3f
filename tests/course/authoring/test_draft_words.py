"""Unpublished text is visible to authors only: drafts, and lessons of draft quests."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from course.authoring.schedule import back_to_draft, publish, publish_later
from course.folders.importer import import_quest
from course.models import Lesson, LessonText, Quest, StreamEntry
from tests.course.authoring.conftest import form_of
from tests.course.authoring.folders import write_quest
from tests.course.authoring.test_wording import quest_form
from tests.factories import make_achievement
from tests.remembered import import_once

LONG_AGO = "2000-01-01T00:00:00Z"


def write(client, lesson, body, change="clarification"):
    url = reverse("admin:course_lesson_change", args=[lesson.pk])
    assert client.post(url, form_of(lesson, ko__body=body) | {"change": change}).status_code == 302


def changes_since(lesson, since):
    """What a stranger reads."""
    url = f"/quests/{lesson.quest.slug}/{lesson.slug}/changes/"
    return Client().get(url, {"since": since}).content.decode()


@pytest.fixture
def folder(tmp_path):
    """A quest that is still a draft, with two published lessons."""
    folder = write_quest(tmp_path / "made")
    words = folder / "quest.ko.md"
    words.write_text(words.read_text().replace("status: published", "status: draft"))
    return folder


@pytest.fixture
def waiting(db, folder):
    """The first of the published lessons of a draft quest."""
    import_once(folder)
    return Lesson.objects.select_related("quest").get(uid="made-1-1")


def open_in_admin(client, folder):
    url, sent = quest_form(client, Quest.objects.get(), status="published")
    assert client.post(url, sent).status_code == 302


def open_by_import(client, folder):
    words = folder / "quest.ko.md"
    words.write_text(words.read_text().replace("status: draft", "status: published"))
    import_quest(folder=folder)


@pytest.mark.parametrize("open_quest", [open_in_admin, open_by_import])
def test_a_published_lesson_of_a_draft_quest_begins_when_its_quest_does(
    client, author, folder, waiting, open_quest
):
    if open_quest is open_in_admin:
        write(client, waiting, "아직 비밀이에요.")
        write(client, waiting, "다 썼어요.")
    waiting.refresh_from_db()
    assert waiting.published_at is None
    assert not StreamEntry.objects.exists()
    before = timezone.now()
    open_quest(client, folder)
    assert StreamEntry.objects.filter(kind="new", at__gte=before).count() == 2
    assert StreamEntry.objects.count() == 2
    page = changes_since(waiting, LONG_AGO)
    assert "비밀" not in page
    assert "Text 1" not in page
    write(client, waiting, "더 잘 썼어요.")
    told = changes_since(waiting, LONG_AGO)
    assert "<ins>" in told
    assert "비밀" not in told


def test_what_was_written_between_two_publications_stays_secret(client, author, lesson):
    write(client, lesson, "모두가 읽은 글이에요.")
    back_to_draft(lesson=lesson)
    write(client, lesson, "아직 비밀이에요.")
    inside = timezone.now().isoformat()
    write(client, lesson, "다시 냈어요.")
    publish(lesson=lesson)
    for since in (LONG_AGO, inside, timezone.now().isoformat()):
        assert "비밀" not in changes_since(lesson, since)
    assert "모두가" in changes_since(lesson, inside)  # what readers had at that time
    assert StreamEntry.objects.filter(lesson=lesson, kind="new").count() == 1


def test_lessons_that_the_import_leaves_alone_are_opened_with_their_quest(folder, waiting):
    for path in (folder / "01-part-1").glob("02-*"):
        path.unlink()
    open_by_import(None, folder)
    other = Lesson.objects.select_related("thread").get(uid="made-1-2")
    assert other.thread.public
    assert other.published_at


def test_a_retired_lesson_keeps_telling_what_changed(client, author, lesson):
    Lesson.objects.filter(pk=lesson.pk).update(status="retired")
    write(client, lesson, "물러난 글이에요.")
    assert "물러난" in changes_since(lesson, LONG_AGO)
    assert LessonText.history.filter(was_public=False).count() == 0


def test_a_retired_lesson_that_is_scheduled_is_away_at_once(
    lesson, django_capture_on_commit_callbacks
):
    reader = Client()
    Lesson.objects.filter(pk=lesson.pk).update(status="retired")
    assert reader.get(lesson.get_absolute_url()).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        publish_later(lesson=lesson, at=timezone.now() + timedelta(days=1))
    assert reader.get(lesson.get_absolute_url()).status_code == 404
    assert not Lesson.objects.select_related("thread").get(pk=lesson.pk).thread.public


@pytest.mark.parametrize("status", ["draft", "retired"])
def test_the_title_of_a_quest_that_is_not_public_is_not_on_the_page_of_achievements(lesson, status):
    make_achievement("first", "lessons", n=1, scope="made")
    assert "만든 퀘스트" in Client().get("/achievements/").content.decode()
    Quest.objects.update(status=status)
    page = Client().get("/achievements/").content.decode()
    assert "만든 퀘스트" not in page
    assert "/quests/made/" not in page
