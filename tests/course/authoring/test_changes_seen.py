"""A lesson that changed after it was finished: marked, told, shown rendered, and put away."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notification
from course.authoring.changed_html import compare_html
from course.models import Completion, Lesson, LessonText, Operation
from course.progress.catalogue import catalogue
from course.progress.marking import complete, see_changes
from course.rhythm import redoing
from gamification.models import XPEntry
from pagecache.changes import memory
from tests.course.authoring.test_changes_and_insights import change as change_in_form
from tests.course.authoring.test_changes_and_insights import finish
from tests.course.progress.browser import envelope, op
from tests.factories import make_person

TOLD = "data-changed>"
LONG = "\n\n".join(f"문단 {n}이에요." for n in range(1, 9))


def change(client, staff, lesson, kind, **words):
    """Save the lesson's form; what processes keep is renewed, as after a commit."""
    change_in_form(client, staff, lesson, kind, **words)
    memory.clear()


def page_of(client, learner, url):
    client.force_login(learner)
    return client.get(url).content.decode()


def dismiss(client, lesson, **changes):
    text = LessonText.objects.get(lesson=lesson, language="ko")
    sent = {"language": "ko", "revision": text.real_revision} | changes
    return client.post(reverse("progress-seen", args=[lesson.uid]), sent)


@pytest.fixture
def changed(client, staff, learner, lesson):
    """Minji finished the lesson, and then a paragraph of it was changed."""
    change(client, staff, lesson, "typo", ko__body=LONG)
    finish(learner, lesson)
    change(client, staff, lesson, "redo", ko__body=LONG.replace("문단 5이에요", "문단 다섯이에요"))
    return lesson


def test_seen_is_seen_until_the_lesson_changes_again(client, staff, learner, changed):
    url = changed.get_absolute_url()
    assert TOLD in page_of(client, learner, url)
    assert dismiss(client, changed)["Location"] == url
    assert TOLD not in client.get(url).content.decode()
    change(client, staff, changed, "clarification", ko__body="Another.")
    page = page_of(client, learner, url)
    assert TOLD in page
    assert "worth doing again" not in page


def test_seen_is_each_learners_own(client, learner, other_learner, changed):
    finish(other_learner, changed, ago=60)
    client.force_login(learner)
    dismiss(client, changed)
    assert TOLD in page_of(client, other_learner, changed.get_absolute_url())


def test_what_came_after_the_page_was_shown_is_still_told(client, staff, learner, changed):
    before = LessonText.objects.get(lesson=changed, language="ko").real_revision
    change(client, staff, changed, "clarification", ko__body="Another.")
    client.force_login(learner)
    dismiss(client, changed, revision=before)
    assert not Operation.objects.exists()
    assert TOLD in client.get(changed.get_absolute_url()).content.decode()


@pytest.mark.parametrize("sent", [{"revision": "x"}, {"revision": ""}, {"language": "\x00"}])
def test_a_form_that_says_nothing_puts_nothing_away(client, learner, changed, sent):
    client.force_login(learner)
    assert dismiss(client, changed, **sent).status_code == 302
    assert not Operation.objects.exists()


def test_nobody_and_nothing_else_is_answered(client, learner, changed):
    url = reverse("progress-seen", args=[changed.uid])
    client.logout()
    assert "/accounts/login/" in client.post(url)["Location"]
    client.force_login(learner)
    assert client.get(url).status_code == 405
    assert client.post(reverse("progress-seen", args=["nowhere-1"])).status_code == 404


def test_seen_is_no_work(client, learner, changed):
    see_changes(learner=learner, lesson=changed)
    row = Completion.objects.get(learner=learner, part="seen")
    assert (row.days, row.first_at) == ([], None)
    assert not XPEntry.objects.filter(learner=learner).exists()


def test_what_a_browser_put_away_comes_with_the_log(client, learner, changed):
    client.force_login(learner)
    body = envelope(learner.public_id, [op("b", f"{changed.uid}#seen")])
    answer = client.post("/progress/sync/", body, content_type="application/json").json()
    assert len(answer["acked"]) == 1
    assert TOLD not in client.get(changed.get_absolute_url()).content.decode()
    refused = envelope(learner.public_id, [op("c", f"{changed.uid}#seen")])
    answer = client.post("/progress/sync/", refused, content_type="application/json").json()
    assert [each["code"] for each in answer["rejected"]] == ["bad-lesson"]


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_outlines_mark_what_changed(client, learner, changed, prefix):
    finish(learner, Lesson.objects.get(uid="made-1-2"))
    lesson_page = prefix + Lesson.objects.get(uid="made-1-2").get_absolute_url()
    for url in (prefix + changed.quest.get_absolute_url(), lesson_page):
        for _again in range(2):
            assert page_of(client, learner, url).count("data-changed-mark") == (not prefix)
    dismiss(client, changed)
    assert "data-changed-mark" not in client.get(changed.quest.get_absolute_url()).content.decode()


def test_no_outline_shows_what_another_learner_did(client, learner, other_learner, changed):
    url = changed.quest.get_absolute_url()
    assert "data-changed-mark" in page_of(client, learner, url)
    assert "data-changed-mark" not in page_of(client, other_learner, url)
    client.logout()
    assert "data-changed-mark" not in client.get(url).content.decode()


def test_a_members_home_names_what_changed(client, learner, other_learner, changed):
    home = page_of(client, learner, "/")
    assert "data-changed-lessons" in home
    assert changed.get_absolute_url() in home.split("data-changed-lessons")[1]
    assert "data-changed-lessons" not in page_of(client, other_learner, "/")
    client.force_login(learner)
    dismiss(client, changed)
    assert "data-changed-lessons" not in client.get("/").content.decode()


def test_who_finished_is_told_once_in_the_bell(client, staff, learner, other_learner, changed):
    finish(other_learner, changed, ago=-60)  # after the change
    assert redoing.tell_redo() == 1
    row = Notification.objects.get(kind="redo")
    assert row.learner == learner
    assert changed.texts.get(language="ko").title in row.text
    assert redoing.tell_redo() == 0
    bell = page_of(client, learner, reverse("notifications"))
    assert reverse("notification", args=[row.pk]) in bell
    assert client.get(reverse("notification", args=[row.pk]))["Location"] == row.url
    change(client, staff, changed, "clarification", ko__body="Another.")
    assert redoing.tell_redo() == 0
    change(client, staff, changed, "redo", ko__body="Yet another.")
    assert redoing.tell_redo() == 1


def test_nobody_is_told_of_a_text_they_do_not_read(learner, changed):
    learner.language = "en"
    learner.save()
    assert redoing.tell_redo() == 1
    assert not Notification.objects.filter(kind="redo").exists()


def test_who_finished_under_a_merged_name_is_told(client, staff, learner, lesson):
    merged = Lesson.objects.exclude(pk=lesson.pk).get()
    Lesson.objects.filter(pk=merged.pk).update(status="retired", merged_into=lesson)
    memory.clear()
    finish(learner, merged)
    change(client, staff, lesson, "redo", ko__body=LONG)
    redoing.tell_redo()
    assert Notification.objects.get(kind="redo").learner == learner


def test_no_mail_goes_out_for_what_is_seen_or_done_again(learner, changed):
    redoing.tell_redo()
    rows = list(Notification.objects.filter(kind="redo").select_related("learner"))
    assert next(iter(redoing.recheck(rows).values())) is not None
    see_changes(learner=learner, lesson=changed)
    learner.session_versions.clear()
    assert list(redoing.recheck(rows).values()) == [None]


def test_telling_many_costs_the_same_as_telling_few(client, staff, lesson):
    for number in range(9):
        finish(make_person(f"person-{number}"), lesson, ago=number)
    change(client, staff, lesson, "redo", ko__body=LONG)
    everybody = queries_of_telling()
    assert Notification.objects.filter(kind="redo").count() == 9
    Lesson.objects.update(redo_told_at=None)
    Completion.objects.filter(learner__handle__gt="person-2").delete()
    assert queries_of_telling() == everybody


def queries_of_telling() -> int:
    """How many queries it takes to tell of the one lesson."""
    catalogue()
    with CaptureQueriesContext(connection) as queries:
        assert redoing.tell_redo() == 1
    return len(queries)


def test_the_page_shows_changed_paragraphs_with_one_around(client, learner, changed):
    page = page_of(client, learner, f"{changed.get_absolute_url()}changes/")
    assert "<p>문단 <del>5이에요</del><ins>다섯이에요</ins>.</p>" in page
    assert "문단 4이에요" in page
    assert "문단 6이에요" in page
    assert "문단 3이에요" not in page
    assert "문단 7이에요" not in page
    assert page.count("changes__gap") == 2
    assert reverse("progress-seen", args=[changed.uid]) in page


def test_after_it_was_put_away_the_page_still_shows_it(client, learner, changed):
    client.force_login(learner)
    dismiss(client, changed)
    page = client.get(f"{changed.get_absolute_url()}changes/").content.decode()
    assert "<ins>다섯이에요</ins>" in page
    assert reverse("progress-seen", args=[changed.uid]) not in page


def test_old_words_that_render_no_more_are_shown_as_they_were_written(client, learner, changed):
    LessonText.history.filter(lesson=changed, language="ko", body=LONG).update(
        body=LONG + "\n\n$\\frac{$"
    )
    page = page_of(client, learner, f"{changed.get_absolute_url()}changes/")
    assert "diff--changed" in page
    assert "문단 1이에요" not in page


def test_maths_tables_and_lists_stay_whole():
    maths, table = "<p>A <math><mi>{}</mi></math>.</p>", "<table><tr><td>{}</td></tr></table>"
    before = maths.format("x") + table.format(1) + "<ul><li>a</li></ul>"
    after = maths.format("y") + table.format(2) + "<ul><li>a</li><li>b</li></ul>"
    blocks = compare_html(before, after)
    assert [block.kind for block in blocks] == ["removed", "added", "changed", "removed", "added"]
    assert blocks[2].html == "<table><tr><td><del>1</del><ins>2</ins></td></tr></table>"


def test_a_heading_alone_keeps_its_neighbours():
    html = "".join(f"<p>{n}</p>" for n in range(5))
    blocks = compare_html(html, html.replace("<p>2</p>", '<p>2</p><h2 id="new">New</h2>'))
    kinds = [block.kind for block in blocks]
    assert kinds == ["gap", "same", "added", "same", "gap"]
    assert "id=" not in blocks[2].html


def test_finishing_again_ends_it_as_well(client, learner, changed):
    Completion.objects.update(last_at=timezone.now() - timedelta(days=1), done=False, live=[])
    complete(learner=learner, lesson=changed)
    assert TOLD not in page_of(client, learner, changed.get_absolute_url())
