"""manage.py render: stored HTML is made anew, words and history stay."""

import io

import pytest
from django.core.management import call_command

from comments import posting
from comments.models import Comment
from course.models import Announcement, LessonText, QuestText
from markup import RENDERER_VERSION

pytestmark = pytest.mark.django_db


def render(**options) -> str:
    out, err = io.StringIO(), io.StringIO()
    call_command("render", stdout=out, stderr=err, **options)
    return out.getvalue() + err.getvalue()


def spoil(rows, **old) -> None:
    """As an older release left it."""
    rows.update(**old)


@pytest.fixture
def comment(quest, learner):
    thread = quest.lessons.first().thread
    return posting.post(thread=thread, author=learner, body="**좋아요**", language="ko", token="t")


def test_every_stored_text_is_rendered_again(quest, comment):
    Announcement.objects.create(titles={"ko": "a"}, bodies={"ko": "**b**"})
    spoil(LessonText.objects, body_html="old", renderer_version=0)
    spoil(QuestText.objects, body_html="old")
    spoil(Comment.objects, html="old", renderer_version=0)
    history = LessonText.history.count(), QuestText.history.count()
    assert "5 texts rendered, 0 left" in render()
    for row in (*LessonText.objects.all(), *QuestText.objects.all()):
        assert row.body_html.startswith("<")
    assert Comment.objects.get().html == "<p><strong>좋아요</strong></p>"
    assert Announcement.objects.get().bodies_html == {"ko": "<p><strong>b</strong></p>"}
    assert (LessonText.history.count(), QuestText.history.count()) == history


def test_only_what_an_older_renderer_made_when_asked(quest, comment):
    spoil(LessonText.objects.filter(language="en"), renderer_version=0)
    first = render(stale=True)
    assert LessonText.objects.filter(renderer_version=RENDERER_VERSION).count() == 4
    assert first.startswith("4 texts rendered")
    assert render(stale=True).startswith("0 texts rendered")


def test_a_text_that_no_longer_renders_is_named_and_keeps_its_html(quest, comment):
    spoil(LessonText.objects.filter(lesson__uid="demo-lesson-1"), body="$\\nope$", body_html="old")
    spoil(QuestText.objects.filter(language="ko"), body="$\\nope$", body_html="old")
    spoil(Comment.objects, body="[" * 100, html="old")
    told = render()
    assert "2 texts rendered, 3 left as they were." in told
    assert "demo-lesson-1: " in told
    assert f"comment {comment.pk}: " in told
    assert Comment.objects.get().html == "old"
    assert QuestText.objects.get(language="ko").body_html == "old"
