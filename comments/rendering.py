"""Comment text to stored HTML: one function for posting, editing and previews."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import User
from markup import RENDERER_VERSION, MarkupError, Problem, Rendered, render_comment

MENTION = re.compile(r"@(\w[\w-]{0,31})")
ASCII_START = re.compile(r"[A-Za-z0-9_-]+")
MAX_CANDIDATES = 60
# Joiners, fillers, selectors and tags that print nothing on their own.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u206f"
    "\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]"
)


@dataclass(frozen=True)
class RenderedComment:
    """Safe HTML, the renderer that made it, its plain text, and who is mentioned in it."""

    html: str
    text: str
    mentioned: tuple[User, ...]
    version: int = RENDERER_VERSION


def render(body: str, *, language: str) -> RenderedComment:
    """Render a comment; `language` is that of labels in it. One query when somebody is mentioned.

    Raises MarkupError when there is nothing to show, or when it is too long or too costly.
    """
    people = mentionable(body)
    rendered = render_comment(
        body, resolve_mention=lambda handle: profile_url(people, handle), language=language
    )
    if is_blank(rendered):
        raise MarkupError([Problem(_("Write something first."))])
    mentioned = tuple(people[handle] for handle in rendered.mentions if handle in people)
    return RenderedComment(rendered.html, rendered.text, mentioned)


def is_blank(rendered: Rendered) -> bool:
    """Whether a reader would see nothing: only white space and invisible characters."""
    return not INVISIBLE.sub("", rendered.text).strip()


def mentioned_in(body: str, *, language: str) -> tuple[User, ...]:
    """Who is mentioned in a stored comment; nobody when it can't be rendered any more."""
    try:
        return render(body, language=language).mentioned
    except MarkupError:
        return ()


def mentionable(body: str) -> dict[str, User]:
    """The active learners whose handles the text may mention, by handle."""
    if "@" not in body:
        return {}
    handles = {handle for word in MENTION.findall(body) for handle in readings(word)}
    handles = set(sorted(handles)[:MAX_CANDIDATES])
    return {user.handle: user for user in User.objects.filter(handle__in=handles, is_active=True)}


def readings(word: str) -> list[str]:
    """The handles that a word after @ may stand for; Korean particles may be glued to one."""
    word = word.rstrip("-")
    ascii_part = ASCII_START.match(word)
    if ascii_part:
        return [word, ascii_part[0].rstrip("-")]
    return [word, word[:-1], word[:-2]]


def profile_url(people: dict[str, User], handle: str) -> str | None:
    """The address of a learner's page without language prefix, None for nobody."""
    return f"/u/{handle}/" if handle in people else None
