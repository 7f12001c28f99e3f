"""Filters for the reading pages."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import quote, urlsplit

from django import template
from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext, ngettext, pgettext

from course.models import LessonText

register = template.Library()


@register.filter
def hostname(url: str) -> str:
    """Return the host of a URL, without "www."."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


@register.filter
def as_date(text: str) -> date:
    """Parse an ISO date."""
    return date.fromisoformat(text)


@register.filter
def day(moment: datetime) -> str:
    """Format a date, with the year if it is not the current one: "29 November"."""
    local, today = localtime(moment), localdate()
    if local.year != today.year:
        return date_format(local, pgettext("day, month and year", "j F Y"))
    return date_format(local, pgettext("day and month", "j F"))


@register.filter
def about_time(minutes: int) -> str:
    """Format the time that a quest takes: minutes up to two hours, else whole hours."""
    if minutes <= 120:
        return gettext("about %(minutes)d min") % {"minutes": minutes}
    hours = round(minutes / 60)
    return ngettext("about %(hours)d hour", "about %(hours)d hours", hours) % {"hours": hours}


@register.filter
def versions(found: dict[str, str]) -> str:
    """Format libraries with their versions: "jax 0.10.2, optax 0.2.8"."""
    return ", ".join(f"{name} {version}" for name, version in found.items())


@register.filter
def letter(number: int) -> str:
    """Return the n-th letter of the alphabet, as in lists of type A."""
    return chr(ord("A") + number - 1)


@register.filter
def of(found: Mapping[str, Any] | None, key: str) -> Any:
    """Return a mapping's value for a key, or None."""
    return found.get(key) if found else None


@register.simple_tag
def colab_url(text: LessonText) -> str:
    """Where Google Colab opens the lesson's notebook; empty without COLAB_REPOSITORY."""
    repository = settings.COLAB_REPOSITORY
    if not repository:
        return ""
    place = repository if "/blob/" in repository else f"{repository}/blob/main"
    lesson = text.lesson
    name = f"{lesson.quest.slug}/{lesson.slug}.{text.language}.ipynb"
    return f"https://colab.research.google.com/github/{quote(f'{place}/{name}')}"
