"""A lesson whose code runs, a runner that is there, and results without a daemon."""

import base64
import struct

from course.content.extras import fill_extras
from course.models import CodeSample, Lesson
from runner import queue
from runner.models import Machine, Run
from tests.factories import make_quest

RESULT = {
    "ended": "ok", "output": "", "cut": False, "error": None, "line": None, "passed": None,
    "failed": None, "solved": False, "figures": [], "figures_dropped": 0, "seconds": 0.25,
    "memory": 1,
}  # fmt: skip
PASSED = {"solved": True, "passed": 2}
FAILED = {"ended": "error", "passed": 1, "failed": {"ko": "제곱이 아니에요.", "en": "Not squared."}}
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", 640, 480) + b"rest"
CHECK = "assert f(3) == 9, {'ko': '제곱이 아니에요.', 'en': 'Not squared.'}\n"
STARTER = "def f(x):\n    return x\n"


def make_runnable(quest: str = "jax") -> Lesson:
    """A lesson with three samples, one of them no Python, and an exercise with a check."""
    _quest, (lesson,) = make_quest(quest, lessons=1)
    sources = {"one.py": ("python", "x = 40"), "list.sh": ("bash", "ls"),
               "two.py": ("python", "print(x + 2)")}  # fmt: skip
    for position, (file, (language, source)) in enumerate(sources.items()):
        CodeSample.objects.create(
            lesson=lesson, position=position, file=f"samples/{file}", language=language,
            source=source, titles={"ko": f"{file} 코드", "en": f"{file} code"},
        )  # fmt: skip
    lesson.starter_file, lesson.starter = "samples/one.starter.py", STARTER
    lesson.check_file, lesson.check_code = "samples/one.check.py", CHECK
    lesson.save()
    texts = list(lesson.texts.all())
    fill_extras(lesson, texts)
    for text in texts:
        text.save()
    return lesson


def serve(settings) -> None:
    """A runner that is configured and was met just now."""
    settings.RUNNER_URLS = ["unix:/run/cwk-runner/runner.sock"]
    Machine.objects.create(url=settings.RUNNER_URLS[0], slots=2)


def finish(run: Run, figures=(), **result) -> Run:
    """Claim the run and give it a result, as a worker does."""
    claimed = queue.claim(20)
    assert claimed == run
    pictures = [base64.b64encode(each).decode() for each in figures]
    assert queue.finish(claimed, {**RESULT, **result, "figures": pictures})
    return claimed


def submit_check(person, lesson: Lesson, code: str = "x") -> Run:
    """A check of the exercise in the queue."""
    files = {"code": code, "check": CHECK}
    return queue.submit(person, f"{lesson.uid}#exercise", "check", files)
