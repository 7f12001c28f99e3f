"""manage.py render: HTML is renewed, texts and history stay unchanged."""

import io

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comments.conversation import posting
from comments.models import Comment
from course.content import rerendering
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


def test_words_that_are_written_meanwhile_win(quest, monkeypatch):
    """Whoever saves a text while another one is rendered."""
    first, second = QuestText.objects.order_by("pk")
    told = Announcement.objects.create(titles={"ko": "a"}, bodies={"ko": "old"})
    later = Announcement.objects.create(titles={"ko": "b"}, bodies={"ko": "old"})

    def write_meanwhile(text):
        if text.pk == first.pk:
            QuestText.objects.filter(pk=second.pk).update(body="Newer words.")
        return render_quest_text(text)

    def render_and_write(text, language):
        Announcement.objects.filter(pk=later.pk).update(bodies={"ko": "newer"})
        return render_lesson(text, language=language)

    render_quest_text, render_lesson = rerendering.render_quest_text, rerendering.render_lesson
    monkeypatch.setattr(rerendering, "render_quest_text", write_meanwhile)
    monkeypatch.setattr(rerendering, "render_lesson", render_and_write)
    render()
    second.refresh_from_db()
    later.refresh_from_db()
    assert "Newer words." in second.body_html
    assert told.pk < later.pk
    assert later.bodies_html == {"ko": "<p>newer</p>"}


def test_pages_are_renewed_after_the_last_announcement(quest):
    Announcement.objects.create(titles={"ko": "a"}, bodies={"ko": "**b**"})
    with CaptureQueriesContext(connection) as queries:
        render()
    statements = [query["sql"] for query in queries]
    last = {
        start: max(at for at, sql in enumerate(statements) if sql.startswith(start))
        for start in ('UPDATE "course_announcement"', 'INSERT INTO "pagecache_change"')
    }
    assert last['UPDATE "course_announcement"'] < last['INSERT INTO "pagecache_change"']


@pytest.mark.postgres
def test_every_row_is_locked_while_it_is_rendered(quest):
    Announcement.objects.create(titles={"ko": "a"}, bodies={"ko": "**b**"})
    with CaptureQueriesContext(connection) as queries:
        render()
    locked = [query["sql"] for query in queries if "FOR UPDATE" in query["sql"]]
    for table in ("course_quest", "course_questtext", "course_announcement", "course_lesson"):
        assert any(f'FROM "{table}"' in sql for sql in locked), table
