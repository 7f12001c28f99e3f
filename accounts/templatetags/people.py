"""Template tags of the header and the settings pages."""

from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField, CheckboxInput, HiddenInput
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.push.keys import is_on
from accounts.registry import settings_pages as registered_pages

register = template.Library()


@register.simple_tag
def unread_count(learner: User) -> int:
    """Number of unread notifications, as read with the session."""
    known = learner.unread
    return learner.notifications.unread().count() if known is None else known


@register.simple_tag
def settings_pages() -> list[dict[str, Any]]:
    """Entries of the settings menu, in order."""
    names: list[tuple[str, Any]] = [
        ("settings-profile", _("Profile")),
        ("settings-preferences", _("Language and display")),
        ("settings-mail", _("Notification mails")),
        *([("settings-push", _("Notices on your devices"))] if is_on() else []),
        *registered_pages.items(),
        ("account_email", _("Email addresses")),
        ("account_change_password", _("Password")),
        ("mfa_index", _("Two-step sign-in and passkeys")),
        ("usersessions_list", _("Signed-in devices")),
        ("socialaccount_connections", _("Connected accounts")),
        ("settings-data", _("Your data")),
    ]
    if not settings.SOCIALACCOUNT_PROVIDERS:
        names.remove(("socialaccount_connections", _("Connected accounts")))
    return [{"url": reverse(name), "label": label} for name, label in names]


@register.filter
def is_checkbox(field: BoundField) -> bool:
    """Whether the field is a single checkbox, whose label goes after it."""
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def is_hidden(field: BoundField) -> bool:
    """Whether the field is hidden."""
    return isinstance(field.field.widget, HiddenInput)


@register.filter
def is_group(field: BoundField) -> bool:
    """Whether the field has several inputs and therefore needs a fieldset with a legend."""
    return bool(field.field.widget.use_fieldset)


# The sign in the User-Agent header and the name to show, the most special first.
BROWSERS = {
    "Edg/": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Whale/": "Whale",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "CrOS": "ChromeOS",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


@register.filter
def device(user_agent: str) -> str:
    """ "Chrome · Windows" for a User-Agent header; an unknown one is returned unchanged."""
    names = [
        next((name for sign, name in table.items() if sign in user_agent), None)
        for table in (BROWSERS, SYSTEMS)
    ]
    return " · ".join(name for name in names if name) or user_agent[:60] or "?"
