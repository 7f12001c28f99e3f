"""Messages for the next page, in a cookie that no sister domain can set."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class HostCookieStorage(CookieStorage):
    """Django's, with the site's cookie prefix."""

    cookie_name = f"{settings.COOKIE_PREFIX}messages"


class MessageStorage(FallbackStorage):
    """A cookie first, the session for what does not fit into it."""

    storage_classes = (HostCookieStorage, SessionStorage)
