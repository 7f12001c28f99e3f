"""`try` shows an author what a lesson does, and writes nothing of it."""

from pathlib import Path

import pytest

from tests.tools.quests import Quest
from tools.lessons import __main__ as command_line


def tried(quest: Quest, capsys: pytest.CaptureFixture[str], lesson: Path) -> tuple[int, str]:
    """The exit status and what was printed; asserts that no file changed."""
    before = {path: path.read_bytes() for path in quest.root.parent.rglob("*.*") if path.is_file()}
    status = command_line.main(["try", str(lesson)])
    after = {path: path.read_bytes() for path in quest.root.parent.rglob("*.*") if path.is_file()}
    assert before == after
    return status, capsys.readouterr().out


def test_outputs_are_shown_with_the_numbers_of_their_lines(
    quest: Quest, capsys: pytest.CaptureFixture[str]
) -> None:
    lesson = quest.lesson("01-one", "a.py x = 'one'\nprint(x)\nprint(2)\n", "!b.py 1 / 0\n")

    status, shown = tried(quest, capsys, lesson)

    assert status == 0
    assert "  1 | one\n  2 | 2\n" in shown
    assert "  1 | ZeroDivisionError: division by zero\n" in shown


def test_starter_and_answer_are_shown_as_they_should_end(
    quest: Quest, capsys: pytest.CaptureFixture[str]
) -> None:
    check = "assert x == 1, {'ko': '1이 아니에요', 'en': 'not 1'}\nprint('passed!')\n"
    lesson = quest.exercise("01-one", "x = 0\n", check, "x = 1")

    status, shown = tried(quest, capsys, lesson)

    assert status == 0
    assert "fails, as it should: a.check.py, line 1: 1이 아니에요 / not 1\n" in shown
    assert "passed!\npasses, as it should\n" in shown


@pytest.mark.parametrize("code", ["1 / 0\n", "import os; os._exit(1)\n"])
def test_problems_are_marked_and_counted(
    quest: Quest, capsys: pytest.CaptureFixture[str], code: str
) -> None:
    status, shown = tried(quest, capsys, quest.lesson("01-one", f"a.py {code}"))

    assert status == 1
    assert "PROBLEM: " in shown


def test_a_wrong_answer_is_marked(quest: Quest, capsys: pytest.CaptureFixture[str]) -> None:
    lesson = quest.exercise("01-one", "x = 0\n", "assert x == 1\n", "x = 2")

    status, shown = tried(quest, capsys, lesson)

    assert status == 1
    assert f"PROBLEM: {lesson}:6: the answer fails" in shown
