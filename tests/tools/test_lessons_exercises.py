"""Exercises: the model answer must pass its check, the starter must fail it."""

from pathlib import Path

import pytest

from tests.tools.quests import Quest, exercise_keys
from tools.lessons.answers import answer_code, distinct_codes
from tools.lessons.frontmatter import LessonError
from tools.lessons.lessons import find_lessons

STARTER = "def double(x):\n    ...\n"
CHECK = """\
def check():
    assert double(2) == 4, {"ko": "2의 두 배는 4예요", "en": "twice 2 is 4"}
check()
"""
ANSWER = "def double(x):\n    return 2 * x"


def test_an_answer_that_passes_and_a_starter_that_fails_are_fine(quest: Quest) -> None:
    quest.exercise("01-one", STARTER, CHECK, ANSWER)

    assert quest.run() == 0
    assert quest.check(everything=True) == 0


def test_a_wrong_answer_is_named_with_the_message_of_the_assert(quest: Quest) -> None:
    lesson = quest.exercise("01-one", STARTER, CHECK, "def double(x):\n    return 3 * x")

    assert quest.run() == 1
    assert quest.said[0] == (
        f"{lesson}:6: the answer fails: a.check.py, line 2: 2의 두 배는 4예요 / twice 2 is 4"
    )


def test_a_wrong_answer_is_found_by_check_too(quest: Quest) -> None:
    quest.exercise("01-one", STARTER, CHECK, "def double(x):\n    return 3 * x")

    assert quest.check() == 1


def test_an_assert_without_words_is_quoted(quest: Quest) -> None:
    quest.exercise("01-one", STARTER, "assert double(2) == 4\n", "def double(x):\n    return 5")

    assert quest.run() == 1
    assert "a.check.py, line 1 `assert double(2) == 4`: AssertionError" in quest.said[0]


def test_an_answer_that_raises_is_named_with_its_line(quest: Quest) -> None:
    quest.exercise("01-one", STARTER, CHECK, "x = 1\nx.nothing\n" + ANSWER)

    assert quest.run() == 1
    assert "the answer fails: its line 2 `x.nothing` raises AttributeError" in quest.said[0]


def test_a_starter_that_passes_is_a_problem(quest: Quest) -> None:
    quest.exercise("01-one", ANSWER, CHECK, ANSWER)

    assert quest.run() == 1
    assert "a.starter.py:1: the starter already passes the check" in quest.said[0]


def test_a_starter_may_fail_by_raising(quest: Quest) -> None:
    quest.exercise("01-one", "double = ___\n", CHECK, ANSWER)

    assert quest.run() == 0


def test_a_starter_that_fails_for_want_of_a_library_is_a_problem(quest: Quest) -> None:
    quest.exercise("01-one", "import no_such_library\n", CHECK, ANSWER)

    assert quest.run() == 1
    assert "the starter can't run at all" in quest.said[0]


def test_an_exercise_knows_nothing_of_the_samples(quest: Quest) -> None:
    quest.exercise("01-one", STARTER, CHECK, "double = twice", "a.py twice = lambda x: 2 * x\n")

    assert quest.run() == 1
    assert "NameError: name 'twice'" in quest.said[-2]


def test_a_check_may_look_at_the_figures_of_the_answer(quest: Quest) -> None:
    answer = "import sys, types\nplt = types.ModuleType('matplotlib.pyplot')\n"
    answer += "plt.get_fignums = lambda: [1]\nsys.modules['matplotlib.pyplot'] = plt"
    quest.exercise("01-one", "plt = None\n", "assert plt.get_fignums() == [1]\n", answer)

    assert quest.run() == 0


def test_the_answer_of_a_translation_is_tried_when_its_code_differs(quest: Quest) -> None:
    lesson = quest.exercise("01-one", STARTER, CHECK, ANSWER)
    english = lesson.with_name("01-one.en.md")
    words = english.read_text().replace("    return 2 * x", '    """Twice."""\n  return x')
    english.write_text(words.replace("  return x", "      return x"))

    assert quest.run() == 1
    assert f"{english}:6: the answer fails" in quest.said[0]


def test_languages_whose_answers_differ_in_words_alone_are_tried_once() -> None:
    korean = "x = 1  # 하나\nprint('하나', f'{x} 개')\n"
    english = "x = 1  # one\nprint('one', f'{x} things')\n"

    assert distinct_codes([korean, english]) == [0]
    assert distinct_codes([korean, "x = 2\n", "", "x = 2\n"]) == [0, 1]
    assert distinct_codes(["x = (", "x = ("]) == [0]


def test_only_python_blocks_are_the_answer() -> None:
    markdown = """\
1. First:

   ```python
   x = 1
   ```

```text
not = this
```

~~~python title="b"
if x:
    y = 2
~~~
"""
    assert answer_code(markdown) == "x = 1\n\nif x:\n    y = 2\n"
    assert answer_code("No code.") == ""


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ("starter: samples/a.starter.py\n", ":3: `starter` and `check` come together"),
        ("check: samples/a.check.py\n", ":3: `starter` and `check` come together"),
        (exercise_keys(ANSWER).replace("a.check", "b"), ":5: samples/b.py does not exist"),
        (exercise_keys(ANSWER).replace("python", "text"), ":6: `check` needs an `answer`"),
    ],
)
def test_a_malformed_exercise_is_named_with_its_line(
    quest: Quest, extra: str, message: str
) -> None:
    quest.sample("a.starter.py", STARTER)
    quest.sample("a.check.py", CHECK)
    lesson = quest.lesson("01-one", extra=extra)

    with pytest.raises(LessonError) as error:
        find_lessons(quest.root)
    assert str(error.value).startswith(f"{lesson}{message}")


def test_a_lesson_can_be_named_by_the_file_of_any_language(quest: Quest) -> None:
    lesson = quest.lesson("01-one", "a.py print(1)\n")

    assert [each.path for each in find_lessons(lesson.with_name("01-one.en.md"))] == [lesson]
    with pytest.raises(LessonError, match="does not exist"):
        find_lessons(_english_alone(lesson))


def _english_alone(lesson: Path) -> Path:
    lesson.unlink()
    return lesson.with_name("01-one.en.md")
