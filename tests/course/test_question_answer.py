"""Answering a question by its form, without an account or JavaScript."""

import pytest
from django.test import Client

from course.content.judging import token
from course.folders.importer import import_quest
from course.models import Question, RightAnswer
from tests.course.full_folder import korean_meta, korean_questions, write_full_quest
from tests.remembered import import_once

pytestmark = pytest.mark.django_db
PAGE = "/en/quests/full/down/questions/{}/"


@pytest.fixture
def folder(tmp_path):
    folder = write_full_quest(tmp_path / "full")
    import_once(folder)
    return folder


def answer(name, given, status=200) -> str:
    response = Client(enforce_csrf_checks=True).post(PAGE.format(name), {"answer": given})
    assert response.status_code == status
    assert "no-store" in response["Cache-Control"] or "no-cache" in response["Cache-Control"]
    return response.text


LINES = ["import jax", "x = 1", "print(x)"]


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("one", "b", "a"),
        ("several", ["c", "a"], ["a"]),
        ("half", "0,495", "0.6"),
        ("weak", "약한 타입", "strong"),
        ("lines", [token("lines", line) for line in LINES],
         [token("lines", line) for line in LINES[::-1]]),
        ("prints", "step 1 loss 33.5\nstep 2 loss 0.02", "33"),
    ],
)  # fmt: skip
def test_the_verdict_comes_with_the_reason(folder, name, right, wrong):
    for given, verdict in ((right, "Right!"), (wrong, "Not yet")):
        page = answer(name, given)
        assert f"<h1>{verdict}</h1>" in page
        assert "Why" in page
        assert "Nothing was stored." in page
        assert f"/en/quests/full/down/#q-{name}" in page


@pytest.mark.parametrize(
    ("name", "given"), [("half", "soon"), ("half", ""), ("one", ["a", "b"]), ("weak", "x" * 6_000)]
)
def test_what_is_no_answer_is_400(folder, name, given):
    answer(name, given, status=400)


def test_a_question_that_is_not_there_is_404(folder):
    answer("nothing", "a", status=404)
    Question.objects.filter(name="one").update(retired=True)
    answer("one", "b", status=404)


def test_a_draft_answers_nobody(folder):
    write_full_quest(folder, korean=korean_meta(status="draft"))
    import_quest(folder=folder)
    answer("one", "b", status=404)


def test_only_a_post_answers(folder):
    assert Client().get(PAGE.format("one")).status_code == 405


def test_an_answer_that_was_right_once_stays_right(folder):
    questions = korean_questions()
    questions[0]["answer"] = "a"
    write_full_quest(folder, korean=korean_meta(questions=questions))
    import_quest(folder=folder)
    assert "Right!" in answer("one", "b")
    assert "Right!" in answer("one", "a")


def test_answering_stores_nothing(folder):
    before = RightAnswer.objects.count()
    answer("one", "a")
    assert RightAnswer.objects.count() == before
