"""The studio's form has everything of the lesson format, and saving loses nothing."""

import pytest
from django.test import Client

from course.authoring.history import restore
from course.authoring.revising import ChangeNote
from course.folders.writing import export_quest
from course.models import Lesson, LessonText, Quest, RightAnswer
from tests.course.authoring.conftest import form_of
from tests.course.full_folder import UID, write_full_quest
from tests.remembered import import_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    folder = write_full_quest(tmp_path / "full")
    import_once(folder)
    return folder


@pytest.fixture
def lesson(folder) -> Lesson:
    return Lesson.objects.get(uid=UID)


@pytest.fixture
def studio(client, staff) -> Client:
    client.force_login(staff)
    return client


def address(lesson) -> str:
    return f"/admin/course/lesson/{lesson.pk}/change/"


def save(studio, lesson, **change):
    return studio.post(address(lesson), form_of(lesson, **change))


def errors(response) -> str:
    assert response.status_code == 422
    forms = response.context["forms"]
    parts = [forms.shared, *forms.words, *forms.samples.forms]
    return "\n".join(str(part.errors) for part in parts)


def files_of(folder) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*")) if path.is_file()}  # fmt: skip


def test_saving_what_is_there_changes_no_file(studio, lesson, folder, tmp_path):
    assert save(studio, lesson).status_code == 302
    export_quest(quest=Quest.objects.get(), folder=tmp_path / "out")
    assert files_of(tmp_path / "out") == files_of(folder)
    assert set(LessonText.objects.values_list("revision", flat=True)) == {1}


def test_another_answer_is_published_and_the_old_one_stays(studio, lesson):
    questions = form_of(lesson)["ko-questions"]
    assert "answer: b" in questions
    changed = questions.replace("answer: b", "answer: a")
    assert save(studio, lesson, ko__questions=changed).status_code == 302
    values = RightAnswer.objects.filter(question__name="one").values_list("value", flat=True)
    assert sorted(values) == ["a", "b"]


@pytest.mark.parametrize(
    ("field", "text", "message"),
    [
        ("ko__questions", "- [", "Line"),
        ("ko__questions", "id: one", "each entry begins with a dash"),
        ("ko__questions", "- {id: one, kind: essay}", "must be one of choice"),
        ("en__questions", "- {id: other, prompt: p, why: w}", "has no question"),
        ("ko__hints", "- 3", "must be text"),
        ("ko__exercise", "", "Hints need an exercise"),
        ("needs", "nothing-here", "There is no lesson"),
        ("needs", UID, "itself requires this lesson"),
        ("check_code", "", "come together"),
        ("check_file", "x.py", "Enter a name like samples/grad.starter.py"),
        ("slug", "glossary", "The site itself uses this address"),
        ("ko__body", "[[sample:grad-9]]", "This lesson has nothing called"),
        ("ko__exercise", "[[sample:grad-1]]", "can stand in the lesson&#x27;s text only"),
        ("samples__0__file", "samples/other.py", "unknown sample"),
    ],
)
def test_a_mistake_is_told_beside_its_field(studio, lesson, field, text, message):
    response = studio.post(f"/en{address(lesson)}", form_of(lesson, **{field: text}))
    assert message in errors(response)
    assert lesson.texts.first().revision == 1


def test_an_old_revision_comes_back_with_its_questions(studio, lesson, staff):
    text = lesson.texts.get(language="ko")
    first = text.history.last()
    assert save(studio, lesson, ko__questions="", en__questions="", ko__body="a", en__body="b",
                ko__hints="", starter="", starter_file="", check_code="", check_file="",
                needs="").status_code == 302  # fmt: skip
    assert not lesson.questions.filter(retired=False).exists()
    text = LessonText.objects.get(pk=text.pk)
    restore(
        text=text, history_id=first.history_id, author=staff,
        change_note=ChangeNote("clarification"), with_beside=True,
    )  # fmt: skip
    lesson.refresh_from_db()
    text.refresh_from_db()
    assert lesson.questions.filter(retired=False).count() == 6
    assert (lesson.starter, lesson.needs) == ("x = 0\n", ["full-lesson-0"])
    assert text.hints == ["첫 힌트", "둘째 **힌트**"]
    assert lesson.questions.get(name="half").shared == {"answer": 0.5, "tolerance": 0.01}


def test_the_history_shows_questions(studio, lesson):
    questions = form_of(lesson)["ko-questions"].replace("얼마인가요", "얼마일까요")
    save(studio, lesson, ko__questions=questions)
    page = studio.get(f"/admin/course/lesson/{lesson.pk}/past/ko/").text
    assert "얼마일까요" in page


@pytest.mark.parametrize(
    ("field", "source", "html", "problem"),
    [
        ("hints", "- one **two**", "<strong>two</strong>", ""),
        ("hints", "- [", "", "Line"),
        ("hints", "one", "", "each entry begins with a dash"),
        ("questions", "- {id: half, kind: number, answer: 1, prompt: 'How `much`?', why: w}",
         "<code>much</code>", ""),
        ("questions", "- {id: half, kind: number, answer: x, prompt: p, why: w}", "",
         "half: 'answer' must be a number"),
        ("questions", "- {id: half, kind: number, answer: 1, prompt: '$\\nope$', why: w}", "",
         "half:prompt: "),
    ],
)  # fmt: skip
def test_a_list_is_shown_as_it_is_typed(studio, lesson, field, source, html, problem):
    data = {"language": "ko", "field": field, "source": source}
    answer = studio.post(f"/en/admin/course/lesson/{lesson.pk}/preview/", data).json()
    assert html in answer["html"]
    assert bool(answer["problems"]) is bool(problem)
    assert problem in " ".join(answer["problems"])
