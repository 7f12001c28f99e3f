"""Readers of shared pages, and access to the cached HTML."""

from django.contrib.messages import constants
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpResponse
from django.test import Client, RequestFactory

from pagecache.entries import member_store, store
from pagecache.partial import PartialPage
from tests.factories import list_device


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
    """Return all cached HTML of member pages."""
    found: list[str] = []
    for entry, _keys in [*store.pages.values(), *member_store.pages.values()]:
        for value in entry.value if isinstance(entry.value, tuple) else [entry.value]:
            if isinstance(value, PartialPage):
                found += value.texts
            elif isinstance(value, str):
                found.append(value)
    return "\n".join(found)
