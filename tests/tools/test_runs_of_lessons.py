"""What differs between a run of a learner and a capture."""

import hashlib
from datetime import date
from pathlib import Path

import pytest

from tools.lessons.captures import Capture, capture_path, write_capture
from tools.lessons.lessons import Sample
from tools.runs_of_lessons import problems_of

RESULT = {"ended": "ok", "output": "1\n", "cut": False, "error": None, "figures": [],
          "figures_dropped": 0, "seconds": 1.0}  # fmt: skip
ERROR = "Wrong: the value of f at code.py:1\nSee the manual\n\nMore"
FAILED = {
    "ended": "error",
    "error": ERROR,
    "output": f'so far\nTraceback (most recent call last):\n  File "code.py"\na.b.{ERROR}\n',
}


@pytest.fixture
def sample(tmp_path):
    """`sample(output, fails)`: a captured sample."""

    def make(output: str, *, fails: bool = False) -> Sample:
        path = Path(tmp_path / "f-1.py")
        path.write_text("f()")
        digest = hashlib.sha256(b"f()").hexdigest()
        outcome = "error" if fails else "ok"
        write_capture(
            capture_path(path), Capture(digest, date(2026, 11, 1), "3.13", {}, outcome, output)
        )
        return Sample(path, fails=fails)

    return make


def test_the_same_output_is_no_problem(sample):
    assert list(problems_of(sample("1\n"), RESULT)) == []


def test_each_difference_is_told(sample):
    found = {**RESULT, "output": "2\n", "seconds": 61.0, "figures": ["x"], "cut": True}
    problems = list(problems_of(sample("1.5\n"), found))
    assert problems == [
        "took 61 s, more than learners' runs may",
        "the output is cut",
        "1 figures (0 dropped), not 0",
        "line 1: expected '1.5', got '2'",
    ]


def test_an_error_is_compared_without_traceback_and_file_names(sample):
    output = "so far\na.b.WrongError: the value of f at f-1.py:1\nSee the manual\n"
    found = RESULT | FAILED | {"error": ERROR.replace("Wrong", "WrongError")}
    assert list(problems_of(sample(output, fails=True), found)) == []
    assert "ended error, not ok" in next(iter(problems_of(sample("1\n"), RESULT | FAILED)))


def test_a_name_without_error_in_it_and_a_warning_are_no_difference(sample):
    warned = "before-1.py:3: UserWarning: out of support\n  value = f(x)\n"
    error = "InconclusiveOperation: cannot divide"
    found = {**RESULT, **FAILED, "output": f"{warned}so far\n", "error": error}
    output = "so far\njax.errors.InconclusiveOperation: cannot divide\n"
    assert list(problems_of(sample(output, fails=True), found)) == []
