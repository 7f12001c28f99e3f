"""People, threads and signed-in browsers for the journeys through conversations."""

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from accounts.models import User
from tests.comments.conftest import (  # noqa: F401
    _no_counters,
    _settled,
    draft_thread,
    say,
    thread,
)


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
