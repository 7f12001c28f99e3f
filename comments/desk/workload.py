"""Numbers of comments and reports waiting for moderators, by state and age."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Viewer
from comments.models import BugReport, Comment

DAY, WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True)
class Line:
    """A row of the workload table: counts by age, and a link."""

    label: str
    url: str
    fresh: int
    days: int
    old: int

    @property
    def total(self) -> int:
        """The sum over all ages."""
        return self.fresh + self.days + self.old


def workload(viewer: Viewer, comments_url: str, reports_url: str) -> list[Line]:
    """Return the waiting items by queue; two queries."""
    now = timezone.now()
    return [
        *comment_lines(Comment.objects.visible_to(viewer), comments_url, now),
        *report_lines(BugReport.objects.visible_to(viewer), reports_url, now),
    ]


def ages(now: datetime, **states: Q) -> dict[str, Count]:
    """Return three counts per state: younger than a day, than a week, older."""
    age = {
        "fresh": Q(created_at__gt=now - DAY),
        "days": Q(created_at__lte=now - DAY, created_at__gt=now - WEEK),
        "old": Q(created_at__lte=now - WEEK),
    }
    return {
        f"{state}_{name}": Count("pk", filter=which & when)
        for state, which in states.items()
        for name, when in age.items()
    }


def lines(found: dict[str, int], url: str, labels: Iterable[tuple[str, str, str]]) -> list[Line]:
    """Return table rows from the counts; labels are (state, text, query)."""
    return [
        Line(
            label,
            f"{url}?{query}",
            *(found[f"{state}_{age}"] for age in ("fresh", "days", "old")),
        )
        for state, label, query in labels
    ]


def comment_lines(rows: QuerySet[Comment], url: str, now: datetime) -> list[Line]:
    """Return rows for held and flagged comments, and unseen ones by new accounts."""
    states = {
        "held": Q(status="held"),
        "flagged": Q(flag_count__gt=0),
        "new": Q(by_newcomer=True, reviewed_at=None, status="visible"),
    }
    labels = [
        ("held", _("Comments held"), "queue=held"),
        ("flagged", _("Comments flagged"), "queue=flagged"),
        ("new", _("Comments by new accounts"), "queue=new"),
    ]
    # Only rows that may count, so that the number of settled comments does not matter.
    waiting = rows.filter(states["held"] | states["flagged"] | states["new"])
    return lines(waiting.aggregate(**ages(now, **states)), url, labels)


def report_lines(rows: QuerySet[BugReport], url: str, now: datetime) -> list[Line]:
    """Return rows for new and confirmed reports."""
    states = {"new": Q(status="new"), "confirmed": Q(status="confirmed")}
    labels = [
        ("new", _("Reports, new"), "state=new"),
        ("confirmed", _("Reports, confirmed"), "state=confirmed"),
    ]
    waiting = rows.filter(status__in=BugReport.OPEN)
    return lines(waiting.aggregate(**ages(now, **states)), url, labels)
