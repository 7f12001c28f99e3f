"""Mistakes in questions, figures, terms and exercises are told with their file and line."""

import pytest

from course.folders.importer import import_quest, read_and_check
from course.folders.problems import ImportRefused
from course.models import Quest
from tests.course.full_folder import (
    ENGLISH_BODY,
    KOREAN_BODY,
    english_meta,
    english_questions,
    korean_meta,
    korean_questions,
    put,
    write_full_quest,
)

pytestmark = pytest.mark.django_db
KO, EN = "01-start/02-down.ko.md", "01-start/02-down.en.md"


def mistakes(folder) -> list[str]:
    """The mistakes of a folder, of which nothing is written."""
    with pytest.raises(ImportRefused) as refused:
        import_quest(folder=folder)
    assert not Quest.objects.exists()
    return [str(problem) for problem in refused.value.problems if problem.severity == "error"]


def line_of(folder, file: str, words: str, after: str = "") -> int:
    """The line of a file on which words stand first, after other words."""
    text = (folder / file).read_text()
    return text.count("\n", 0, text.index(words, text.index(after))) + 1


def with_question(name: str, **change) -> dict:
    """The source's front matter with one question changed (None: the key is left out)."""
    rows = korean_questions()
    for row in rows:
        if row["id"] == name:
            row.update(change)
            for key in [key for key, value in change.items() if value is None]:
                del row[key]
    return korean_meta(questions=rows)


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("one", {"id": "One"}, "'id' must be 2 to 40 lower-case letters"),
        ("one", {"id": "half"}, "the id 'half' is used twice"),
        ("one", {"kind": "essay"}, "'kind' must be one of choice, multiple"),
        ("one", {"prompt": None}, "'prompt' must be text"),
        ("one", {"why": None}, "'why' must be text"),
        ("one", {"why": "  "}, "'why' must be text"),
        ("one", {"hint": 3}, "'hint' must be text"),
        ("one", {"answer": "c"}, "'answer' has 'c', but the choices are a, b"),
        ("one", {"answer": None}, "missing key 'answer'"),
        ("one", {"answer": ["a"]}, "'answer' has '['a']'"),
        ("one", {"choices": ["a"]}, "'choices' must be a list of 2 to 8"),
        ("one", {"choices": "ab"}, "'choices' must be a list"),
        ("one", {"choices": ["a", True]}, "'choices' must be text: put it in quotes"),
        ("one", {"tolerance": 1}, "'tolerance' does not belong to a question of the kind"),
        ("one", {"extra": 1}, "unknown key 'extra'"),
        ("several", {"answer": "a"}, "'answer' must be a list of letters"),
        ("several", {"answer": []}, "'answer' must be a list of letters"),
        ("several", {"answer": ["a", "a"]}, "'answer' has a letter twice"),
        ("several", {"answer": ["a", "d"]}, "'answer' has 'd', but the choices are a, b, c"),
        ("half", {"answer": "soon"}, "'answer' must be a number"),
        ("half", {"answer": True}, "'answer' must be a number"),
        ("half", {"tolerance": -1}, "'tolerance' must be a number, not below 0"),
        ("half", {"choices": ["a", "b"]}, "'choices' does not belong to a question of the kind"),
        ("weak", {"answer": True}, "'answer' must be text of at most 200 characters: put it in"),
        ("weak", {"accept": "x"}, "'accept' must be a list"),
        ("lines", {"answer": "a"}, "'answer' does not belong to a question of the kind 'order'"),
        ("lines", {"choices": ["x"]}, "'choices' must be a list of 2 to 10"),
        ("prints", {"sample": "grad-9"}, "unknown sample 'grad-9'"),
        ("prints", {"sample": None}, "'sample' must be the name of a sample"),
        ("prints", {"lines": "2-3"}, "sample 'grad-1' printed 2 lines"),
        ("prints", {"lines": "2-1"}, "'lines' must be like 2 or 1-2"),
        ("prints", {"lines": "all"}, "'lines' must be like 2 or 1-2"),
        ("prints", {"sample": "grad-2", "lines": None}, "sample 'grad-2' printed 0 lines"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_question(tmp_path, name, change, message):
    folder = write_full_quest(tmp_path / "q", korean=with_question(name, **change))
    found = [each for each in mistakes(folder) if message in each]
    assert len(found) == 1, mistakes(folder)
    file, line, _rest = found[0].split(":", 2)
    assert file == KO
    shown = change.get("id") or name
    assert int(line) >= line_of(folder, KO, f"id: {shown}", "questions:")


def test_the_line_is_that_of_the_key(tmp_path):
    folder = write_full_quest(tmp_path / "q", korean=with_question("half", answer="soon"))
    line = line_of(folder, KO, "answer: soon")
    assert mistakes(folder) == [f"{KO}:{line}: 'questions': 'answer' must be a number"]


def english_with(name: str, **change) -> dict:
    """The translation with one question changed."""
    rows = [row | change if row["id"] == name else row for row in english_questions()]
    return english_meta(questions=rows)


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("one", {"id": "other"}, "the source language has no question 'other'"),
        ("one", {"choices": ["a", "b", "c"]}, "must have 2 choices, as the source language has"),
        ("one", {"kind": "choice"}, "'kind' belongs into the file of the source language only"),
        ("one", {"answer": "b"}, "'answer' belongs into the file of the source language only"),
        ("half", {"accept": ["x"]}, "'accept' does not belong to a question of the kind 'number'"),
    ],
)
def test_a_mistake_in_a_translation_of_a_question(tmp_path, name, change, message):
    folder = write_full_quest(tmp_path / "q", english=english_with(name, **change))
    found = mistakes(folder)
    assert any(each.startswith(f"{EN}:") and message in each for each in found), found


def test_a_question_that_is_not_translated_is_a_warning(tmp_path):
    meta = english_meta(questions=english_questions()[:-1])
    folder = write_full_quest(tmp_path / "q", english=meta)
    line = line_of(folder, EN, "questions:")
    [warning] = map(str, read_and_check(folder).warnings)
    assert warning == f"{EN}:{line}: warning: question 'prints' is not translated"


def test_markdown_in_a_question_is_checked_on_its_line(tmp_path):
    why = "one\n\nbad $\\nope$"
    folder = write_full_quest(tmp_path / "q", korean=with_question("half", why=why))
    line = line_of(folder, KO, "bad $")
    [found] = mistakes(folder)
    assert found.startswith(f"{KO}:{line}: ")


@pytest.mark.parametrize(
    ("marker", "message"),
    [
        ("[[sample:grad-9]]", "the lesson has no sample 'grad-9'"),
        ("[[question:nine]]", "the lesson has no question 'nine'"),
        ("[[question:one]]", "is placed twice"),
        ("- [[question:half]]", "has to stand on a line of its own"),
        ("a [[term:nothing]] b", "The glossary has no “nothing”"),
        ("a [[out:grad-1:3]] b", "No captured output matches “[[out:grad-1:3]]”"),
        ("a [[out:grad-1:1:9]] b", "No captured output matches"),
        ("a [[out:grad-9:1]] b", "No captured output matches"),
    ],
)
def test_a_marker_to_nowhere(tmp_path, marker, message):
    folder = write_full_quest(tmp_path / "q", korean_body=f"{KOREAN_BODY}\n\n{marker}")
    [found] = mistakes(folder)
    assert found.startswith(f"{KO}:{line_of(folder, KO, marker, '그래요')}: ") or message in found
    assert message in found


def test_a_marker_outside_of_the_text(tmp_path):
    folder = write_full_quest(tmp_path / "q", korean=korean_meta(exercise="a\n\n[[sample:grad-2]]"))
    [found] = mistakes(folder)
    assert "can stand in the lesson's text only" in found


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"check": ""}, "'starter' needs a 'check'"),
        ({"starter": ""}, "'check' needs a 'starter'"),
        ({"check": "samples/grad.starter.py"}, "'check' is the same file as 'starter'"),
        ({"check": "samples/none.py"}, "there is no file '01-start/samples/none.py'"),
        ({"check": "../x.py"}, "'check' must be a name like samples/grad.starter.py"),
        ({"hints": [3]}, "'hints' has a text that must be text"),
        ({"hints": "one"}, "'hints' must be a list of at most 12 texts"),
        ({"needs": ["nothing-here"]}, "'needs': there is no lesson 'nothing-here'"),
        ({"needs": ["full-lesson-1"]}, "'needs': 'full-lesson-1' needs this lesson itself"),
        ({"needs": ["full-lesson-0", "full-lesson-0"]}, "'needs' names a lesson twice"),
        ({"needs": "full-lesson-0"}, "'needs' must be a list of uids"),
        ({"questions": {}}, "'questions' must be a list of questions"),
    ],
)
def test_a_mistake_in_the_front_matter(tmp_path, change, message):
    folder = write_full_quest(tmp_path / "q", korean=korean_meta(**change))
    found = mistakes(folder)
    assert any(each.startswith(f"{KO}:") and message in each for each in found), found


def test_hints_and_starter_need_an_exercise(tmp_path):
    folder = write_full_quest(
        tmp_path / "q", korean=korean_meta(exercise=""), english=english_meta(exercise="")
    )
    found = "\n".join(mistakes(folder))
    assert "'starter' needs an 'exercise'" in found
    assert f"{EN}:{line_of(folder, EN, 'hints:')}: 'hints' need an 'exercise'" in found


def test_lessons_can_not_need_each_other(tmp_path):
    folder = write_full_quest(tmp_path / "q")
    text = (folder / "01-start/01-before.ko.md").read_text()
    put(
        folder,
        "01-start/01-before.ko.md",
        text.replace("---\n", "---\nneeds: [full-lesson-1]\n", 1),
    )
    found = mistakes(folder)
    assert any("01-before.ko.md:2: 'needs': 'full-lesson-1' needs this lesson" in e for e in found)


@pytest.mark.parametrize(("figures", "count"), [(None, 0), (["a", "b"], 2)])
def test_each_figure_has_an_alternative_text_in_each_language(tmp_path, figures, count):
    meta = english_meta()
    meta["samples"][0].pop("figures")
    if figures:
        meta["samples"][0]["figures"] = figures
    folder = write_full_quest(tmp_path / "q", english=meta)
    [found] = mistakes(folder)
    assert f"sample 'samples/grad-1.py' has 1 figures and {count} alternative texts" in found
    assert found.startswith(f"{EN}:")


def test_a_figure_that_is_missing_or_no_picture(tmp_path):
    folder = write_full_quest(tmp_path / "q")
    (folder / "01-start/samples/grad-1.fig-1.png").unlink()
    assert any(
        "there is no file '01-start/samples/grad-1.fig-1.png'" in e for e in mistakes(folder)
    )
    put(folder, "01-start/samples/grad-1.fig-1.png", "no picture")
    assert any(each.startswith("01-start/samples/grad-1.fig-1.png") for each in mistakes(folder))


@pytest.mark.parametrize(
    ("glossary", "start"),
    [
        ({"ko": {"loss": {"term": "손실"}}}, "glossary.ko.yaml:2: 'loss': 'line' must be text"),
        ({"ko": {"Loss": {"term": "손실", "line": "줄"}}}, "glossary.ko.yaml:2: 'Loss': a key has"),
        ({"ko": {"loss": "손실"}}, "glossary.ko.yaml:1: 'loss': must have 'term' and 'line'"),
        (
            {"ko": {"loss": {"term": "손실", "line": "줄", "lesson": "nothing"}}},
            "glossary.ko.yaml:2: 'loss': there is no lesson 'nothing'",
        ),
        (
            {"ko": {"loss": {"term": "손실", "line": "줄", "see": "x"}}},
            "glossary.ko.yaml:4: 'loss': unknown key 'see'",
        ),
        (
            {"ko": {"loss": {"term": "손실", "line": "줄"}}, "en": {"gain": {}}},
            "glossary.en.yaml:1: 'gain': 'term' must be text",
        ),
        ({"ko": ["loss"]}, "glossary.ko.yaml:1: must be keys with 'term' and 'line'"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_glossary(tmp_path, glossary, start):
    folder = write_full_quest(tmp_path / "q", glossary=glossary)
    found = mistakes(folder)
    assert any(each.startswith(start) for each in found), found


def test_a_link_to_what_is_taught_later_is_a_warning_unless_somebody_needs_it(tmp_path):
    folder = write_full_quest(tmp_path / "q", korean=korean_meta(needs=[]))
    text = (folder / "01-start/01-before.en.md").read_text()
    put(folder, "01-start/01-before.en.md", text.replace("text", "see [it](lesson:full-lesson-1)"))
    [warning] = map(str, read_and_check(folder).warnings)
    assert warning == (
        "01-start/01-before.en.md:5: warning: links to 'full-lesson-1', "
        "which is taught later and in nobody's 'needs'"
    )
    assert import_quest(folder=folder).warnings


def test_a_lessons_last_section_may_point_on_to_what_is_taught_later(tmp_path):
    folder = write_full_quest(tmp_path / "q", korean=korean_meta(needs=[]))
    text = (folder / "01-start/01-before.en.md").read_text()
    ending = "text\n\n## To keep\n\nNext: [it](lesson:full-lesson-1)"
    put(folder, "01-start/01-before.en.md", text.replace("text", ending))
    assert not read_and_check(folder).warnings


def test_warnings_are_told_again_when_nothing_is_rendered(tmp_path):
    body = f"{ENGLISH_BODY}\n\n[x](#nowhere)"
    folder = write_full_quest(tmp_path / "q", english_body=body)
    first = [str(each) for each in import_quest(folder=folder).warnings]
    assert len(first) == 1
    assert first[0].startswith(f"{EN}:{line_of(folder, EN, '(#nowhere)')}: warning: ")
    assert [str(each) for each in read_and_check(folder).warnings] == first


def test_a_question_keeps_its_kind(tmp_path):
    folder = write_full_quest(tmp_path / "q")
    import_quest(folder=folder)
    write_full_quest(folder, korean=with_question("half", kind="text", answer="x", tolerance=None))
    with pytest.raises(ImportRefused, match="was a 'number'; another kind of question needs a new"):
        import_quest(folder=folder)


def test_a_lesson_can_not_have_the_glossarys_address(tmp_path):
    folder = write_full_quest(tmp_path / "q")
    for language in ("ko", "en"):
        (folder / f"01-start/01-before.{language}.md").rename(
            folder / f"01-start/01-glossary.{language}.md"
        )
    assert any("a lesson can't be called 'glossary'" in each for each in mistakes(folder))
