"""What did not change since it ran without a problem is not executed again."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tools.quests import Quest
from tools.lessons import __main__ as command_line
from tools.lessons import record
from tools.lessons.record import read_record, record_path

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two lessons, the first with an exercise; both were executed."""
    quest = Quest(tmp_path_factory.mktemp("executed"))
    quest.exercise("01-one", "x = 0\n", "assert x == 1\n", "x = 1", "a.py print(1)\n")
    quest.lesson("02-two", "b.py print(2)\n")
    assert quest.run() == 0
    assert quest.executed == ["01-one", "02-two"]
    return quest.root.parent


@pytest.fixture
def two(quest: Quest, executed: Path) -> Quest:
    """A copy of the two lessons with the record of them, to change."""
    shutil.copytree(executed, quest.root.parent, dirs_exist_ok=True)
    return quest


def test_unchanged_lessons_are_skipped_and_counted(two: Quest) -> None:
    assert two.run() == 0
    assert two.executed == []
    assert two.said[0] == "2 lessons are unchanged and not executed (ALL=1 does)"

    assert two.check() == 0
    assert two.executed == []


def test_all_can_be_executed_nevertheless(two: Quest) -> None:
    assert two.run(everything=True) == 0
    assert two.executed == ["01-one", "02-two"]


def change_sample(quest: Quest) -> None:
    quest.sample("a.py", "print(1 + 0)\n")


def change_starter(quest: Quest) -> None:
    quest.sample("a.starter.py", "x = 3\n")


def change_check(quest: Quest) -> None:
    quest.sample("a.check.py", "assert x in (1, 2)\n")


def change_answer(quest: Quest) -> None:
    for path in quest.chapter.glob("01-one.*.md"):
        path.write_text(path.read_text().replace("x = 1", "x = 2 - 1"))


def change_capture(quest: Quest) -> None:
    path = quest.capture("a.py")
    path.write_text(path.read_text().replace("output: |\n  1", "output: |\n  7"))


@pytest.mark.parametrize(
    "change", [change_sample, change_starter, change_check, change_answer, change_capture]
)
def test_a_lesson_of_which_anything_changed_is_executed_again(
    two: Quest, change: Callable[[Quest], None]
) -> None:
    change(two)

    assert two.run() == 0
    assert two.executed == ["01-one"]
    assert two.run() == 0
    assert two.executed == []


def test_a_changed_text_is_no_reason_to_execute_its_code(two: Quest) -> None:
    for path in two.chapter.glob("01-one.*.md"):
        path.write_text(path.read_text() + "\nMore words.\n")

    two.run()

    assert two.executed == []


def test_other_libraries_are_a_reason_for_every_lesson(
    two: Quest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record, "_tools", lambda: ["others"])

    two.run()

    assert two.executed == ["01-one", "02-two"]


def test_a_lesson_with_a_problem_is_executed_until_it_has_none(two: Quest) -> None:
    two.sample("a.check.py", "assert x == 2\n")

    assert two.run() == 1
    assert two.run() == 1
    assert two.executed == ["01-one"]


def test_check_records_nothing(two: Quest) -> None:
    change_check(two)
    before = record_path(two.root).read_bytes()

    assert two.check() == 0
    assert two.executed == ["01-one"]
    assert record_path(two.root).read_bytes() == before


def test_a_lesson_that_moved_is_not_executed_again(two: Quest) -> None:
    for path in two.chapter.glob("01-one.*.md"):
        path.write_text(path.read_text().replace("uid: 01-one", "uid: one"))
    two.run()
    for path in two.chapter.glob("01-one.*.md"):
        path.rename(path.with_name(path.name.replace("01-one", "05-later")))

    two.run()

    assert two.executed == []


def test_the_record_forgets_lessons_that_are_gone(two: Quest) -> None:
    assert list(read_record(two.root)) == ["01-one", "02-two"]
    for path in two.chapter.glob("02-two.*.md"):
        path.unlink()

    two.run()

    assert list(read_record(two.root)) == ["01-one"]


def test_a_record_of_two_who_merged_is_read_and_tidied(two: Quest) -> None:
    path = record_path(two.root)
    path.write_text(path.read_text() + "01-one: 0123\n")

    assert two.run() == 0
    assert two.executed == ["01-one"]
    assert path.read_text().count("01-one") == 1


def test_a_named_lesson_is_always_executed(two: Quest, capsys: pytest.CaptureFixture[str]) -> None:
    lesson = str(two.chapter / "02-two.en.md")

    assert command_line.main(["run", "--lesson", lesson]) == 0
    assert "02-two.ko.md: 1 samples executed" in capsys.readouterr().out


def test_changed_names_what_must_run_and_needs_no_other_environment(two: Quest) -> None:
    command = [sys.executable, "-m", "tools.lessons", "changed", str(two.root)]

    fresh = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)
    change_check(two)
    stale = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)

    assert (fresh.returncode, fresh.stdout) == (0, "")
    assert stale.returncode == 1
    assert stale.stdout == f"{two.chapter}/01-one.ko.md: changed since it was last executed\n"


def test_lessons_run_at_the_same_time(quest: Quest) -> None:
    meet = "import pathlib, time\nhere = pathlib.Path({folder!r})\n(here / {mine!r}).touch()\n"
    meet += "while not (here / {other!r}).exists(): time.sleep(0.01)\n"
    folder = str(quest.root)
    quest.lesson("01-one", "a.py " + meet.format(folder=folder, mine="one", other="two"))
    quest.lesson("02-two", "b.py " + meet.format(folder=folder, mine="two", other="one"))

    assert quest.run(jobs=2) == 0
    assert quest.executed == ["01-one", "02-two"]
