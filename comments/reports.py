"""File bug reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from comments import policy
from comments.errors import Invalid, TooMany
from comments.models import BugReport, Thread
from markup import normalise_for_search

REPORT_XP = 25  # once for each report that turned out to be right
HOUR = timedelta(hours=1)
MOST_AN_HOUR = 10
ALIKE = 0.35  # share of the shorter text's letter pairs that both texts have
MOST_SHOWN = 5


@dataclass(frozen=True)
class Fault:
    """A reporter's description, with the place and version of the page."""

    category: str
    body: str
    quote: str = ""
    lesson_uid: str = ""
    revision: int | None = None
    language: str = "ko"
    versions: str = ""


def file(
    *,
    thread: Thread,
    reporter: User | None,
    fault: Fault,
    form_token: str,
    email: str = "",
    network: str = "",
) -> BugReport:
    """Store a report, or return the one that this form filed before.

    `reporter` is None for the anonymous, who may leave an e-mail address. Raises Refused for banned
    learners, TooMany above the hourly limit of an account or network.
    """
    if reporter is not None:
        policy.check_may_write(reporter, silenced_too=False)
    check_pace(reporter, network, form_token)
    try:
        with transaction.atomic():
            return BugReport.objects.create(
                thread=thread,
                reporter=reporter,
                was_anonymous=reporter is None,
                email="" if reporter else email,
                form_token=form_token,
                network=network,
                reader_language=get_language() or "ko",
                **vars(fault),
            )
    except IntegrityError:
        return filed_before(reporter, form_token)


def filed_before(reporter: User | None, form_token: str) -> BugReport:
    """Return the report of an earlier submission. Raises Invalid for someone else's token."""
    report = BugReport.objects.filter(form_token=form_token, reporter=reporter).first()
    if report is None:
        raise Invalid(_("This form was sent already. Reload the page and try again."))
    return report


def check_pace(reporter: User | None, network: str, form_token: str) -> None:
    """Raise TooMany above the limit of the account, or of an anonymous reporter's network."""
    recent = BugReport.objects.filter(created_at__gte=timezone.now() - HOUR)
    recent = recent.exclude(form_token=form_token)
    own = (
        recent.filter(reporter=reporter)
        if reporter
        else recent.filter(network=network, was_anonymous=True)
    )
    if own.count() >= MOST_AN_HOUR:
        raise TooMany(_("That is a lot of reports in an hour. Thank you! Please try again later."))


def similar_to(fault: Fault, reports: Sequence[BugReport]) -> list[BugReport]:
    """Return the reports that are similar to this one, most similar first."""
    scored = [(likeness(fault, report), report) for report in reports]
    alike = [pair for pair in scored if pair[0] >= ALIKE]
    alike.sort(key=lambda pair: -pair[0])
    return [report for _score, report in alike[:MOST_SHOWN]]


def likeness(fault: Fault, report: BugReport) -> float:
    """Return the similarity from 0 to 1, by words or by the same quoted passage."""
    bodies = overlap(pairs(fault.body), pairs(report.body))
    quotes = overlap(pairs(fault.quote), pairs(report.quote))
    return max(bodies, quotes)


def pairs(text: str) -> set[str]:
    """Return the pairs of adjacent letters; works for Korean words with particles."""
    letters = "".join(ch for ch in normalise_for_search(text)[:1000] if ch.isalnum())
    return {letters[at : at + 2] for at in range(len(letters) - 1)}


def overlap(one: set[str], other: set[str]) -> float:
    """Return the share of the smaller set in the other; 0 when either is nearly empty."""
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller >= 4 else 0.0
