"""A quest whose code runs in the browser: its pages, its worker, and sites without Pyodide."""

import json
import re

import pytest
from django.core.checks import run_checks
from django.test import Client

from course.models import Quest, Runs, SavedCode
from runner.pyodide import URL
from tests.course.runs import CHECK, make_runnable

pytestmark = pytest.mark.django_db
LESSON = "/en/quests/jax/jax-000/"
SAMPLE = f"{LESSON}code/sample:two/"
MISSING = "this site has not set that up"


@pytest.fixture
def lesson(settings):
    settings.PYODIDE_INSTALLED = True
    lesson = make_runnable()
    Quest.objects.update(runs=Runs.BROWSER)
    return lesson


@pytest.fixture
def page(lesson, learner):
    client = Client()
    client.force_login(learner)
    return client


def told(html: str) -> dict:
    """What the page tells its script."""
    found = re.search(r'<script id="browser-page" type="application/json">(.*?)</script>', html)
    assert found is not None
    return json.loads(found[1])


def test_the_page_has_its_programs_without_a_runner(lesson):
    html = Client().get(LESSON).text
    assert html.count('data-code-box="') == 3
    assert "This code runs in your browser, with JavaScript." in html
    assert 'href="/en/quests/jax/jax-000/code/' not in html
    found = told(html)
    assert found["before"] == {"sample:one": [], "sample:two": ["x = 40"]}
    assert found["check"] == CHECK
    assert found["words"]["ok"] == "Done in %(seconds)s s"
    assert f"{URL}pyodide.asm.wasm" in found["files"]


def test_the_page_itself_may_compile_nothing(lesson):
    policy = Client().get(LESSON).headers["Content-Security-Policy"]
    assert "wasm" not in policy
    assert "eval" not in policy


def test_the_worker_may_fetch_pythons_files_and_nothing_else(client):
    response = client.get("/python-worker.js")
    assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert response.headers["Content-Security-Policy"] == (
        f"default-src 'none'; script-src http://testserver{URL} 'wasm-unsafe-eval'; "
        f"connect-src http://testserver{URL}"
    )
    assert (
        "def run_job("
        in json.loads(response.text.partition(";\n")[0].removeprefix("const SETUP = "))["jobs"]
    )


def test_code_is_saved_there_and_nothing_is_run(page):
    saved = page.post(SAMPLE, {"kind": "save", "code": "mine"}).json()
    assert saved == {"code": "mine", "revision": 1, "other": ""}
    assert page.post(SAMPLE, {"kind": "run", "code": "x"}).status_code == 400
    assert SavedCode.objects.get().body == "mine"


def test_the_editor_is_on_the_lessons_page(page):
    assert page.get(SAMPLE).headers["Location"] == f"{LESSON}#sample-two"


def test_without_pyodide_the_page_says_so_and_the_rest_is_there(lesson, page, settings):
    settings.PYODIDE_INSTALLED = False
    html = page.get(LESSON).text
    assert html.count(MISSING) == 1
    assert "data-code-box" not in html
    assert "/notebook/" in html
    assert page.get(SAMPLE).status_code == 404


def test_a_quest_of_the_server_says_nothing_of_browsers(lesson, settings):
    Quest.objects.update(runs=Runs.SERVER)
    settings.PYODIDE_INSTALLED = False
    assert MISSING not in Client().get(LESSON).text


def test_a_kept_quest_takes_python_along(lesson):
    files = Client().get("/en/offline/jax.json").json()["files"]
    assert {f"{URL}python_stdlib.zip", "/python-worker.js"} <= set(files)


def warnings() -> list[str]:
    return [each.msg for each in run_checks() if each.id == "course.W001"]


def test_the_check_warns_of_a_quest_that_lacks_pyodide(lesson, settings):
    assert warnings() == []
    settings.PYODIDE_INSTALLED = False
    assert "these quests run in the browser: jax" in warnings()[0]
    Quest.objects.update(runs=Runs.SERVER)
    assert warnings() == []
