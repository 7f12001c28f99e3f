"""Chromium fixtures; without Chromium the tests are skipped."""

import os
import random
import shutil
import time

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.servers.basehttp import WSGIRequestHandler
from playwright.sync_api import sync_playwright

from accounts.models import User
from tests.browser.world import World, filled_site

# The shell has the same engine without a browser's windows, for less CPU time.
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser")
CHROMIUM = next(filter(None, map(shutil.which, PROGRAMS)), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Seconds by which each answer may be late, at random: it brings out tests that rely on what came
# first by chance (`SLOW=0.4 make test ARGS=tests/browser`).
SLOW = float(os.environ.get("SLOW", "0"))
# A machine that can't reach npm's registry has no Pyodide (.ci/run).
collect_ignore = ["test_python_in_browser.py"] if os.environ.get("WITHOUT_PYODIDE") else []
# Playwright's own event loop makes Django believe that the test is asynchronous.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark all tests in this folder: browser, and committed rows."""
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)
            # The server's side of each journey is tested on both databases without a browser.
            item.add_marker(pytest.mark.once)


@pytest.fixture(scope="session")
def chromium():
    """One browser for the whole run."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (apt install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session", autouse=True)
def slow_server():
    """With SLOW set the server answers late, by another time for each request."""
    if not SLOW:
        yield
        return
    get_environ = WSGIRequestHandler.get_environ

    def late(self):
        time.sleep(random.uniform(0, SLOW))
        return get_environ(self)

    WSGIRequestHandler.get_environ = late
    yield
    WSGIRequestHandler.get_environ = get_environ


@pytest.fixture
def new_context(chromium, live_server):
    """Makes browser profiles: `new_context(locale="en-US")`; each is a browser of its own."""
    contexts = []

    def make(**options):
        options.setdefault("locale", "ko-KR")
        options.setdefault("timezone_id", "Asia/Seoul")
        options.setdefault("base_url", live_server.url.replace("127.0.0.1", "localhost"))
        context = chromium.new_context(**options)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_context):
    """A page in a fresh browser profile at 1280 px."""
    return new_context(viewport={"width": 1280, "height": 800}).new_page()


def sign_in(context, user: User, base_url: str) -> None:
    """Give a browser the session of a person."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": base_url}
    context.add_cookies([cookie])


@pytest.fixture
def open_as(new_context, live_server):
    """`open_as(user, **context options)`: a page in that person's own browser."""
    base_url = live_server.url.replace("127.0.0.1", "localhost")

    def make(user: User | None, **options):
        context = new_context(**options)
        if user is not None:
            sign_in(context, user, base_url)
        page = context.new_page()
        page.problems = []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.on(
            "console",
            lambda line: page.problems.append(line.text) if line.type == "error" else None,
        )
        return page

    return make


@pytest.fixture
def world(transactional_db, settings) -> World:
    """A site with something on every page, restored before each test."""
    return filled_site(settings)
