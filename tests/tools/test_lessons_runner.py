"""The runner of lesson samples, on a tiny quest of pure Python in a temporary folder."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools.quests import Quest
from tools.lessons import __main__ as command_line
from tools.lessons.captures import (
    CaptureError,
    read_capture,
    source_hash,
    stale_reason,
    tidy_output,
    write_capture,
)
from tools.lessons.compare import differences, same_line
from tools.lessons.execute import execute_lesson
from tools.lessons.lessons import Lesson, LessonError, Sample, find_lessons
from tools.lessons.lock import locked_versions, version_problems

REPOSITORY = Path(__file__).resolve().parents[2]


def test_lessons_beyond_the_ninety_ninth_are_executed_too(quest: Quest) -> None:
    quest.lesson("100-hundred", "a.py print(1)\n")

    assert quest.run() == 0

    assert read_capture(quest.capture("a.py")) is not None


def test_a_package_that_is_called_otherwise_than_its_module_is_named(quest: Quest) -> None:
    quest.lesson("01-one", "a.py import yaml\n")

    assert quest.run() == 0

    capture = read_capture(quest.capture("a.py"))
    assert capture is not None
    assert list(capture.versions) == ["PyYAML"]


def test_samples_of_a_lesson_build_on_each_other(quest: Quest) -> None:
    quest.lesson("01-one", "a.py x = 20 + 1\n", "b.py print(x * 2)\n")

    assert quest.run() == 0

    capture = read_capture(quest.capture("b.py"))
    assert capture is not None
    assert (capture.outcome, capture.output, capture.versions) == ("ok", "42\n", {})
    assert capture.source_sha256 == source_hash(quest.chapter / "samples" / "b.py")


def test_lessons_know_nothing_of_each_other(quest: Quest) -> None:
    quest.lesson("01-one", "a.py x = 1\n")
    quest.lesson("02-two", "b.py print(x)\n")

    assert quest.run() == 1
    assert "02-two.ko.md: samples/b.py: line 1: NameError: name 'x'" in quest.said[-2]


def test_each_sample_runs_once_though_the_lesson_exists_in_two_languages(quest: Quest) -> None:
    quest.lesson("01-one", "a.py print(1)\n")

    assert [lesson.path.name for lesson in find_lessons(quest.root)] == ["01-one.ko.md"]


def test_the_quest_names_its_source_language(quest: Quest) -> None:
    quest.lesson("01-one", "a.py print(1)\n")
    quest.write("tiny/quest.ko.md", "---\nuid: tiny\nsource: en\n---\n")

    assert [lesson.path.name for lesson in find_lessons(quest.root)] == ["01-one.en.md"]


def test_lessons_come_in_order(quest: Quest) -> None:
    quest.lesson("02-two")
    quest.lesson("01-one")

    assert [lesson.path.name[:2] for lesson in find_lessons(quest.root)] == ["01", "02"]


def test_an_expected_failure_keeps_what_was_printed_and_the_error(quest: Quest) -> None:
    quest.lesson("01-one", "!a.py print('before')\n1 / 0\n", "b.py print('after')\n")

    assert quest.run() == 0

    failed, after = read_capture(quest.capture("a.py")), read_capture(quest.capture("b.py"))
    assert failed is not None
    assert after is not None
    assert failed.outcome == "error"
    assert failed.output == "before\nZeroDivisionError: division by zero\n"
    assert after.output == "after\n"


def test_a_long_error_is_cut_at_its_first_paragraph_and_loses_its_folder(quest: Quest) -> None:
    path = quest.chapter / "samples" / "a.py"
    quest.lesson("01-one", f"!a.py raise TypeError('see {path}:3\\nsecond\\n\\nthird')\n")

    quest.run()

    capture = read_capture(quest.capture("a.py"))
    assert capture is not None
    assert capture.output == "TypeError: see a.py:3\nsecond\n"


@pytest.mark.parametrize(
    ("module", "shown"),
    [
        ("yaml", "site-packages/yaml/__init__.py"),
        ("json.decoder", f"python3.{sys.version_info.minor}/json/decoder.py"),
    ],
)
def test_an_error_about_a_library_does_not_tell_where_it_is_installed(
    quest: Quest, module: str, shown: str
) -> None:
    source = f"import sys, {module}\nraise OSError('in ' + sys.modules['{module}'].__file__)\n"
    quest.lesson("01-one", f"!a.py {source}")

    quest.run()

    capture = read_capture(quest.capture("a.py"))
    assert capture is not None
    assert capture.output == f"OSError: in {shown}\n"


def test_a_failure_that_does_not_happen_is_a_problem(quest: Quest) -> None:
    quest.lesson("01-one", "!a.py print('fine')\n")

    assert quest.run() == 1
    assert "is marked `fails: true`, but ran without an error" in quest.said[0]
    assert not quest.capture("a.py").exists()


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("x = 1\n\nx.nothing\n", "line 3: AttributeError"),
        ("def f():\n    return {}['k']\n\nf()\n", "line 2: KeyError: 'k'"),
        ("x = 1\nx = (\n", "line 2:"),
        ("x = 1\nraise SystemExit(3)\n", "line 2: SystemExit: 3"),
    ],
)
def test_an_unexpected_failure_names_lesson_sample_and_line(
    quest: Quest, source: str, message: str
) -> None:
    lesson = quest.lesson("01-one", f"a.py {source}")

    assert quest.run() == 1
    assert f"{lesson}: samples/a.py: {message}" in quest.said[0]
    assert not quest.capture("a.py").exists()


def test_a_sample_can_not_use_the_network(quest: Quest) -> None:
    source = "import socket\nsocket.create_connection(('127.0.0.1', 9))\n"
    quest.lesson("01-one", f"a.py {source}")

    assert quest.run() == 1
    assert "line 2: RuntimeError: a sample must not use the network" in quest.said[0]


def test_a_lesson_that_never_ends_is_stopped(quest: Quest) -> None:
    path = quest.lesson("01-one", "a.py while True: pass\n")
    lesson = Lesson(path, (Sample(quest.chapter / "samples" / "a.py"),))

    with pytest.raises(LessonError, match=r"took longer than 0\.5 seconds"):
        execute_lesson(lesson, timeout=0.5)


def test_a_lesson_whose_process_dies_is_named(quest: Quest) -> None:
    path = quest.lesson("01-one", "a.py import os\nos._exit(7)\n")
    quest.lesson("02-two", "b.py print(1)\n")

    assert quest.run() == 1
    assert f"{path}: its process died" in quest.said[0]
    assert quest.capture("b.py").exists()


def test_an_unchanged_capture_keeps_its_date(quest: Quest) -> None:
    quest.lesson("01-one", "a.py import time\nprint(object(), time.perf_counter(), 's')\n")
    quest.run()
    path = quest.capture("a.py")
    path.write_text(path.read_text().replace("ran_on: 2", "ran_on: 1"))
    before = path.read_bytes()

    quest.run()

    assert path.read_bytes() == before


def test_a_changed_sample_gets_a_new_capture(quest: Quest) -> None:
    quest.lesson("01-one", "a.py print(1)\n")
    quest.run()
    sample = quest.sample("a.py", "print(2)\n")
    quest.run()

    capture = read_capture(quest.capture("a.py"))
    assert capture is not None
    assert capture.output == "2\n"
    assert stale_reason(sample) is None


def test_check_shows_which_line_of_which_sample_differs(quest: Quest) -> None:
    lesson = quest.lesson("01-one", "a.py print('one')\n\nprint(2)\n")
    quest.run()
    quest.sample("a.py", "print('one')\n\nprint(3)\n")

    assert quest.check() == 2
    stale, difference, _ = quest.said
    assert "capture is stale" in stale
    assert difference == (
        f"{lesson}: samples/a.py: line 3: line 2 of the output differs\n"
        "    expected  2\n    got       3"
    )


def test_check_is_silent_about_what_still_holds_and_writes_nothing(quest: Quest) -> None:
    quest.lesson("01-one", "a.py print('one')\n", "!b.py 1 / 0\n")
    quest.run()
    before = {path: path.read_bytes() for path in quest.root.parent.rglob("*.yaml")}

    assert quest.check(everything=True) == 0
    assert quest.said == ["1 lessons, 0 problems"]
    assert before == {path: path.read_bytes() for path in quest.root.parent.rglob("*.yaml")}


def test_check_reports_a_missing_capture(quest: Quest) -> None:
    quest.lesson("01-one", "a.py print('one')\n")

    assert quest.check() == 1
    assert "capture is missing" in quest.said[0]


def test_check_reports_output_that_is_gone(quest: Quest) -> None:
    quest.lesson("01-one", "a.py print('one')\nprint('two')\n")
    quest.run()
    quest.sample("a.py", "print('one')\n")

    quest.check()

    assert any("expected  two\n    got       (nothing)" in line for line in quest.said)


def test_check_reports_a_capture_made_with_another_version(quest: Quest) -> None:
    quest.lesson("01-one", "a.py print('one')\n")
    quest.run()
    path = quest.capture("a.py")
    path.write_text(path.read_text().replace("versions: {}", "versions:\n  jax: 0.0.1"))

    assert quest.check() == 1
    assert f"ran with jax 0.0.1, but the lock says {locked_versions()['jax']}" in quest.said[0]


def test_the_lock_is_found_by_any_spelling_of_a_name(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    lock.write_text("opt-einsum==3.4.0 \\\n    --hash=sha256:00\n# via jax\nJAX==0.1\n")

    assert locked_versions(lock) == {"opt-einsum": "3.4.0", "jax": "0.1"}
    assert version_problems({"opt_einsum": "3.4.0", "jax": "0.1"}, locked_versions(lock)) == []
    assert version_problems({"numpy": "2"}, {}) == ["ran with numpy 2, but the lock says nothing"]


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        ("[0.1 0.2]", "[0.1000001 0.2]"),
        ("[1.  2.5]", "[0.99999994 2.5       ]"),
        ("loss -8.7e-08", "loss 0.0"),
        ("<f at 0x7fcee16485c0>", "<f at 0x7f00>"),
        ("took 12.3 ms", "took 9.81 ms"),
        ("took 1.2 s, then 3 µs", "took 0.9 s, then 41 µs"),
        ("3.5초 걸렸어요", "3.7초 걸렸어요"),
        ("nan inf", "nan inf"),
    ],
)
def test_lines_that_say_the_same(expected: str, got: str) -> None:
    assert same_line(expected, got)


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        ("[0.1 0.2]", "[0.1 0.2003]"),
        ("shape (3, 2)", "shape (2, 3)"),
        ("count 1000000", "count 1000001"),
        ("0.5", "half"),
        ("nan", "1.0"),
        ("float32", "float64"),
        ("took 12.3 ms", "took 12.3 s apples"),
        ("a b", "ab"),
    ],
)
def test_lines_that_do_not_say_the_same(expected: str, got: str) -> None:
    assert not same_line(expected, got)


def test_differences_are_counted_from_line_one() -> None:
    found = differences("a\nb\nc\n", "a\nx\n")

    assert [(item.line, item.expected, item.got) for item in found] == [
        (2, "b", "x"),
        (3, "c", None),
    ]


def test_a_capture_survives_writing_and_reading(quest: Quest) -> None:
    source = "print('  indented first')\nprint('한글: #1')\nprint()\nprint('- [x]: |')\n"
    quest.lesson("01-one", f"a.py {source}")
    quest.run()
    path = quest.capture("a.py")
    capture = read_capture(path)
    assert capture is not None
    assert capture.output == "  indented first\n한글: #1\n\n- [x]: |\n"

    before = path.read_bytes()
    write_capture(path, capture)

    assert path.read_bytes() == before


def test_output_is_tidied_so_that_it_stays_readable() -> None:
    assert tidy_output("a  \nb\n\n") == "a\nb\n"
    assert tidy_output("") == ""


@pytest.mark.parametrize("text", ["[]", "outcome: ok", ": :", "- {"])
def test_a_broken_capture_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.capture.yaml"
    path.write_text(text)

    with pytest.raises(CaptureError, match=r"a\.capture\.yaml: not a capture file"):
        read_capture(path)


@pytest.mark.parametrize(
    ("front_matter", "message"),
    [
        ("no front matter", "has no front matter"),
        ("---\nsamples: [\n---\n", "not valid YAML"),
        ("---\n- list\n---\n", "not a mapping"),
        ("---\nsamples: [x.py]\n---\n", "a sample needs a `file`"),
        ("---\nsamples: [{file: samples/no.py}]\n---\n", "samples/no.py does not exist"),
        ("---\nsamples: [{file: a.sh, language: bash}]\n---\n", "only Python samples"),
    ],
)
def test_a_malformed_lesson_is_named(
    quest: Quest, capsys: pytest.CaptureFixture[str], front_matter: str, message: str
) -> None:
    quest.write("tiny/01-start/01-bad.ko.md", front_matter)

    assert command_line.main(["check", str(quest.root)]) == 1
    error = capsys.readouterr().err
    assert message in error
    assert "01-bad.ko.md" in error


def test_the_command_line_exits_with_one_on_a_difference(quest: Quest) -> None:
    quest.lesson("01-one", "a.py print(1)\n")
    command = [sys.executable, "-m", "tools.lessons"]

    def status(name: str) -> int:
        return subprocess.run([*command, name, str(quest.root)], cwd=REPOSITORY).returncode

    assert status("check") == 1
    assert status("run") == 0
    assert status("check") == 0
    quest.sample("a.py", "print(2)\n")
    assert status("check") == 1
