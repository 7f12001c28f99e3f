"""Saving code while it is written, by the lesson page's script."""

import pytest
from django.test import Client

from course.models import SavedCode, SetAsideCode
from runner.models import Run
from tests.course.runs import make_runnable, serve

pytestmark = pytest.mark.django_db
SAMPLE = "/en/quests/jax/jax-000/code/sample:two/"
JSON = {"Accept": "application/json"}


@pytest.fixture
def page(settings, learner):
    serve(settings)
    make_runnable()
    client = Client()
    client.force_login(learner)
    return client


def save(client, code: str, **fields):
    return client.post(SAMPLE, {"kind": "save", "code": code, **fields}, headers=JSON)


def test_saving_runs_nothing(page):
    assert save(page, "a\r\nb").json() == {"code": "a\nb", "revision": 1, "other": ""}
    assert not Run.objects.exists()


def test_the_browsers_clock_says_which_text_is_newer(page):
    save(page, "new")
    answer = save(page, "old", at=1_700_000_000_000, off=-5).json()
    assert answer == {"code": "new", "revision": 1, "other": "old"}
    assert save(page, "newer", revision=1).json()["revision"] == 2


@pytest.mark.parametrize("field", ["at", "off", "revision"])
@pytest.mark.parametrize("value", ["x", "-", "9" * 30, "1e3", "-5", "٣"])
def test_odd_numbers_are_as_good_as_none(page, field, value):
    assert save(page, "code", **{field: value}).status_code == 200


def test_too_long_a_code_is_refused_with_words(page):
    response = save(page, "x" * 70_000)
    assert response.status_code == 400
    assert "at most 64 KB" in response.json()["message"]
    assert not SavedCode.objects.exists()


def test_too_many_saves_wait(page):
    answers = [save(page, str(number)).status_code for number in range(62)]
    assert answers[-1] == 429


def test_running_the_lessons_own_code_replaces_nothing(page):
    save(page, "mine")
    page.post(SAMPLE, {"kind": "run", "code": "print(x + 2)"}, headers=JSON)
    assert SavedCode.objects.get().body == "mine"
    page.post(SAMPLE, {"kind": "run", "code": "print(x + 2)", "revision": 1}, headers=JSON)
    assert SavedCode.objects.get().body == "print(x + 2)"


def test_what_was_set_aside_is_forgotten_on_request_alone(page):
    save(page, "one")
    save(page, "two")
    assert "one</code>" in page.get(SAMPLE).text
    assert page.post(SAMPLE, {"kind": "forget"}, headers=JSON).json() == {}
    assert not SetAsideCode.objects.exists()
    assert SavedCode.objects.get().body == "two"


def test_nobody_saves_without_an_account(page):
    assert save(Client(), "x").status_code == 302
