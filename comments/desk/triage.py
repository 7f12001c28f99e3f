"""Triage of reports: state, reply, audit trail, reward and notice in one transaction."""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.mailing import outbox
from accounts.models import User
from accounts.notifications import Notice, notify
from comments.desk.audit import record, snapshot
from comments.errors import Invalid
from comments.models import AuditEntry, BugReport, ReportReply, Thread
from comments.reports import REPORT_XP
from gamification.providers import facts_of_one
from gamification.xp import Grant, award
from pagecache.changes import invalidate

KIND = "report"
REMEMBERED = ("status", "fixed_in", "duplicate_of_id")
Status = BugReport.Status


@dataclass(frozen=True)
class Decision:
    """A report's new state; `reply` is sent to its reporter."""

    status: str
    reply: str = ""
    fixed_in: int | None = None
    duplicate_of: int | None = None


def triage(*, report: BugReport, by: User, decision: Decision) -> AuditEntry:
    """Apply a decision.

    Raises Invalid when a duplicate names no other report, and when the same decision was made
    already (a second click).
    """
    with transaction.atomic():
        fresh = held_for_writing(report, decision.duplicate_of)
        check_changed(fresh, decision)
        before = snapshot(fresh, *REMEMBERED)
        apply(fresh, decision)
        reward(fresh)
        told = [fresh, *duplicates_to_tell(fresh)]
        for one in told:
            answer(one, by, decision)
        return record(
            actor=by,
            action=decision.status,
            target=fresh,
            reason=decision.reply,
            before=before,
            after=snapshot(fresh, *REMEMBERED),
        )


def held_for_writing(report: BugReport, other: int | None = None) -> BugReport:
    """Return the current report; locks its thread's row, its own and the original's.

    Otherwise two reports merged into each other at once would form a cycle.
    """
    # Thread first, then reports by number: the order that every other writer takes.
    thread = Thread.objects.locked_for_writing().get(pk=report.thread_id)
    rows = BugReport.objects.select_for_update(of=("self",)).order_by("pk")
    fresh = {row.pk: row for row in rows.filter(pk__in=[report.pk, other or report.pk])}[report.pk]
    fresh.thread = thread
    return fresh


def check_changed(report: BugReport, decision: Decision) -> None:
    """Raise Invalid if the report has that state and its reporter has received that reply."""
    same_state = report.status == decision.status and (
        decision.status != Status.FIXED or report.fixed_in == decision.fixed_in
    )
    if not same_state or decision.status == Status.DUPLICATE:
        return
    last = report.replies.order_by("pk").last()
    if not decision.reply.strip() or (last is not None and last.text == decision.reply):
        raise Invalid(_("The report already has this state."))


def apply(report: BugReport, decision: Decision) -> None:
    """Save the new state and update the thread's number of known issues."""
    was_known = report.status == Status.CONFIRMED
    original = original_of(report, decision)
    report.status = decision.status
    report.fixed_in = decision.fixed_in if decision.status == Status.FIXED else None
    report.duplicate_of = original
    report.changed_at = timezone.now()
    report.save(update_fields=["status", "fixed_in", "duplicate_of", "changed_at"])
    change = int(report.status == Status.CONFIRMED) - int(was_known)
    if change:
        rows = Thread.objects.filter(pk=report.thread_id)
        rows.update(issue_count=F("issue_count") + change)
        invalidate(f"thread:{report.thread_id}")


def original_of(report: BugReport, decision: Decision) -> BugReport | None:
    """Return the original of a duplicate, following chains to the first. Raises Invalid."""
    if decision.status != Status.DUPLICATE:
        return None
    original = BugReport.objects.filter(pk=decision.duplicate_of or 0).first()
    met = {report.pk}
    while original is not None and original.pk not in met and original.duplicate_of is not None:
        met.add(original.pk)
        original = original.duplicate_of
    if original is None or original.pk in met:
        raise Invalid(_("Enter the number of the report that this one duplicates."))
    if original.pk == report.duplicate_of_id:
        raise Invalid(_("The report already has this state."))
    return original


def duplicates_to_tell(report: BugReport) -> list[BugReport]:
    """Return direct and indirect duplicates, whose reporters are notified of the outcome."""
    if report.status not in (Status.FIXED, Status.DECLINED):
        return []
    found: dict[int, BugReport] = {}
    ahead = [report.pk]
    while ahead:
        rows = BugReport.objects.filter(duplicate_of__in=ahead, status=Status.DUPLICATE)
        fresh = [row for row in rows.select_related("thread") if row.pk not in found]
        found |= {row.pk: row for row in fresh}
        ahead = [row.pk for row in fresh]
    found.pop(report.pk, None)
    return list(found.values())


def reward(report: BugReport) -> None:
    """Give XP when a report is accepted for the first time."""
    if report.status not in BugReport.ACCEPTED or report.accepted_at:
        return
    report.accepted_at = timezone.now()
    report.save(update_fields=["accepted_at"])
    learner = report.reporter
    if learner is not None:
        grant = Grant("report", str(report.pk), REPORT_XP)
        award(learner=learner, grants=[grant], facts=lambda: facts_of_one(learner.pk))


def answer(report: BugReport, by: User, decision: Decision) -> None:
    """Store the reply and notify the reporter."""
    reply = ReportReply.objects.create(
        report=report, author=by, status=decision.status, text=decision.reply
    )
    if report.reporter is not None:
        tell_learner(report, report.reporter, reply)
    elif report.email:
        mail_anonymous(report, reply)


def tell_learner(report: BugReport, learner: User, reply: ReportReply) -> None:
    """Notify a reporter who has an account."""
    with override(learner.language):
        notify(
            Notice(
                learner=learner,
                key=f"report:{report.pk}:{reply.pk}",
                kind=KIND,
                text=headline(report, reply),
                url=report.get_absolute_url(),
                body=reply.text,
            )
        )


def mail_anonymous(report: BugReport, reply: ReportReply) -> None:
    """Queue a mail with the private link for a reporter without account."""
    with override(report.reader_language):
        lines = [headline(report, reply), reply.text, _("The state of your report:")]
        body = "\n\n".join(line for line in lines if line)
        outbox.post(
            to=report.email,
            subject=f"[{settings.SITE_NAME}] {headline(report, reply)}",
            body=f"{body}\n{settings.SITE_URL}{report.get_absolute_url()}\n",
        )


def headline(report: BugReport, reply: ReportReply) -> str:
    """Return one line about the outcome, in the active language."""
    page = {"page": report.thread.name, "revision": report.fixed_in}
    if reply.status == Status.FIXED and report.fixed_in:
        return _("Fixed in revision %(revision)s: your report on “%(page)s”") % page
    texts = {
        Status.NEW: _("Reopened: your report on “%(page)s”"),
        Status.CONFIRMED: _("Confirmed: your report on “%(page)s”"),
        Status.FIXED: _("Fixed: your report on “%(page)s”"),
        Status.DUPLICATE: _("Duplicate: your report on “%(page)s”"),
        Status.DECLINED: _("Closed without changes: your report on “%(page)s”"),
    }
    return texts[Status(reply.status)] % page
