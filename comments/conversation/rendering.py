"""Render comments to the stored HTML; the same for posting, editing and previews."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts import former
from accounts.models import User
from markup import (
    RENDERER_VERSION,
    MarkupError,
    Problem,
    Rendered,
    plain_text,
    render_comment,
)

MENTION = re.compile(r"@(\w[\w-]{0,31})")
ASCII_START = re.compile(r"[A-Za-z0-9_-]+")
MAX_CANDIDATES = 60
SUMMARY = re.compile(r"<summary>.*?</summary>", re.S)
# Joiners, fillers, selectors and tags that print nothing on their own.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u206f"
    "\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]"
)


@dataclass(frozen=True)
class RenderedComment:
    """Safe HTML, the renderer's version, plain text, and mentioned learners."""

    html: str
    text: str
    mentioned: tuple[User, ...]
    version: int = RENDERER_VERSION


def render(body: str, *, language: str) -> RenderedComment:
    """Render a comment, with labels in `language`. Two queries if somebody is mentioned.

    Raises MarkupError when the result is empty, or the source too long or too costly.
    """
    people = mentionable(body)
    rendered = render_comment(
        body, resolve_mention=lambda handle: profile_url(people, handle), language=language
    )
    if is_blank(rendered):
        raise MarkupError([Problem(_("Write something first."))])
    found = (people[handle] for handle in rendered.mentions if handle in people)
    mentioned = tuple(dict.fromkeys(found))
    return RenderedComment(rendered.html, rendered.text, mentioned)


def is_blank(rendered: Rendered) -> bool:
    """Whether the text has only white space and invisible characters."""
    # What is written on a spoiler is no text of the author's.
    text = plain_text(SUMMARY.sub("", rendered.html))
    return not INVISIBLE.sub("", text).strip()


def mentioned_in(body: str, *, language: str) -> tuple[User, ...]:
    """Return the learners mentioned in a stored comment; none if it can't be rendered."""
    try:
        return render(body, language=language).mentioned
    except MarkupError:
        return ()


def mentionable(body: str) -> dict[str, User]:
    """Return the active learners whom the text may mention, by the handle in the text.

    Two queries if there is an @: those who have such a handle, and those who had one.
    """
    if "@" not in body:
        return {}
    handles = set(sorted(handles_in(body))[:MAX_CANDIDATES])
    now = User.objects.filter(handle__in=handles, is_active=True)
    people = {user.handle: user for user in now}
    return former.owners_of(handles - people.keys()) | people


def handles_in(body: str) -> set[str]:
    """Return the handles that the text may mention."""
    return {handle for word in MENTION.findall(body) for handle in readings(word)}


def readings(word: str) -> list[str]:
    """Return possible handles for a word after @, as Korean particles may be attached to one."""
    word = word.rstrip("-")
    ascii_part = ASCII_START.match(word)
    if ascii_part:
        return [word, ascii_part[0].rstrip("-")]
    return [word, word[:-1], word[:-2]]


def profile_url(people: dict[str, User], handle: str) -> str | None:
    """Return a learner's profile URL without language prefix, or None for nobody."""
    return f"/u/{people[handle].handle}/" if handle in people else None
