"""An author's draft is never replaced by a form that does not know it, nor dropped unsaved."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from course.authoring import previews
from course.models import Lesson, LessonDraft, LessonText
from tests.course.authoring.conftest import form_of
from tests.course.authoring.folders import picture


def address(lesson, name="admin:course_lesson_change"):
    return reverse(name, args=[lesson.pk])


def autosave(client, lesson, body, draft=""):
    sent = form_of(lesson, en__body=body, draft=draft)
    return client.post(address(lesson, "admin:lesson-autosave"), sent)


def kept():
    return LessonDraft.objects.get().fields["en-body"]


def test_a_form_that_was_not_opened_with_the_draft_does_not_replace_it(client, author, lesson):
    first = autosave(client, lesson, "The long text.")
    refused = autosave(client, lesson, "Short.")
    assert refused.status_code == 409
    assert refused.json()["other"] == first.json()["saved_at"]
    assert kept() == "The long text."


def test_the_form_that_kept_the_draft_goes_on_keeping_it(client, author, lesson):
    stamp = autosave(client, lesson, "One.").json()["saved_at"]
    again = autosave(client, lesson, "One, two.", stamp)
    assert again.status_code == 200
    assert kept() == "One, two."
    assert autosave(client, lesson, "Old tab.", stamp).status_code == 409
    assert autosave(client, lesson, "Three.", again.json()["saved_at"]).status_code == 200


def test_an_opened_draft_can_be_kept_on(client, author, lesson):
    autosave(client, lesson, "Half a sent")
    page = client.get(f"{address(lesson)}?draft")
    stamp = LessonDraft.objects.get().stamp
    assert f'name="draft" value="{stamp}"' in page.content.decode()
    assert autosave(client, lesson, "Half a sentence", stamp).status_code == 200


def test_of_two_tabs_that_keep_at_once_one_is_told(lesson, author, monkeypatch):
    stored = previews.keep_draft(
        lesson=lesson, author=author, version=1, fields={"en-body": "first"}, seen=""
    )
    seen = stored.stamp
    previews.keep_draft(lesson=lesson, author=author, version=1, fields={}, seen=seen)
    with pytest.raises(previews.OtherDraft):
        previews.keep_draft(
            lesson=lesson, author=author, version=1, fields={"en-body": "lost"}, seen=seen
        )


def test_saving_another_text_leaves_the_draft(client, author, lesson):
    autosave(client, lesson, "A draft of another tab.")
    client.post(address(lesson), form_of(lesson, en__body="Saved here."))
    assert LessonText.objects.get(lesson=lesson, language="en").body == "Saved here."
    assert kept() == "A draft of another tab."


def test_a_conflict_does_not_replace_the_draft_of_another_tab(client, author, lesson):
    autosave(client, lesson, "A draft of another tab.")
    mine = form_of(lesson, en__body="Mine.")
    Lesson.objects.filter(pk=lesson.pk).update(version=lesson.version + 1)
    refused = client.post(address(lesson), mine)
    assert refused.status_code == 409
    assert "Mine." in refused.content.decode()
    assert kept() == "A draft of another tab."


def press(client, lesson, name, **sent):
    return client.post(address(lesson, f"admin:lesson-{name}"), sent)


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("state", {"action": "retire"}),
        ("state", {"action": "schedule", "publish_at": "x"}),
        ("make-link", {}),
        ("images", {"alt": ""}),
    ],
)
def test_the_pages_other_buttons_lead_back_to_the_draft(client, author, lesson, name, sent):
    assert press(client, lesson, name, **sent).url == address(lesson)
    autosave(client, lesson, "Half a sent")
    assert press(client, lesson, name, **sent).url == f"{address(lesson)}?draft"


def test_reading_a_notebook_or_an_old_revision_leaves_the_draft(client, author, lesson):
    autosave(client, lesson, "Half a sent")
    book = b'{"cells": [{"cell_type": "markdown", "source": "From a notebook"}], "nbformat": 4, '
    book += b'"nbformat_minor": 5, "metadata": {}}'
    sent = {"language": "en", "file": SimpleUploadedFile("a.ipynb", book)}
    press(client, lesson, "notebook", **sent)
    assert LessonText.objects.get(lesson=lesson, language="en").body.strip() == "From a notebook"
    assert kept() == "Half a sent"


def test_the_forms_script_gets_a_picture_as_markdown_or_what_is_wrong_with_it(
    client, author, lesson
):
    def upload(alt):
        file = SimpleUploadedFile("plot.png", picture(60, 40), "image/png")
        url = address(lesson, "admin:lesson-images")
        return client.post(url, {"file": file, "alt": alt}, headers={"X-Requested-With": "fetch"})

    assert upload("A plot").json()["markdown"] == "![A plot](images/plot.png)"
    refused = upload("")
    assert refused.status_code == 422
    assert refused.json()["problem"]
