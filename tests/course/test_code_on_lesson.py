"""What the lesson's page has where code runs, and what that costs: nothing."""

import pytest
from django.conf import settings
from django.test import Client

from course.authoring.previews import make_link
from tests.browser.world import sign_in
from tests.page_queries import QUERIES
from tests.test_every_page import Jar

pytestmark = pytest.mark.django_db
LESSON = "/en/quests/jax/jax-000/"


def read(person=None, path: str = LESSON) -> str:
    client = Client()
    if person:
        client.force_login(person)
    return client.get(path).text


@pytest.mark.parametrize("signed_in", [True, False])
def test_python_samples_and_the_exercise_lead_to_their_editors(runnable, learner, signed_in):
    page = read(learner if signed_in else None)
    assert page.count('data-code-box="') == 3
    for part in ("sample:one", "sample:two", "exercise"):
        assert f'href="/en/quests/jax/jax-000/code/{part}/"' in page
    assert page.count("data-code-template") == 1
    assert "/static/js/code/main.js" in page
    assert "/static/css/code.css" in page


def test_a_shell_sample_has_nothing_to_run(runnable):
    assert "sample:list" not in read()


def test_a_lesson_without_code_loads_nothing_for_it(runnable):
    runnable.samples.all().delete()
    runnable.check_code = ""
    runnable.save()
    runnable.texts.update(extras={})
    page = read()
    assert "js/code/" not in page
    assert "code.css" not in page


def test_without_a_runner_everything_is_as_before(runnable, settings):
    settings.RUNNER_URLS = []
    page = read()
    assert "code-box" not in page
    assert "js/code/" not in page
    assert "/notebook/" in page


def test_a_preview_for_others_runs_nothing(runnable, staff):
    link = make_link(lesson=runnable, author=staff)
    page = read(path=f"/en/preview/{link}/")
    assert "list.sh code" in page
    assert "code-box" not in page


@pytest.mark.parametrize("role", ["everyone", "learner"])
def test_running_code_costs_the_lesson_no_query(runnable, learner, role, django_assert_num_queries):
    client = Client()
    if role == "learner":
        sign_in(Jar(client), learner, settings.SITE_URL)
    client.get(LESSON)
    client.get(LESSON)
    with django_assert_num_queries(QUERIES[role]["lesson"]):
        client.get(LESSON)
