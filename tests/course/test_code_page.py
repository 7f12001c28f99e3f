"""The page with a sample's or an exercise's code, and starting a run by its form."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from course.models import SavedCode
from runner.models import Machine, Run
from tests.course.runs import CHECK, STARTER, finish

pytestmark = pytest.mark.django_db
SAMPLE = "/en/quests/jax/jax-000/code/sample:two/"
EXERCISE = "/en/quests/jax/jax-000/code/exercise/"
JSON = {"Accept": "application/json"}


def test_a_sample_begins_as_the_lesson_has_it(browser):
    html = browser.get(SAMPLE).text
    assert "print(x + 2)</textarea>" in html
    assert 'value="run"' in html
    assert 'value="check"' not in html


def test_an_exercise_begins_with_its_starter_and_can_be_checked(browser):
    html = browser.get(EXERCISE).text
    assert STARTER.rstrip() in html
    assert 'value="check"' in html
    assert "Not squared" not in html


def test_a_run_takes_the_python_samples_before_along(browser, learner):
    response = browser.post(SAMPLE, {"code": "print(x)\r\nprint(2)", "kind": "run"})
    run = Run.objects.get()
    assert response.headers["Location"] == f"/en/runs/{run.pk}/"
    assert run.files == {"code": "print(x)\nprint(2)", "check": "", "before": ["x = 40"]}
    assert (run.learner_id, run.kind, run.key) == (learner.pk, "run", "jax-000#sample:two")


def test_a_check_runs_alone_with_the_exercises_check(browser):
    browser.post(EXERCISE, {"code": "def f(x): return x * x", "kind": "check"})
    run = Run.objects.get()
    assert run.files == {"code": "def f(x): return x * x", "check": CHECK, "before": []}
    assert (run.kind, run.key) == ("check", "jax-000#exercise")


def test_an_exercise_can_be_run_without_its_check(browser):
    browser.post(EXERCISE, {"code": "print(1)", "kind": "run"})
    assert Run.objects.get().files["check"] == ""


def test_a_script_gets_the_address_to_ask(browser):
    response = browser.post(SAMPLE, {"code": "1", "kind": "run"}, headers=JSON)
    assert response.status_code == 202
    assert response.json() == {
        "url": f"/en/runs/{Run.objects.get().pk}/",
        "saved": {"code": "1", "revision": 1, "other": ""},
    }


def test_the_newest_code_is_there_again_on_another_device(browser, learner):
    browser.post(SAMPLE, {"code": "print(1)"})
    browser.post(SAMPLE, {"code": "print('<b>')"})
    other = Client()
    other.force_login(learner)
    assert "print(&#x27;&lt;b&gt;&#x27;)</textarea>" in other.get(SAMPLE).text
    answer = other.get(SAMPLE, headers=JSON).json()
    assert answer == {"code": "print('<b>')", "revision": 2, "other": "print(1)"}
    assert SavedCode.objects.count() == 1


def test_everybody_has_code_of_their_own(browser, other_learner):
    browser.post(SAMPLE, {"code": "mine"})
    other = Client()
    other.force_login(other_learner)
    assert other.get(SAMPLE, headers=JSON).json()["code"] is None


def test_code_that_begins_with_an_empty_line_keeps_it(browser):
    browser.post(SAMPLE, {"code": "\n\nx"})
    assert ">\n\n\nx</textarea>" in browser.get(SAMPLE).text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"code": "한" * 30_000}, "The code has at most 64 KB of text."),
        ({"code": "x", "kind": "shell"}, "Unknown action."),
        ({"code": "x", "kind": "check"}, "Unknown action."),
    ],
)
def test_what_cannot_be_run_is_400_and_says_why(browser, fields, said):
    response = browser.post(SAMPLE, fields, headers=JSON)
    assert (response.status_code, response.json()["message"]) == (400, said)
    response = browser.post(SAMPLE, fields)
    assert response.status_code == 400
    assert said in response.text
    assert not Run.objects.exists()


def test_without_an_account_one_is_led_to_sign_in(runnable):
    client = Client()
    for response in (client.get(SAMPLE), client.post(SAMPLE, {"code": "x"})):
        assert response.status_code == 302
        assert "/accounts/login/?next=" in response.headers["Location"]
    assert not Run.objects.exists()


@pytest.mark.parametrize(
    "path",
    [
        "/en/quests/jax/jax-000/code/sample:list/",  # no Python
        "/en/quests/jax/jax-000/code/sample:none/",
        "/en/quests/jax/jax-000/code/two/",
        "/en/quests/jax/none/code/exercise/",
    ],
)
def test_what_is_no_code_of_a_lesson_is_404(browser, path):
    assert browser.get(path).status_code == 404
    assert browser.post(path, {"code": "x"}).status_code == 404


def test_a_draft_is_not_there(browser, runnable):
    runnable.status = "draft"
    runnable.save()
    assert browser.post(SAMPLE, {"code": "x"}).status_code == 404
    assert not Run.objects.exists()


def test_without_a_runner_there_is_no_such_page(browser, settings):
    settings.RUNNER_URLS = []
    assert browser.get(SAMPLE).status_code == 404
    assert browser.post(SAMPLE, {"code": "x"}).status_code == 404


def test_a_runner_that_is_away_says_so_and_the_code_is_kept(browser):
    Machine.objects.update(asked_at=timezone.now() - timedelta(minutes=5))
    response = browser.post(SAMPLE, {"code": "print('kept')"}, headers=JSON)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "30")
    assert response.json()["message"].startswith("Code can't run at the moment.")
    assert not Run.objects.exists()
    html = browser.get(SAMPLE).text
    assert "print(&#x27;kept&#x27;)" in html
    assert "Code can't run at the moment" in html


def test_the_hours_runs_are_limited_and_it_says_when_to_go_on(browser, settings):
    settings.RUNNER_RUNS_PER_HOUR = 1
    browser.post(SAMPLE, {"code": "1"})
    finish(Run.objects.get())
    response = browser.post(SAMPLE, {"code": "print('kept')"})
    assert response.status_code == 429
    assert 3000 < int(response.headers["Retry-After"]) <= 3601
    assert "Your runs of this hour are used up. The next one is possible in" in response.text
    assert "print(&#x27;kept&#x27;)" in response.text
    assert SavedCode.objects.get().body == "print('kept')"


def test_more_than_three_waiting_are_busy(browser):
    for _ in range(3):
        assert browser.post(SAMPLE, {"code": "1"}).status_code == 302
    response = browser.post(SAMPLE, {"code": "1"}, headers=JSON)
    assert response.status_code == 429
    assert "Please try again in 10 seconds." in response.json()["message"]


def test_a_flood_of_requests_is_429(browser, monkeypatch):
    monkeypatch.setattr("course.pages.code.PER_MINUTE", 2)
    statuses = [browser.post(SAMPLE, {"code": "1"}).status_code for _ in range(3)]
    assert statuses == [302, 302, 429]
    assert Run.objects.count() == 2


def test_a_form_without_its_token_is_refused(runnable, learner):
    client = Client(enforce_csrf_checks=True)
    client.force_login(learner)
    assert client.post(SAMPLE, {"code": "x"}).status_code == 403


def test_a_run_costs_few_queries(browser, django_assert_max_num_queries):
    browser.post(SAMPLE, {"code": "1"})
    with django_assert_max_num_queries(20):
        browser.post(SAMPLE, {"code": "2"})
