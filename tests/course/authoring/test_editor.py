"""What the server tells the lesson's editor."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from course.admin.skeletons import LABELS, skeletons
from course.content.questions import KINDS, faults
from course.content.yamls import load
from course.models import Term
from tests.course.authoring.folders import picture


def address(lesson, name):
    return reverse(f"admin:lesson-{name}", args=[lesson.pk])


def preview(client, lesson, source):
    sent = {"language": "ko", "field": "body", "source": source}
    return client.post(address(lesson, "live-preview"), sent).json()


def test_problems_and_warnings_come_with_their_lines(client, author, lesson):
    answer = preview(client, lesson, "하나\n\n![](images/none.png)")
    assert 3 in answer["lines"]
    assert len(answer["lines"]) == len(answer["problems"])
    answer = preview(client, lesson, "하나\n\n::: note\n글")
    assert answer["problems"] == []
    assert [each["line"] for each in answer["warnings"]] == [3]
    assert answer["html"]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_question_to_begin_with_is_valid(language):
    found = skeletons(language)
    assert {each["kind"] for each in found} == set(KINDS) - {"output"} == set(LABELS)
    for each in found:
        rows, _node = load(each["yaml"].replace("NAME", "lesson-1"))
        assert list(faults(rows, is_source=True)) == []


def test_a_question_to_begin_with_is_in_the_language_of_the_text():
    assert "무엇을" in skeletons("ko")[0]["yaml"]
    assert "What" in skeletons("en")[0]["yaml"]


def test_a_pasted_picture_is_described_later_and_a_chosen_one_at_once(client, author, lesson):
    for later, status in (("1", 200), ("", 422)):
        file = SimpleUploadedFile("curve.png", picture())
        sent = {"file": file, "alt": "", "later": later}
        answer = client.post(address(lesson, "images"), sent, headers={"X-Requested-With": "fetch"})
        assert answer.status_code == status
    assert re.fullmatch(r"!\[\]\(images/.+\)", lesson.quest.images.get().markdown)


def test_the_form_offers_terms_and_pictures_and_says_how_to_write(client, author, lesson):
    Term.objects.create(quest=lesson.quest, key="tracer", texts={})
    page = client.get(reverse("admin:course_lesson_change", args=[lesson.pk])).text
    assert 'value="[[term:tracer]]"' in page
    assert "studio__help" in page
