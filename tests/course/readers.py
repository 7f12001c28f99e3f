"""Readers of shared pages, and what is kept of their pages."""

from django.contrib.messages import constants
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpResponse
from django.test import Client, RequestFactory

from pagecache.fragments import of_members, store
from pagecache.holes import Skeleton
from tests.conftest import list_device


def member(who) -> Client:
    """A signed-in browser."""
    client = Client()
    client.force_login(who)
    return client


def listed(who) -> Client:
    """A signed-in browser as sign-in makes it: in the list of devices."""
    client = member(who)
    list_device(who, client.session.session_key)
    return client


def waiting_message(text) -> str:
    """The cookie of a reader to whom something is to be said."""
    request, response = RequestFactory().get("/"), HttpResponse()
    messages = CookieStorage(request)
    messages.add(constants.INFO, text)
    messages.update(response)
    return response.cookies["messages"].value


def kept_text() -> str:
    """All HTML that is kept in memory for members."""
    found: list[str] = []
    for piece, _keys in [*store.pages.values(), *of_members.pages.values()]:
        if isinstance(piece.value, Skeleton):
            found += piece.value.texts
        elif isinstance(piece.value, str):
            found.append(piece.value)
    return "\n".join(found)
