"""Running and checking code on the lesson's page, with a real daemon."""

import re
import sys
import threading

import pytest
from django.conf import settings
from playwright.sync_api import expect

from accounts.models import User
from course.models import CheckedTry, Completion, SavedCode
from runner.models import Machine, Run
from runner.mover import Mover
from tests.browser.conftest import sign_in
from tests.course.runs import make_runnable
from tests.factories import make_levels
from tests.runner.conftest import running_daemon

pytestmark = pytest.mark.django_db(transaction=True)
LESSON = "/en/quests/jax/jax-000/"
PHONE = {"width": 360, "height": 740}
SOLUTION = "def f(x):\n    return x * x\n"


@pytest.fixture(scope="module")
def daemon():
    """A daemon whose programs run on the tests' own Python."""
    with running_daemon(RUNNER_PYTHON=sys.executable) as running:
        yield running


@pytest.fixture
def lesson(transactional_db, settings, daemon):
    """A lesson whose code runs."""
    settings.RUNNER_URLS = [daemon.url]
    make_levels(0, 10)
    return make_runnable()


@pytest.fixture
def working(daemon, lesson):
    """A worker that brings runs to the daemon, in a thread of its own."""
    stopped = threading.Event()
    thread = threading.Thread(target=Mover(daemon.url, stopped).work)
    thread.start()
    yield
    stopped.set()
    thread.join(60)


@pytest.fixture
def open_lesson(open_as, learner):
    """`open_lesson(person, **options)`: the lesson in a browser of that person's own."""

    def make(person=learner, path: str = LESSON, **options):
        options.setdefault("viewport", PHONE)
        page = open_as(person, **options)
        page.goto(path)
        return page

    return make


def sample(page):
    return page.locator("#sample-two")


def exercise(page):
    return page.locator("#exercise")


def said(box):
    return box.locator(".run__said")


def press(box, name: str) -> None:
    box.get_by_role("button", name=name, exact=True).click()


def edited(box):
    """The editor of a sample, opened."""
    press(box, "Edit")
    return writing(box)


def writing(box):
    """The editor, when it is there; it comes when its box is about to be seen."""
    box.locator("[data-code-box]").scroll_into_view_if_needed()
    area = box.get_by_label(re.compile("Your code|내 코드"))
    area.wait_for()
    return area


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_sample_runs_after_those_before_it(working, open_lesson):
    page = open_lesson()
    press(sample(page), "Run")
    said(sample(page)).filter(has_text="Done in").wait_for()
    assert sample(page).locator(".run .sample__output").inner_text() == "42\n"
    assert sample(page).locator("[data-editor]").is_hidden()
    assert fits(page)
    assert page.problems == []


def test_code_is_edited_run_and_reset(working, open_lesson):
    page = open_lesson()
    area = edited(sample(page))
    assert area.input_value() == "print(x + 2)"
    area.fill("for n in range(2):")
    area.press("End")
    area.press("Enter")
    area.press_sequentially("print(n)")
    assert area.input_value() == "for n in range(2):\n    print(n)"
    area.press("Control+Enter")
    said(sample(page)).filter(has_text="Done in").wait_for()
    assert sample(page).locator(".run .sample__output").inner_text() == "0\n1\n"
    press(sample(page), "Reset")
    assert area.input_value() == "print(x + 2)"
    press(sample(page), "Take the reset back")
    assert area.input_value() == "for n in range(2):\n    print(n)"
    assert fits(page)


def test_an_error_marks_its_line_until_something_is_written(working, open_lesson):
    page = open_lesson()
    area = edited(sample(page))
    area.fill("a = 1\nb = a / 0\n")
    press(sample(page), "Run")
    said(sample(page)).filter(has_text="Error in line 2: ZeroDivisionError").wait_for()
    failed = sample(page).locator("[data-failed]")
    assert failed.all_inner_texts() == ["2"]
    area.press_sequentially("c")
    assert failed.count() == 0
    assert fits(page)


def test_a_figure_comes_with_its_size(working, open_lesson):
    from tests.runner.test_running import PYPLOT

    page = open_lesson()
    edited(sample(page)).fill(f"{PYPLOT}\nfigures[1] = Figure(90)")
    press(sample(page), "Run")
    picture = sample(page).locator(".run img")
    picture.wait_for()
    assert (picture.get_attribute("width"), picture.get_attribute("height")) == ("90", "90")
    expect(picture).to_have_js_property("naturalWidth", 90)
    assert page.problems == []


def test_an_exercise_is_tried_passed_and_done(working, open_lesson, learner):
    page = open_lesson()
    exercise(page).scroll_into_view_if_needed()
    area = writing(exercise(page))
    assert area.input_value() == "def f(x):\n    return x"
    press(exercise(page), "Check")
    said(exercise(page)).filter(has_text="Not yet: Not squared.").wait_for()
    area.fill(SOLUTION)
    area.press("Control+Enter")
    said(exercise(page)).filter(
        has_text="Passed: everything that was checked is right. +15 XP"
    ).wait_for()
    exercise(page).get_by_role("button", name="Undo: exercise not done").wait_for()
    page.locator("[data-moments]", has_text="Level 1").wait_for()
    assert [each.ended for each in CheckedTry.objects.order_by("pk")] == ["failed", "passed"]
    assert Completion.objects.get(learner=learner).part == "exercise"
    assert fits(page)
    page.reload()
    exercise(page).get_by_role("button", name="Undo: exercise not done").wait_for()


def test_code_survives_a_reload_and_comes_to_another_device(working, open_lesson, learner):
    page = open_lesson()
    edited(sample(page)).fill("print('kept')")
    page.reload()
    area = writing(sample(page))
    assert area.input_value() == "print('kept')"
    press(sample(page), "Run")
    said(sample(page)).filter(has_text="Done in").wait_for()
    other = open_lesson()
    press(sample(other), "Edit")
    expect(writing(sample(other))).to_have_value("print('kept')")


def write(page, text: str) -> None:
    """Write into a sample's editor until the account has it."""
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.ok):
        writing(sample(page)).fill(text)


def test_code_follows_the_account_while_it_is_written_and_none_is_lost(lesson, open_lesson):
    page, other = open_lesson(), open_lesson()
    press(sample(page), "Edit")
    press(sample(other), "Edit")
    write(page, "print('first')")
    write(other, "print('second')")
    notice = sample(other).locator("[data-other]")
    assert notice.locator("pre").inner_text() == "print('first')"
    assert SavedCode.objects.get().body == "print('second')"
    with other.expect_response(lambda answer: answer.request.method == "POST" and answer.ok):
        press(notice, "Edit this one")
    expect(writing(sample(other))).to_have_value("print('first')")
    assert SavedCode.objects.get().body == "print('first')"
    page.reload()
    expect(writing(sample(page))).to_have_value("print('first')")
    assert not Run.objects.exists()


def test_without_an_account_code_is_kept_and_comes_along_when_signing_in(
    lesson, open_lesson, learner, live_server
):
    page = open_lesson(None)
    edited(sample(page)).fill("print('mine')")
    press(sample(page), "Run")
    assert sample(page).get_by_text("Code runs for learners with an account.").is_visible()
    link = sample(page).get_by_role("link", name="Sign in")
    assert link.get_attribute("href") == f"/en/accounts/login/?next={LESSON}"
    sign_in(page.context, learner, live_server.url.replace("127.0.0.1", "localhost"))
    page.goto(LESSON)
    area = writing(sample(page))
    assert area.input_value() == "print('mine')"
    assert not Run.objects.exists()


def test_the_codes_own_page_keeps_what_was_not_sent(working, open_lesson):
    path = f"{LESSON}code/sample:two/"
    page = open_lesson(path=path)
    page.get_by_label("Your code").fill("print('typed')")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.get_by_role("button", name="Run").click()
    page.wait_for_url("**/accounts/login/**")
    sign_in(page.context, User.objects.get(), page.url.partition("/en/")[0])
    page.goto(path)
    area = page.get_by_label("Your code")
    expect(area).to_have_value("print('typed')")
    area.press("Control+Enter")
    page.get_by_text("Done in").wait_for()
    assert "typed" in page.locator(".sample__output").inner_text()


def test_offline_the_code_is_kept_and_runs_when_the_network_is_back(working, open_lesson):
    page = open_lesson()
    edited(sample(page)).fill("print('later')")
    page.context.set_offline(True)
    press(sample(page), "Run")
    said(sample(page)).filter(has_text="Your code is kept. It runs when you are online.").wait_for()
    page.context.set_offline(False)
    said(sample(page)).filter(has_text="Done in").wait_for()
    assert sample(page).locator(".run .sample__output").inner_text() == "later\n"


def test_a_runner_that_is_away_says_so(lesson, open_lesson):
    page = open_lesson()
    press(sample(page), "Run")
    said(sample(page)).filter(has_text="Code can't run at the moment. Yours is kept").wait_for()


def test_the_place_in_the_queue_is_shown_until_it_runs(lesson, open_lesson, daemon, other_learner):
    Machine.objects.create(url=daemon.url, slots=2)
    Run.objects.create(learner=other_learner, key="a", kind="run", files={"code": ""})
    page = open_lesson()
    press(sample(page), "Run")
    said(sample(page)).filter(has_text="Waiting: number 2 in the queue").wait_for()
    assert sample(page).get_by_role("button", name="Run", exact=True).is_disabled()
    Run.objects.filter(learner=other_learner).delete()
    said(sample(page)).filter(has_text="You are next.").wait_for()


def test_the_hours_limit_is_said(working, open_lesson, settings):
    settings.RUNNER_RUNS_PER_HOUR = 1
    page = open_lesson()
    press(sample(page), "Run")
    said(sample(page)).filter(has_text="Done in").wait_for()
    press(sample(page), "Run")
    said(sample(page)).filter(has_text="Your runs of this hour are used up.").wait_for()


def test_tab_indents_and_escape_lets_it_leave(lesson, open_lesson):
    page = open_lesson()
    area = edited(sample(page))
    area.fill("a\nb")
    area.press("Control+a")
    area.press("Tab")
    assert area.input_value() == "    a\n    b"
    area.press("Shift+Tab")
    assert area.input_value() == "a\nb"
    area.press("Control+End")
    area.press("Tab")
    assert area.input_value() == "a\nb   "
    area.press("Control+z")
    assert area.input_value() == "a\nb"
    area.press("Escape")
    area.press("Tab")
    assert area.input_value() == "a\nb"
    assert page.evaluate("document.activeElement.tagName") == "BUTTON"


def test_no_run_is_sent_while_a_syllable_is_being_composed(lesson, open_lesson):
    page = open_lesson()
    edited(sample(page)).evaluate(
        """area => area.dispatchEvent(new KeyboardEvent("keydown",
             {key: "Enter", ctrlKey: true, isComposing: true, bubbles: true, cancelable: true}))"""
    )
    page.wait_for_timeout(300)
    assert not Run.objects.exists()


def test_nothing_runs_where_the_runner_is_off(lesson, open_lesson, settings):
    settings.RUNNER_URLS = []
    page = open_lesson()
    assert page.locator("[data-code-box], .code-box").count() == 0
    assert "js/code/" not in page.content()
    assert page.get_by_role("link", name="notebook").count() == 1


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", [LESSON, LESSON.removeprefix("/en"), f"{LESSON}code/exercise/"])
def test_it_is_accessible_and_fits(working, open_lesson, theme, path):
    from axe_playwright_python.sync_playwright import Axe

    page = open_lesson(path=path, color_scheme=theme)
    if "code" not in path:
        page.locator("#sample-two [data-edit]").click()
        area = writing(sample(page))
        area.fill("print('a' * 400)\n1 / 0")
        area.press("Control+Enter")
        page.locator("#sample-two [data-failed]").wait_for()
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
    assert fits(page)
    assert page.problems == []


# --- Without JavaScript ---------------------------------------------------------------------


def test_without_scripts_forms_do_the_same(working, open_lesson, learner):
    page = open_lesson(java_script_enabled=False)
    sample(page).get_by_role("link", name="Edit and run").click()
    page.get_by_label("Your code").fill("print(x + 1)\n1 / 0")
    page.get_by_role("button", name="Run").click()
    page.get_by_text("Error in line 2: ZeroDivisionError").wait_for(timeout=60_000)
    assert "41" in page.locator(".sample__output").inner_text()
    assert "1 / 0" in page.locator(".code-lines__failed").inner_text()
    assert fits(page)
    page.get_by_role("link", name="Edit the code").click()
    assert page.get_by_label("Your code").input_value() == "print(x + 1)\n1 / 0"
    page.get_by_role("link", name="jax-000 en").click()
    exercise(page).get_by_role("link", name="Edit and run").click()
    page.get_by_label("Your code").fill(SOLUTION)
    page.get_by_role("button", name="Check").click()
    page.get_by_text("Passed: everything that was checked is right.").wait_for(timeout=60_000)
    assert page.get_by_text("+15 XP").is_visible()
    page.get_by_role("link", name="Back to the lesson").click()
    assert exercise(page).get_by_role("button", name="Undo: exercise not done").is_visible()
    assert SavedCode.objects.count() == 2
