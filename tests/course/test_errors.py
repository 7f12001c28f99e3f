"""The page of a quest's errors, and finding a lesson by a pasted error message."""

from hashlib import sha256

import pytest
from django.contrib.auth.models import AnonymousUser

from course.models import CodeSample, Lesson, Quest
from course.search import finding, messages
from course.search.messages import pasted
from pagecache.changes import memory
from tests.course.folders import write_lesson, write_quest
from tests.remembered import import_once

pytestmark = pytest.mark.django_db

SHAPES = (
    "TypeError: dot_general requires contracting dimensions to have the same shape, "
    "got (3,) and (2,)."
)
TRACER = """jax.errors.TracerBoolConversionError: Attempted boolean conversion of traced array.
The error occurred while tracing the function to_pay at errors-1.py:6 for jit."""
BODIES = {
    1: "## 모양\n\n[[sample:s1]]\n\n두 괄호의 **숫자**가 같아야 해요.\n\n또 다른 문단이에요.",
    2: "추적하는 동안에는 값이 없어요.\n\n[[sample:s2]]\n\n## 기억할 것\n\n- 끝",
    3: "이번에도 모양이에요.\n\n[[sample:s3]]\n\n다시 한번 볼까요?",
    4: "아무 오류도 없어요.",
}
OUTPUTS = {1: SHAPES, 2: f"(3,)\n{TRACER}", 3: SHAPES}


def write_sample(folder, name: str, output: str) -> dict:
    """A failing sample with its capture; returns its front matter."""
    code = f"raise_{name}()\n"
    samples = folder / "01-start/samples"
    samples.mkdir(parents=True, exist_ok=True)
    (samples / f"{name}.py").write_text(code)
    indented = "\n".join(f"  {line}" for line in output.split("\n"))
    (samples / f"{name}.capture.yaml").write_text(
        f"source_sha256: {sha256(code.encode()).hexdigest()}\nran_on: 2026-11-01\n"
        f"python: 3.12.1\nversions: {{}}\noutcome: error\noutput: |\n{indented}\n"
    )
    return {"file": f"samples/{name}.py", "title": f"코드 {name}", "fails": True}


@pytest.fixture
def library(tmp_path) -> Quest:
    """Three lessons that raise two different errors, and one that raises none."""
    folder = write_quest(tmp_path / "lib", uid="lib", lessons=0)
    for number, body in BODIES.items():
        more = {}
        if number in OUTPUTS:
            more = {"samples": [write_sample(folder, f"s{number}", OUTPUTS[number])]}
        write_lesson(folder, uid="lib", number=number, title=f"글 {number}", body=body,
                     english=False, **more)  # fmt: skip
    import_once(folder)
    return Quest.objects.get(uid="lib")


def found(query: str, language: str = "ko") -> list[str]:
    """The samples whose message a search finds, the most alike first."""
    results = finding.find(query=query, language=language, viewer=AnonymousUser())
    return [hit.failure.sample for hit in results.errors]


@pytest.mark.parametrize(
    "query",
    [
        SHAPES,
        SHAPES.replace("(3,)", "(5, 4)").replace("(2,)", "(64,)"),
        "got (5,) and (7,) contracting dimensions same shape",
        f'Traceback (most recent call last):\n  File "a.py", line 3, in <m>\n    f()\n{SHAPES}',
        f'Traceback (most recent call last):   File "a.py", line 3, in <m>     f(3){SHAPES}',
    ],
)
def test_a_pasted_message_finds_the_lessons_that_show_it(library, query):
    assert found(query) == ["s1", "s3"]
    assert found(query, "en") == ["s1", "s3"]


ONE_LINE = "The error occurred while tracing the function to_pay"


@pytest.mark.parametrize(
    "query", ["TracerBoolConversionError", TRACER, TRACER.replace("to_pay", "f"), ONE_LINE]
)
def test_a_name_or_one_line_is_enough(library, query):
    assert found(query) == ["s2"]


@pytest.mark.parametrize(
    "query", ["배열", "shape", "KeyError: 'w'", "그 모양은 어떤 모양이에요", ""]
)
def test_other_queries_find_no_error(library, query):
    assert found(query) == []


def test_the_name_that_ends_a_traceback_is_what_is_looked_for():
    chained = f"KeyError: 'a'\n\nDuring handling of the above exception:\n\n{SHAPES}"
    assert pasted(chained) == SHAPES
    assert pasted("no error at all") == "no error at all"


def test_a_draft_shows_nobody_its_errors(library, client):
    Lesson.objects.filter(uid="lib-lesson-2").update(status="draft")
    assert found("TracerBoolConversionError") == []
    assert "TracerBool" not in client.get("/errors/lib/").text


def test_messages_are_read_once_and_again_after_a_change(library, django_assert_num_queries):
    found("글 없는 말")
    messages.like(SHAPES)
    with django_assert_num_queries(0):
        assert messages.like(SHAPES)
    CodeSample.objects.filter(file="samples/s1.py").update(output="ZeroDivisionError: by zero")
    memory.forget({"site"})
    with django_assert_num_queries(1):
        assert [each.sample for each in messages.like("ZeroDivisionError")] == ["s1"]


def test_the_results_lead_to_the_place_in_the_lesson_and_to_what_it_means(library, client):
    page = client.get("/search/", {"q": SHAPES}).text
    assert 'href="/quests/lib/lesson-1/#sample-s1"' in page
    assert 'href="/errors/lib/#s1"' in page


def test_each_message_stands_once_with_its_meaning_and_all_its_places(library, client):
    page = client.get("/errors/lib/").text
    assert page.count("dot_general requires") == 1
    assert "두 괄호의 <strong>숫자</strong>가 같아야 해요." in page
    assert "또 다른 문단" not in page
    assert "다시 한번 볼까요?" not in page
    for number in OUTPUTS:
        assert f'href="/quests/lib/lesson-{number}/#sample-s{number}"' in page
        assert page.count(f' id="s{number}"') == 1  # where a search result leads to


def test_before_a_heading_the_sentence_above_the_code_explains(library, client):
    page = client.get("/errors/lib/").text
    assert "추적하는 동안에는 값이 없어요." in page
    assert "기억할 것" not in page


def test_the_lead_of_the_output_is_no_part_of_the_message(library):
    assert [each.line for each in messages.like(TRACER)] == [TRACER.split("\n")[0]]


def test_the_quest_links_to_its_errors_and_a_search_for_errors_finds_them(library, client):
    assert 'href="/errors/lib/"' in client.get("/quests/lib/").text
    for query in ("오류", "자주 만나는 오류", "에러 메시지"):
        assert 'href="/errors/lib/"' in client.get("/search/", {"q": query}).text
    assert 'href="/en/errors/lib/"' in client.get("/en/search/", {"q": "common errors"}).text
    assert "Common errors" in client.get("/en/errors/lib/").text


def test_a_quest_without_errors_has_no_such_page_and_no_link(library, client):
    CodeSample.objects.all().delete()
    assert client.get("/errors/lib/").status_code == 404
    assert client.get("/errors/nowhere/").status_code == 404
    assert "/errors/lib/" not in client.get("/quests/lib/").text


def test_a_merged_lesson_alone_makes_no_such_page_and_no_link(library, client):
    plain = Lesson.objects.get(slug="lesson-4")
    Lesson.objects.filter(samples__isnull=False).update(merged_into=plain)
    memory.forget({"site"})
    assert client.get("/errors/lib/").status_code == 404
    assert "/errors/lib/" not in client.get("/quests/lib/").text


def test_the_page_costs_three_queries_however_many_errors(
    library, client, django_assert_num_queries
):
    client.get("/errors/lib/")
    for count in (0, 20):
        lesson = Lesson.objects.get(uid="lib-lesson-4")
        for n in range(count):
            CodeSample.objects.create(
                lesson=lesson,
                file=f"samples/x{n}.py",
                output=f"ValueError: number {n}",
                outcome="error",
            )
        memory.forget({"site", f"quest:{library.pk}"})
        with django_assert_num_queries(3):
            assert client.get("/errors/lib/").status_code == 200
