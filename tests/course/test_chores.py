"""What the worker does for pages."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.registry import chores
from accounts.tasks import sweep
from course.authoring.schedule import publish_later
from course.chores import tell_due
from course.models import Announcement, Lesson
from course.pages import stream
from pagecache.models import Change
from tests.pagecache.test_page_cache import page_cache, reader  # noqa: F401

pytestmark = pytest.mark.django_db


def announce(at):
    told = Announcement.objects.create(
        published_at=at, titles={"ko": "토요일 모임"}, bodies_html={"ko": "<p>본문</p>"}
    )
    stream.announce(told)
    Change.objects.all().delete()
    return told


def test_a_due_announcement_renews_the_pages_once():
    now = timezone.now()
    announce(now - timedelta(seconds=1))
    assert tell_due() is True
    assert list(Change.objects.values_list("key", flat=True)) == ["site"]
    assert tell_due() is False


def test_an_announcement_of_the_future_or_long_past_renews_nothing():
    now = timezone.now()
    announce(now + timedelta(minutes=1))
    announce(now - timedelta(days=1))
    assert tell_due() is False
    assert not Change.objects.exists()


def test_a_due_announcement_is_on_the_kept_stream_after_the_sweep(
    reader,  # noqa: F811
    django_capture_on_commit_callbacks,
):
    def is_told():
        return "토요일 모임" in reader.get("/stream/")["body"].decode()

    told = announce(timezone.now() + timedelta(hours=1))
    assert not is_told()
    Announcement.objects.filter(pk=told.pk).update(published_at=timezone.now())
    assert not is_told()
    with django_capture_on_commit_callbacks(execute=True):
        sweep.func()
    assert is_told()


def test_the_sweep_publishes_lessons_whose_time_has_come(quest):
    lesson = Lesson.objects.get(uid="demo-lesson-1")
    Lesson.objects.filter(pk=lesson.pk).update(status="draft")
    publish_later(lesson=lesson, at=timezone.now() + timedelta(hours=1))
    Lesson.objects.filter(pk=lesson.pk).update(publish_at=timezone.now())
    sweep.func()
    assert Client().get("/quests/demo/lesson-1/").status_code == 200
    assert Change.objects.filter(key="site").exists()


def test_the_sweep_deletes_old_changes():
    Change.objects.create(key="x", at=timezone.now() - timedelta(days=2))
    chores["old changes"]()
    assert not Change.objects.exists()
