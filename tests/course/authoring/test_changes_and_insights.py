"""Changes since completion, insights, and the studio's query counts."""

import re
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from course.authoring.changes import changed_after
from course.authoring.schedule import publish
from course.models import (
    Announcement,
    Clock,
    Completion,
    Lesson,
    LessonReads,
    LessonText,
    StreamEntry,
)
from course.pages.insights import insight_of
from course.progress.reading import progress_of
from pagecache.changes import memory
from tests.course.authoring.conftest import form_of

NEW = "Text one.\n\n## Heading\n\nMore, with $x^2$."


def finish(learner, lesson, ago=0, part=""):
    at = timezone.now() - timedelta(seconds=ago)
    Clock.objects.get_or_create(learner=learner)
    return Completion.objects.create(
        learner=learner,
        lesson=lesson,
        part=part,
        done=True,
        live=[str(uuid.uuid4())],
        first_at=at,
        last_at=at,
    )


def change(client, staff, lesson, kind, **words):
    client.force_login(staff)
    url = reverse("admin:course_lesson_change", args=[lesson.pk])
    assert client.post(url, form_of(lesson, **words) | {"change": kind}).status_code == 302


@pytest.mark.parametrize(
    ("kind", "told", "redo"),
    [("typo", False, None), ("clarification", True, False), ("redo", True, True)],
)
def test_who_finished_earlier_is_told_of_real_changes(
    client, staff, learner, lesson, kind, told, redo
):
    finish(learner, lesson)
    change(client, staff, lesson, kind, ko__body=NEW)
    text = LessonText.objects.get(lesson=lesson, language="ko")
    found = changed_after(text, progress_of(learner).finished_at(lesson.uid))
    assert (found is not None) == told
    if found:
        assert found.must_redo == redo
    assert Completion.objects.get().done


def test_who_finished_afterwards_is_told_nothing(client, staff, learner, lesson):
    change(client, staff, lesson, "redo", ko__body=NEW)
    finish(learner, lesson)
    text = LessonText.objects.get(lesson=lesson, language="ko")
    assert changed_after(text, progress_of(learner).finished_at(lesson.uid)) is None


def test_the_learner_sees_the_marked_differences(client, staff, learner, lesson):
    finish(learner, lesson)
    change(client, staff, lesson, "clarification", ko__body=NEW, note="하나를 글자로")
    client.force_login(learner)
    page = client.get(lesson.get_absolute_url()).content.decode()
    assert "data-changed" in page
    changes = client.get(f"{lesson.get_absolute_url()}changes/").content.decode()
    assert "<del>1</del>" in changes
    assert "<ins>one</ins>" in changes
    assert "하나를 글자로" in changes


def test_who_finished_it_under_a_merged_lesson_s_name_sees_the_differences(
    client, staff, learner, lesson
):
    merged = Lesson.objects.exclude(pk=lesson.pk).get()
    Lesson.objects.filter(pk=merged.pk).update(status="retired", merged_into=lesson)
    memory.clear()
    finish(learner, merged)
    change(client, staff, lesson, "clarification", ko__body=NEW)
    client.force_login(learner)
    page = client.get(lesson.get_absolute_url()).content.decode()
    assert "data-changed" in page
    assert "<ins>one</ins>" in client.get(f"{lesson.get_absolute_url()}changes/").content.decode()


def test_without_a_completion_there_is_nothing_to_compare(client, learner, lesson):
    url = f"{lesson.get_absolute_url()}changes/"
    assert client.get(url).status_code == 302
    client.force_login(learner)
    assert client.get(url)["Location"] == lesson.get_absolute_url()


def test_readers_of_a_translation_left_behind_are_told(client, staff, lesson):
    change(client, staff, lesson, "clarification", ko__body=NEW)
    client.logout()
    original = client.get(lesson.get_absolute_url()).content.decode()
    translated = client.get(f"/en{lesson.get_absolute_url()}").content.decode()
    told = "The original of this translation has changed"
    assert told in translated
    assert told not in original


def test_reads_are_counted_by_day_and_nothing_else(client, lesson):
    for _time in range(3):
        assert client.post(f"/reads/{lesson.uid}").status_code == 204
    row = LessonReads.objects.get()
    assert (row.count, row.day) == (3, timezone.now().date())
    assert {field.name for field in LessonReads._meta.fields} == {"id", "lesson", "day", "count"}


def test_reads_of_drafts_and_of_nothing_are_not_counted(client, lesson):
    Lesson.objects.update(status="draft")
    assert client.post(f"/reads/{lesson.uid}").status_code == 404
    assert client.post("/reads/nowhere").status_code == 404
    assert client.get(f"/reads/{lesson.uid}").status_code == 405
    assert not LessonReads.objects.exists()


def test_insights_are_sums(client, author, learner, other_learner, lesson):
    second = Lesson.objects.get(uid="made-1-2")
    finish(learner, lesson)
    finish(other_learner, lesson)
    finish(learner, second)
    finish(learner, lesson, part="exercise")
    client.post(f"/reads/{lesson.uid}")
    lesson.samples.update(source="changed\n")
    first_row, second_row = insight_of(lesson.quest, "ko").lessons
    assert (first_row.completions, first_row.reached, first_row.exercises) == (2, 100, 1)
    assert (second_row.completions, second_row.reached) == (1, 50)
    assert (first_row.reads, first_row.stale_samples, second_row.stale_samples) == (1, 1, 0)
    page = client.get(reverse("admin:quest-insights", args=[lesson.quest_id])).content.decode()
    assert "50%" in page
    assert "style=" not in page.split("<main", 1)[1].split("</main>", 1)[0]
    assert learner.email not in page
    assert learner.handle not in page


def test_an_announcement_is_rendered_and_told_once(client, author):
    url = reverse("admin:course_announcement_add")
    sent = {
        "published_at_0": "2026-01-01",
        "published_at_1": "00:00:00",
        "title_ko": "새 소식",
        "body_ko": "**굵게**",
        "title_en": "",
        "body_en": "",
    }
    assert client.post(url, sent).status_code == 302
    told = Announcement.objects.get()
    assert "<strong>" in told.bodies_html["ko"]
    edit = reverse("admin:course_announcement_change", args=[told.pk])
    client.post(edit, {**sent, "title_ko": "고친 소식"})
    assert StreamEntry.objects.filter(kind="announcement").count() == 1
    assert "고친 소식" in client.get("/stream/").content.decode()


def test_an_announcement_that_does_not_render_is_refused(client, author):
    sent = {"published_at_0": "2026-01-01", "published_at_1": "00:00", "title_ko": "x"}
    response = client.post(
        reverse("admin:course_announcement_add"), {**sent, "body_ko": "$\\frac{$"}
    )
    assert response.status_code == 200
    assert not Announcement.objects.exists()


def pages_of(quest):
    lesson = quest.lessons.first()
    return [
        reverse("admin:index"),
        reverse("admin:course_quest_changelist"),
        reverse("admin:course_quest_change", args=[quest.pk]),
        reverse("admin:quest-outline", args=[quest.pk]),
        reverse("admin:quest-insights", args=[quest.pk]),
        reverse("admin:quest-past", args=[quest.pk]),
        reverse("admin:quest-chapter", args=[quest.pk, lesson.chapter_id]),
        reverse("admin:chapter-past", args=[quest.pk, lesson.chapter_id]),
        reverse("admin:course_lesson_changelist"),
        reverse("admin:course_lesson_change", args=[lesson.pk]),
        reverse("admin:course_lesson_history", args=[lesson.pk]),
        reverse("admin:lesson-as-learner", args=[lesson.pk]),
        reverse("admin:course_announcement_changelist"),
    ]


def copy_lessons(quest, count):
    """Many more lessons like the first, written straight into the tables."""
    from comments.models import Thread

    first = quest.lessons.prefetch_related("texts", "samples").first()
    threads = Thread.objects.bulk_create(Thread(url=f"/{n}", title=f"{n}") for n in range(count))
    lessons = Lesson.objects.bulk_create(
        Lesson(
            uid=f"copy-{n}",
            slug=f"copy-{n}",
            quest=quest,
            chapter=first.chapter,
            position=n + 10,
            status="published",
            thread=threads[n],
        )
        for n in range(count)
    )
    for source in (*first.texts.all(), *first.samples.all()):
        rows = []
        for lesson in lessons:
            row = type(source)(
                **{
                    field.attname: getattr(source, field.attname)
                    for field in source._meta.concrete_fields
                    if field.name != "id"
                }
            )
            row.lesson = lesson
            rows.append(row)
        type(source).objects.bulk_create(rows)


def test_every_page_needs_at_most_30_queries_for_500_lessons(client, author, lesson):
    copy_lessons(lesson.quest, 498)
    assert lesson.quest.lessons.count() == 500
    counts = {}
    for url in pages_of(lesson.quest):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200, url
        counts[url] = len(queries)
    assert {url: count for url, count in counts.items() if count > 30} == {}


def test_saving_an_order_of_500_lessons_needs_at_most_30_queries(client, author, lesson):
    copy_lessons(lesson.quest, 498)
    url = reverse("admin:quest-outline", args=[lesson.quest_id])
    sent = {"seen": re.search(r'name="seen" value="([^"]+)"', client.get(url).content.decode())[1]}
    for number, row in enumerate(lesson.quest.lessons.all()):
        sent |= {f"lesson-{row.pk}": 500 - number, f"lesson-{row.pk}-chapter": row.chapter_id}
    with CaptureQueriesContext(connection) as queries:
        assert client.post(url, sent).status_code == 302
    assert len(queries) <= 30


def test_one_learner_s_notice_is_never_shown_to_another(
    client, staff, learner, other_learner, lesson
):
    finish(learner, lesson)
    change(client, staff, lesson, "redo", ko__body=NEW)
    told = "lesson-1/changes/"
    for person, expected in ((learner, True), (other_learner, False), (learner, True)):
        client.force_login(person)
        for _again in range(2):
            assert (told in client.get(lesson.get_absolute_url()).content.decode()) == expected


def test_the_signed_out_name_the_moment_they_finished(client, staff, lesson):
    before = timezone.now().isoformat()
    change(client, staff, lesson, "clarification", ko__body=NEW)
    client.logout()
    page = client.get(lesson.get_absolute_url()).content.decode()
    assert "data-changed-at=" in page
    url = f"{lesson.get_absolute_url()}changes/"
    assert "<del>1</del>" in client.get(url, {"since": before}).content.decode()


@pytest.mark.parametrize("bad", ["", "x", "2026-13-45T00:00Z", "2026-01-01", "0001-01-01T00:00Z"])
def test_a_moment_that_is_none_leads_back_to_the_lesson(client, lesson, bad):
    url = f"{lesson.get_absolute_url()}changes/"
    assert client.get(url, {"since": bad})["Location"] == lesson.get_absolute_url()


def test_words_from_before_publication_stay_secret(client, staff, lesson):
    Lesson.objects.update(status="draft", published_at=None)
    LessonText.history.update(was_public=False)
    change(client, staff, lesson, "typo", ko__body="아직 비밀이에요.")
    change(client, staff, lesson, "typo", ko__body="다 썼어요.")
    publish(lesson=lesson)
    client.logout()
    url = f"{lesson.get_absolute_url()}changes/"
    for since in ("2000-01-01T00:00:00Z", lesson.texts.first().changed_at.isoformat()):
        page = client.get(url, {"since": since}).content.decode()
        assert "비밀" not in page
        assert "Text 1" not in page


def test_a_lesson_that_never_changed_carries_no_notice(client, lesson):
    assert "data-changed-at" not in client.get(lesson.get_absolute_url()).content.decode()


def test_readers_are_told_that_an_output_is_of_older_code(client, staff, lesson):
    told = "The code has changed since."
    other = Lesson.objects.select_related("quest").get(uid="made-1-2")
    change(client, staff, lesson, "clarification", samples__0__source="print(9)\n")
    client.logout()
    assert told in client.get(f"/en{lesson.get_absolute_url()}").content.decode()
    assert told not in client.get(f"/en{other.get_absolute_url()}").content.decode()


def test_a_network_that_reads_on_and_on_is_counted_no_more(client, lesson, monkeypatch):
    from course.pages import reads

    monkeypatch.setattr(reads, "MOST_OF_A_NETWORK", 3)
    codes = {client.post(f"/reads/{lesson.uid}").status_code for _ in range(6)}
    assert codes == {204}
    assert LessonReads.objects.get().count == 3
