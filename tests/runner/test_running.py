"""What the site gets back of ordinary programs."""

import base64

import pytest

pytestmark = pytest.mark.once

PYPLOT = """
import io, sys, types
from PIL import Image
class Figure:
    def __init__(self, size): self.size = size
    def savefig(self, file, format, metadata):
        if not self.size: raise ValueError("bad maths")
        Image.effect_noise((self.size, self.size), 80).save(file, format)
figures = {}
pyplot = types.ModuleType("matplotlib.pyplot")
pyplot.get_fignums = lambda: sorted(figures)
pyplot.figure = figures.get
pyplot.close = lambda which: figures.clear()
sys.modules["matplotlib.pyplot"] = pyplot
"""


def test_output_and_errors_come_in_the_order_in_which_they_were_written(daemon):
    code = "import sys\nprint('one')\nprint('two', file=sys.stderr)\nprint('세')"
    result = daemon.run(code)
    assert (result["ended"], result["output"]) == ("ok", "one\ntwo\n세\n")
    assert result["seconds"] > 0
    assert result["memory"] > 1_000_000


def test_an_error_shows_the_learners_own_lines_alone(daemon):
    result = daemon.run("def f(x):\n    return 1 / x\n\nf(0)")
    assert (result["ended"], result["line"]) == ("error", 2)
    assert result["error"] == "ZeroDivisionError: division by zero"
    assert result["output"].startswith(
        'Traceback (most recent call last):\n  File "code.py", line 4'
    )
    assert "/runner" not in result["output"]


def test_what_is_printed_without_a_lines_end_is_shown(daemon):
    assert daemon.run("print('a', end='')")["output"] == "a"
    assert daemon.run("print('a', end=''); 1 / 0")["output"].startswith("aTraceback")
    assert daemon.run("import sys; sys.stdout = None")["ended"] == "ok"


def test_an_error_within_a_library_has_the_line_that_called_it(daemon):
    result = daemon.run("import json\n\njson.loads('?')")
    assert result["line"] == 3
    assert "json/decoder.py" not in result["output"]
    assert result["output"].count("  File ") == 1


def test_errors_that_led_to_it_stay_where_the_learners_lines_are_in_them(daemon):
    own = daemon.run("try:\n    1 / 0\nexcept Exception as e:\n    raise ValueError('b') from e")
    assert own["output"].count("Traceback") == 2
    # int() raises within the library's own handler.
    foreign = daemon.run("import ipaddress\nipaddress.IPv4Address('1.2.3.x')")
    assert foreign["output"].count("Traceback") == 1


def test_notes_on_an_error_are_shown_without_those_on_hidden_lines(daemon):
    code = """
e = ValueError("n")
e.add_note("mine")
e.add_note("-" * 20)
e.add_note("For simplicity, JAX has removed its internal frames from the traceback")
raise e
"""
    assert daemon.run(code)["output"].endswith("ValueError: n\nmine\n")


def test_a_syntax_error_has_its_line(daemon):
    result = daemon.run("x = 1\nif x\n    pass")
    assert (result["ended"], result["line"]) == ("error", 2)


def test_leaving_early_is_no_error(daemon):
    result = daemon.run("print('so far')\nexit()\nprint('never')")
    assert (result["ended"], result["output"]) == ("ok", "so far\n")


def test_leaving_with_a_message_is_one(daemon):
    assert daemon.run("raise SystemExit('no data')")["error"] == "SystemExit: no data"


def test_asking_for_input_fails_at_once(daemon):
    assert daemon.run("input()")["error"].startswith("EOFError")


def test_samples_before_the_code_run_silently_in_its_namespace(daemon):
    before = ["print('unheard')\nx = 40", "1 / 0", "raise SystemExit", "x += 2"]
    assert daemon.run("print(x)", before=before)["output"] == "42\n"


def test_hashes_are_the_same_as_in_the_captured_outputs(daemon):
    outputs = {daemon.run("print({'a', 'b', 'c', 'd'})")["output"] for _ in range(3)}
    assert len(outputs) == 1


def test_a_program_finds_libraries_and_not_the_worker(daemon):
    assert daemon.run("import jobs")["ended"] == "error"


def test_nothing_stays_for_the_next_program(daemon):
    # Python itself is mounted at its own place, which is below /tmp for some.
    listing = "import os\nprint(sorted(os.listdir('/tmp')))"
    first = daemon.run(listing)["output"]
    assert ".matplotlib" in first
    daemon.run("x = 1\nopen('/tmp/kept', 'w').close()")
    assert daemon.run(listing)["output"] == first
    assert daemon.run("x")["error"] == "NameError: name 'x' is not defined"


def test_a_solved_exercise_counts_its_asserts(daemon):
    check = "for x in (1, 2, 3):\n    assert f(x) == 2 * x, {'ko': '두 배'}\nassert f(0) == 0"
    result = daemon.run("def f(x):\n    return x + x", kind="check", check=check)
    assert (result["ended"], result["solved"], result["passed"]) == ("ok", True, 4)
    assert (result["failed"], result["output"]) == (None, "")


def test_the_first_assert_that_fails_says_so_in_each_language(daemon):
    check = """
assert f(1) == 1
assert f(2) == 4, {"ko": "제곱이 아니에요.", "en": "Not squared."}
1 / 0
"""
    result = daemon.run("def f(x):\n    return x", kind="check", check=check)
    assert result["failed"] == {"ko": "제곱이 아니에요.", "en": "Not squared."}
    assert (result["ended"], result["solved"], result["passed"]) == ("error", False, 1)


def test_a_check_that_fails_otherwise_says_how(daemon):
    result = daemon.run("x = 1", kind="check", check="assert y == 1")
    assert result["failed"] == {"": "NameError: name 'y' is not defined"}
    assert (result["ended"], result["line"], result["solved"]) == ("error", None, False)


def test_an_error_in_the_learners_function_has_its_line_when_the_check_calls_it(daemon):
    result = daemon.run("def f():\n    return 1 / 0", kind="check", check="assert f() == 1")
    assert (result["line"], result["solved"]) == (2, False)


def test_code_that_fails_is_not_checked(daemon):
    result = daemon.run("1 / 0", kind="check", check="assert True")
    assert (result["ended"], result["passed"], result["solved"]) == ("error", 0, False)


def test_leaving_before_the_check_ends_solves_nothing(daemon):
    code = "def f():\n    raise SystemExit"
    result = daemon.run(code, kind="check", check="f()\nassert False")
    assert result["solved"] is False


@pytest.fixture
def drawn(daemon):
    """Run code that leaves figures of these sizes open."""

    def drawn(*sizes: int) -> dict:
        numbered = dict(enumerate(sizes, 1))
        return daemon.run(
            f"{PYPLOT}\nfigures.update({{n: Figure(s) for n, s in {numbered}.items()}})"
        )

    return drawn


def test_figures_left_open_come_as_png(drawn):
    figures = drawn(10, 20)["figures"]
    assert [base64.b64decode(each)[:4] for each in figures] == [b"\x89PNG"] * 2


def test_figures_too_many_too_large_or_broken_are_counted(drawn):
    result = drawn(10, 1000, 0, 10, 10, 10)
    assert (len(result["figures"]), result["figures_dropped"]) == (2, 4)


def test_figures_of_the_samples_before_are_not_shown(daemon):
    before = [f"{PYPLOT}\nfigures[1] = Figure(10)"]
    assert daemon.run("pass", before=before)["figures"] == []
