"""References to outputs in a lesson's text match its captures."""

import pytest

from tests.tools.quests import Quest
from tools.lessons.lessons import read_lesson
from tools.lessons.references import reference_problems

SAMPLE = "a.py print('loss', 0.5)\nprint(3, 4e-2)\n"
QUIET = "b.py x = 1\n"


def problems(quest: Quest, *, extra: str = "", body: str = "Body.") -> list[str]:
    """What is wrong with a lesson, each without the path of its file."""
    lesson = quest.lesson("01-one", SAMPLE, QUIET, extra=extra, body=body)
    lesson.with_name("01-one.en.md").write_text("---\nuid: 01-one\n---\n")
    quest.run()
    return [each.removeprefix(str(lesson)) for each in reference_problems(read_lesson(lesson))]


@pytest.mark.parametrize("marker", ["[[out:a:1]]", "[[out:a:2:2]]", "`x` is [[out:a:1:1]]!"])
def test_an_output_that_is_there_may_be_named(quest: Quest, marker: str) -> None:
    assert problems(quest, body=marker) == []


@pytest.mark.parametrize(
    ("marker", "reason"),
    [
        ("[[out:a:3]]", "the output has 2 lines"),
        ("[[out:a:0]]", "the output has 2 lines"),
        ("[[out:b:1]]", "the output has 0 lines"),
        ("[[out:c:1]]", "there is no captured sample 'c'"),
        ("[[out:a:1:2]]", "the line `loss 0.5` has 1 numbers"),
        ("[[out:a]]", "must be [[out:SAMPLE:LINE]] or [[out:SAMPLE:LINE:NUMBER]]"),
    ],
)
def test_an_output_that_is_not_there_is_named_with_its_line(
    quest: Quest, marker: str, reason: str
) -> None:
    assert problems(quest, body=f"One.\n\nTwo {marker}.") == [f":12: {marker}: {reason}"]


def test_a_marker_in_the_front_matter_has_its_line_too(quest: Quest) -> None:
    found = problems(quest, extra="hints:\n- Look.\n- 'At [[out:a:9]].'\n")

    assert found == [":10: [[out:a:9]]: the output has 2 lines"]


def test_a_translation_is_read_too(quest: Quest) -> None:
    lesson = quest.lesson("01-one", SAMPLE)
    quest.run()
    english = lesson.with_name("01-one.en.md")
    english.write_text("---\nuid: 01-one\n---\n[[out:a:7]]\n")

    assert list(reference_problems(read_lesson(lesson))) == [
        f"{english}:4: [[out:a:7]]: the output has 2 lines"
    ]


def question(sample: str, lines: str = "") -> str:
    return f"questions:\n- id: q1\n  kind: output\n  sample: {sample}\n{lines}"


@pytest.mark.parametrize("lines", ["", "  lines: 2\n", "  lines: 1-2\n", "  lines: '1'\n"])
def test_a_question_may_ask_for_lines_that_are_there(quest: Quest, lines: str) -> None:
    assert problems(quest, extra=question("a", lines)) == []


@pytest.mark.parametrize(
    ("sample", "lines", "reason"),
    [
        ("c", "", "there is no captured sample 'c'"),
        ("b", "", "the sample 'b' prints nothing"),
        ("a", "  lines: 2-3\n", "`lines` is 2-3, but the output has 2 lines"),
        ("a", "  lines: 2-1\n", "`lines` is 2-1, but the output has 2 lines"),
        ("a", "  lines: all\n", "`lines` must be like 2 or 1-2, not all"),
    ],
)
def test_a_question_about_other_lines_is_named_with_its_line(
    quest: Quest, sample: str, lines: str, reason: str
) -> None:
    assert problems(quest, extra=question(sample, lines)) == [f":9: question q1: {reason}"]


def test_references_are_checked_though_the_code_is_unchanged(quest: Quest) -> None:
    quest.lesson("01-one", SAMPLE)
    quest.run()
    quest.lesson("01-one", SAMPLE, body="[[out:a:5]]")

    assert quest.check() == 2  # one in each language
    assert quest.executed == []
