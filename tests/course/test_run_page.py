"""A run's page: its place in the queue, then its result."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from runner import queue
from runner.models import Machine, Run
from tests.course.runs import FAILED, PASSED, PNG, finish, submit_check
from tests.factories import make_achievement, make_levels

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture
def run(runnable, learner) -> Run:
    return queue.submit(learner, "jax-000#sample:two", "run", {"code": "a\n<b>\nc"})


def path(run: Run) -> str:
    return f"/en/runs/{run.pk}/"


def test_a_run_that_waits_says_its_place_and_looks_again(browser, run):
    second = queue.submit(run.learner, "k", "run", {"code": ""})
    response = browser.get(path(second))
    assert "Waiting: number 2 in the queue" in response.text
    assert response.headers["Refresh"] == "2"
    assert "You are next." in browser.get(path(run)).text
    answer = browser.get(path(second), headers=JSON).json()
    assert (answer["ended"], answer["said"]) == (False, "Waiting: number 2 in the queue")


def test_a_run_that_is_under_way_says_so(browser, run):
    queue.claim(20)
    assert "Running …" in browser.get(path(run)).text


def test_a_run_that_no_machine_takes_says_so(browser, run):
    Machine.objects.update(asked_at=timezone.now() - timedelta(minutes=5))
    assert "Code can&#x27;t run at the moment. Yours is kept" in browser.get(path(run)).text


def test_a_result_is_shown_as_text_and_looks_no_more(browser, run):
    finish(run, output="<script>1</script>\x1b[2J", cut=True)
    response = browser.get(path(run))
    assert "&lt;script&gt;1" in response.text
    assert "The rest of the output is cut off." in response.text
    assert "Done in 0.2 s" in response.text or "Done in 0.3 s" in response.text
    assert "Refresh" not in response.headers
    assert "/en/quests/jax/jax-000/code/sample:two/" in response.text


def test_an_error_marks_its_line(browser, run):
    finish(run, ended="error", error="NameError: name 'b'", line=2, output="Traceback")
    response = browser.get(path(run))
    assert "Error in line 2: NameError: name &#x27;b&#x27;" in response.text
    assert '<li class="code-lines__failed"><code>&lt;b&gt;</code>' in response.text
    answer = browser.get(path(run), headers=JSON).json()
    assert (answer["ended"], answer["line"], answer["solved"]) == (True, 2, False)
    assert "Traceback" in answer["html"]


@pytest.mark.parametrize(
    ("ended", "said"),
    [
        ("time", "Stopped after 0.2 s: that is too long."),
        ("memory", "Stopped: it needed too much memory."),
        ("output", "Stopped: it printed too much."),
        ("killed", "Stopped: the program ended unexpectedly."),
    ],
)
def test_a_run_that_was_stopped_says_why(browser, run, ended, said):
    finish(run, ended=ended, seconds=0.21)
    assert said in browser.get(path(run)).text


def test_a_run_that_printed_nothing_says_so(browser, run):
    finish(run)
    assert "The code printed nothing." in browser.get(path(run)).text


def test_a_run_that_could_not_be_done_says_so(browser, run):
    claimed = queue.claim(20)
    queue.fail(claimed, "tcp://10.0.0.5: refused")
    answer = browser.get(path(run), headers=JSON).json()
    assert (answer["ended"], answer["said"]) == (
        True,
        "The code could not be run. Please try again.",
    )
    assert "10.0.0.5" not in answer["html"]


def test_figures_come_with_their_sizes(browser, run):
    finish(run, figures=[PNG, PNG])
    html = browser.get(path(run)).text
    assert f'<img src="/en/runs/{run.pk}/1.png" width="640" height="480"' in html
    response = browser.get(f"/en/runs/{run.pk}/2.png")
    assert (response.headers["Content-Type"], response.content) == ("image/png", PNG)
    assert browser.get(f"/en/runs/{run.pk}/3.png").status_code == 404


@pytest.mark.parametrize(("language", "said"), [("en", "Not squared."), ("ko", "제곱이 아니에요.")])
def test_a_failed_check_says_why_in_the_readers_language(
    browser, runnable, learner, language, said
):
    run = submit_check(learner, runnable)
    finish(run, **FAILED)
    prefix = "/en" if language == "en" else ""
    assert said in browser.get(f"{prefix}/runs/{run.pk}/").text


def test_a_passed_check_says_what_it_gave(browser, runnable, learner):
    make_levels(0, 10)
    make_achievement("first", "exercises", n=1)
    run = submit_check(learner, runnable)
    finish(run, **PASSED)
    answer = browser.get(path(run), headers=JSON).json()
    assert answer["solved"] is True
    assert "+15 XP" in answer["html"]
    titles = [moment["title"] for moment in answer["moments"]]
    assert titles == ["Level 1 · Level 1", "Achievement first"]


def test_nobody_sees_anothers_run(browser, run, other_learner):
    finish(run, figures=[PNG])
    other = Client()
    other.force_login(other_learner)
    assert other.get(path(run)).status_code == 404
    assert other.get(f"/en/runs/{run.pk}/1.png").status_code == 404
    nobody = Client()
    assert nobody.get(path(run)).status_code == 302


def test_a_run_outlives_its_lesson(browser, runnable, run):
    runnable.status = "draft"
    runnable.save()
    finish(run, output="still")
    html = browser.get(path(run)).text
    assert "still" in html
    assert "/code/sample:two/" not in html


def test_looking_costs_the_same_few_queries(browser, run, django_assert_max_num_queries):
    browser.get(path(run), headers=JSON)
    with django_assert_max_num_queries(6):
        browser.get(path(run), headers=JSON)
    finish(run, figures=[PNG] * 4)
    with django_assert_max_num_queries(5):
        browser.get(path(run), headers=JSON)
