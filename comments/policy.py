"""Who may write, and which comments are held for moderators."""

import re
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from comments.errors import Invalid, Refused, TooMany
from comments.models import BlockedWord, Comment, Sanction, Thread
from comments.visibility import is_moderator
from markup import normalise_for_search
from pagecache.changes import cached_value

NEWCOMER = timedelta(days=3)
SETTLED = timedelta(days=7)
WINDOW = timedelta(minutes=10)
MOST_IN_WINDOW = 20
# More than this many within two minutes is a burst, for newcomers and for all others.
BURST = timedelta(minutes=2)
BURST_OF_NEWCOMER, BURST_OF_ANYONE = 3, 8
LINK = re.compile(r'<a href="(?!/)([^"]*)')


@dataclass(frozen=True)
class Verdict:
    """The initial status of a comment and the reason for holding it."""

    status: str = Comment.Status.VISIBLE
    held_for: str = ""


def is_newcomer(author: User) -> bool:
    """Whether the account is too new for links without review."""
    return timezone.now() - author.date_joined < NEWCOMER


def is_settled(learner: User) -> bool:
    """Whether the account is old enough for its flags to count."""
    return timezone.now() - learner.date_joined >= SETTLED


def check_may_write(learner: User, *, silenced_too: bool = True) -> None:
    """Raise Refused for silenced or banned learners, with end and reason. One query."""
    kinds = ["banned", "silenced"] if silenced_too else ["banned"]
    sanctions = Sanction.objects.in_force().filter(learner=learner, kind__in=kinds)
    sanction = sanctions.order_by("kind", "-until").first()
    if sanction:
        raise Refused(sanction_text(sanction))


def sanction_text(sanction: Sanction) -> str:
    """Return the message for a sanctioned learner."""
    until = date_format(timezone.localtime(sanction.until), "DATETIME_FORMAT")
    if sanction.kind == Sanction.Kind.BANNED:
        message = _("You can't take part in conversations until %(until)s. Reason: %(reason)s")
    else:
        message = _("You can't write comments until %(until)s. Reason: %(reason)s")
    return message % {"until": until, "reason": sanction.reason}


def check_thread_open(thread: Thread, author: User) -> None:
    """Raise Refused when the thread is locked; moderators may still write."""
    if thread.locked and not is_moderator(author):
        raise Refused(_("This conversation is locked: nobody can add to it."))


def screen(*, author: User, body: str, html: str, token: str) -> Verdict:
    """Return whether a new comment is shown or held. One query.

    A repeated submission of the same form (`token`) doesn't count as repeated text; the unique key
    detects it. Raises Refused, Invalid or TooMany.
    """
    if is_moderator(author):
        return Verdict()
    rows = Comment.objects.recent_of(author, WINDOW).exclude(token=token)
    recent = list(rows.values_list("body", "created_at")[:MOST_IN_WINDOW])
    check_pace(body, [text for text, _at in recent])
    burst_start = timezone.now() - BURST
    return hold_for(author, body, html, sum(at >= burst_start for _text, at in recent))


def check_pace(body: str, recent: list[str]) -> None:
    """Raise TooMany for too many comments, Invalid for repeated text."""
    if len(recent) >= MOST_IN_WINDOW:
        raise TooMany(_("You have written a lot in a short time. Take a break of ten minutes."))
    if body.strip() in {text.strip() for text in recent}:
        raise Invalid(_("You posted the same text a moment ago."))


def hold_for(author: User, body: str, html: str, in_burst: int) -> Verdict:
    """Return a held verdict for the first reason that applies, else visible."""
    newcomer = is_newcomer(author)
    if check_words(body):
        return held(Comment.HeldFor.WORDS)
    if newcomer and LINK.search(html):
        return held(Comment.HeldFor.LINKS)
    if in_burst >= (BURST_OF_NEWCOMER if newcomer else BURST_OF_ANYONE):
        return held(Comment.HeldFor.BURST)
    return Verdict()


def hold_edit(editor: User, body: str, *, old: str, new: str) -> str:
    """Return the reason to hold an edited text, or "". Raises Invalid for blocked words.

    Links in the old text are accepted, because a moderator may have approved them.
    """
    if is_moderator(editor):
        return ""
    if check_words(body):
        return Comment.HeldFor.WORDS
    added = set(LINK.findall(new)) - set(LINK.findall(old))
    return Comment.HeldFor.LINKS if added and is_newcomer(editor) else ""


def held(reason: str) -> Verdict:
    """Return a verdict that holds the comment."""
    return Verdict(Comment.Status.HELD, reason)


def check_words(body: str) -> bool:
    """Return whether a blocked word holds the text. Raises Invalid when one refuses it."""
    text = normalise_for_search(body)
    effects = {effect for word, effect in blocked_words() if word in text}
    if BlockedWord.Effect.REFUSE in effects:
        raise Invalid(_("This text contains words or addresses that are not allowed here."))
    return bool(effects)


def blocked_words() -> list[tuple[str, str]]:
    """Return the normalized word list; no query while it is unchanged."""
    return cached_value(
        "blocked-words",
        lambda: [
            (normalise_for_search(word), effect)
            for word, effect in BlockedWord.objects.values_list("word", "effect")
        ],
    )
