"""Code that runs in the reader's browser, by Pyodide itself."""

import pytest
from django.conf import settings as site
from playwright.sync_api import expect

from course.models import CheckedTry, Completion, Runs, SavedCode
from course.pages import browser_runs
from gamification.models import XPEntry
from runner.limits import Limits
from runner.models import Run
from tests.browser.waiting import until
from tests.course.runs import make_runnable
from tests.factories import make_levels

pytestmark = pytest.mark.django_db(transaction=True)
LESSON = "/en/quests/jax/jax-000/"
PHONE = {"width": 360, "height": 740}
SOLUTION = "def f(x):\n    return x * x\n"


@pytest.fixture(scope="module", autouse=True)
def pyodide():
    """Skip without Pyodide."""
    if not site.PYODIDE_INSTALLED:
        pytest.skip("Pyodide is not installed (make pyodide)")


@pytest.fixture
def lesson(transactional_db):
    """A lesson of a quest that runs in the browser; this site has no runner."""
    make_levels(0, 10)
    lesson = make_runnable()
    lesson.quest.runs = Runs.BROWSER
    lesson.quest.save()
    return lesson


@pytest.fixture
def open_lesson(open_as, lesson):
    """`open_lesson(person)`: the lesson on a phone."""

    def make(person=None, **options):
        page = open_as(person, viewport=PHONE, **options)
        page.goto(LESSON)
        return page

    return make


def sample(page):
    return page.locator("#sample-two")


def said(box, text: str):
    box.locator(".run__said", has_text=text).wait_for(timeout=90_000)


def press(box, name: str) -> None:
    box.get_by_role("button", name=name, exact=True).click()


def writing(box):
    box.locator("[data-code-box]").scroll_into_view_if_needed()
    area = box.get_by_label("Your code")
    area.wait_for()
    return area


def output(box) -> str:
    return box.locator(".run .sample__output").inner_text()


def test_python_runs_without_an_account_and_stops_at_its_limits(open_lesson):
    page = open_lesson()
    box = sample(page)
    press(box, "Run")
    said(box, "Done in")
    assert output(box) == "42\n"
    press(box, "Edit")
    area = writing(box)
    for code, ending, shown in (
        ("a = 1\nb = a / 0\n", "Error in line 2: ZeroDivisionError", "Traceback"),
        ("while True: print('x' * 4000)", "Stopped: it printed too much.", "xxx"),
        ("b", "Error in line 1: NameError", "Traceback"),  # nothing stays for the next program
    ):
        area.fill(code)
        press(box, "Run")
        said(box, ending)
        assert shown in output(box)
    # The limit of time ends a program in the same way.
    area.fill("print('<b>', flush=True)\nwhile True: pass")
    press(box, "Run")
    said(box, "Running")
    press(box, "Stop")
    said(box, "You stopped it.")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.problems == []
    assert not Run.objects.exists()


def test_the_limit_of_time_ends_a_program_and_the_next_one_runs(open_lesson, monkeypatch):
    monkeypatch.setattr(browser_runs, "Limits", lambda: Limits(wall_seconds=1))
    page = open_lesson()
    box = sample(page)
    press(box, "Edit")
    area = writing(box)
    area.fill("print('begun', flush=True)\nwhile True: pass")
    press(box, "Run")
    said(box, "Stopped")
    assert output(box) == "begun\n"
    area.fill("print('next')")
    press(box, "Run")
    said(box, "Done in")
    assert output(box) == "next\n"


FORBIDDEN = """
import js
for name in ("fetch", "caches", "indexedDB", "XMLHttpRequest", "postMessage", "navigator"):
    assert not getattr(js, name, None), name
from pyodide.code import run_js
try:
    run_js("1 + 1")
except Exception as error:
    print("refused")
"""


def test_a_program_reaches_neither_the_site_nor_what_the_browser_keeps(open_lesson):
    page = open_lesson()
    box = sample(page)
    press(box, "Edit")
    writing(box).fill(FORBIDDEN)
    press(box, "Run")
    said(box, "Done in")
    assert output(box) == "refused\n"


def test_a_passed_check_is_the_logs_own_step_and_gives_xp_once(open_lesson, learner):
    page = open_lesson(learner)
    box = page.locator("#exercise")
    area = writing(box)
    press(box, "Check")
    said(box, "Not yet: Not squared.")
    area.fill(SOLUTION)
    press(box, "Check")
    page.locator("[data-moments]", has_text="Level 1").wait_for(timeout=90_000)
    box.get_by_role("button", name="Undo: exercise not done").wait_for()
    press(box, "Check")
    said(box, "Passed: everything that was checked is right.")
    assert Completion.objects.get(learner=learner).part == "exercise"
    assert list(XPEntry.objects.values_list("reason", "points")) == [("exercise", 15)]
    assert not CheckedTry.objects.exists()
    page.reload()
    expect(writing(page.locator("#exercise"))).to_have_value(SOLUTION)
    assert SavedCode.objects.get(learner=learner).body == SOLUTION


def test_after_the_first_run_python_needs_no_network(open_lesson):
    page = open_lesson()
    box = sample(page)
    press(box, "Run")
    said(box, "Done in")
    until(
        page,
        "async () => (await (await caches.open((await caches.keys()).find((name) =>"
        " name.startsWith('python-')))).keys()).length === 6",
    )
    page.evaluate("navigator.serviceWorker.ready")
    page.reload()
    page.context.set_offline(True)
    press(sample(page), "Run")
    said(sample(page), "Done in")
    assert output(sample(page)) == "42\n"
