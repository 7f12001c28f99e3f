"""What the server tells the lesson's editor."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from course.admin.skeletons import LABELS, skeletons
from course.content.questions import KINDS, faults
from course.content.yamls import load
from course.models import Lesson, Term
from tests.course.authoring.conftest import form_of
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


def test_a_marker_that_names_nothing_of_the_form_is_told_while_writing(client, author, lesson):
    sent = {"language": "ko", "field": "body", "source": "하나\n\n[[sample:new]]\n\n[[question:q]]"}
    url = address(lesson, "live-preview")
    answer = client.post(url, sent | {"samples": "part-1-1 other", "questions": "q"}).json()
    assert answer["lines"] == [3]
    assert "[[sample:new]]" in answer["problems"][0]
    assert answer["html"]
    answer = client.post(url, sent | {"samples": "new", "questions": "q p"}).json()
    assert answer["problems"] == []
    answer = client.post(url, sent | {"field": "exercise", "samples": "new"}).json()
    assert answer["lines"] == [3, 5]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_question_to_begin_with_is_valid(language):
    found = skeletons(language)
    assert {each["kind"] for each in found} == set(KINDS) == set(LABELS)
    for each in found:
        rows, _node = load(each["yaml"].replace("NAME", "lesson-1"))
        assert list(faults(rows, is_source=True)) == []
        assert each["yaml"].count("\n# ") + each["yaml"].startswith("# ") == 2


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


def change_form(client, lesson, **changes):
    sent = {**form_of(lesson, **changes), "change": ""}
    return client.post(reverse("admin:course_lesson_change", args=[lesson.pk]), sent)


def test_a_change_of_address_minutes_or_tags_asks_for_no_kind_of_change(client, author, lesson):
    before = lesson.texts.get(language="ko").revision
    answer = change_form(client, lesson, slug="other", minutes=7, tags="new, made")
    assert answer.status_code == 302
    lesson.refresh_from_db()
    assert (lesson.slug, lesson.minutes) == ("other", 7)
    assert lesson.texts.get(language="ko").revision == before


@pytest.mark.parametrize(
    "changes",
    [{"ko__body": "Other words."}, {"samples__0__source": "print(9)"}, {"en__title": "X"}],
)
def test_other_words_on_a_published_lesson_need_a_kind_of_change(client, author, lesson, changes):
    assert change_form(client, lesson, **changes).status_code == 422
    lesson.refresh_from_db()
    assert lesson.version == 1


@pytest.mark.parametrize(
    ("titles", "slug"),
    [
        (("녹차", "Green tea!"), "green-tea"),
        (("JAX와 친구들", ""), "jax"),
        (("녹차", "  _ "), None),
        (("가" * 60, "a" * 120), "a" * 64),
    ],
)
def test_a_new_lesson_gets_its_address_from_its_title(client, author, lesson, titles, slug):
    url = reverse("admin:quest-add-lesson", args=[lesson.quest_id])
    sent = {"slug": "", "title_ko": titles[0], "title_en": titles[1], "chapter": lesson.chapter_id}
    answer = client.post(url, sent)
    assert answer.status_code == (302 if slug else 422)
    assert Lesson.objects.filter(slug=slug).exists() is bool(slug)


QUESTIONS = """- id: one
  kind: number
  prompt: x
  answer: 1
  why: y
- id: two
  kind: number
  prompt: x
  answer: word
  why: y
"""


@pytest.mark.parametrize(
    ("field", "source", "lines"),
    [
        ("questions", QUESTIONS, [9]),
        ("questions", QUESTIONS.replace("id: two", "id: one").replace("word", "1"), [6]),
        ("questions", "- id: one\n  kind: [", [2]),
        ("questions", "- id: one\n  id: two\n", [2]),
        ("hints", "- a\n- *x\n", [2]),
        ("questions", "text", [None]),
    ],
)
def test_problems_of_a_list_name_their_line(client, author, lesson, field, source, lines):
    url = reverse("admin:lesson-live-preview", args=[lesson.pk])
    sent = {"language": "ko", "field": field, "source": source}
    answer = client.post(url, sent).json()
    assert answer["problems"]
    assert answer["lines"] == lines
