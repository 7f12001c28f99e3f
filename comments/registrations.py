"""Registrations with accounts: export, erasure, notification kinds, profile section."""

import json
from collections.abc import Iterator
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.export import to_read
from accounts.models import User, Viewer
from accounts.registry import (
    ExportFile,
    register_erasure,
    register_export,
    register_kind,
    register_profile_section,
    register_renaming,
)
from comments.conversation import comment_facts, editing, notifying
from comments.desk import triage
from comments.models import BugReport, Comment, Flag, Follow, HelpfulMark, ReportReply
from gamification.labels import register_points
from gamification.providers import register_facts
from pagecache.changes import invalidate

RECENT = 10


def register() -> None:
    """Fill the registries; called once when the app is ready."""
    register_export("comments", export)
    register_erasure("comments", erase)
    register_renaming("comments", renew_pages)
    register_facts(comment_facts.facts_of_many)
    for kind, label in (
        (notifying.REPLY, _("Replies to you")),
        (notifying.MENTION, _("Mentions of you")),
        (notifying.FOLLOW, _("New comments in conversations you follow")),
    ):
        register_kind(kind, label, notifying.recheck, present=notifying.present)
    register_points("report", triage.REPORT_XP)
    register_kind(triage.KIND, _("Your bug reports"))
    register_profile_section(
        "comments", "comments/_profile.html", recent, _("Recent comments"), "css/comments.css"
    )
    register_profile_section(
        "helpful",
        "comments/_profile_helpful.html",
        helpful,
        _("Helpful comments"),
        "css/comments.css",
    )


def export(owner: User) -> Iterator[ExportFile]:
    """Return the user's comments, marks, flags, follows and reports as files."""
    own = Comment.objects.visible_to(owner).filter(author=owner).order_by("pk")
    columns = ("id", "thread__title", "thread__url", "language", "body", "status", "created_at")
    yield as_json("comments/comments.json", own.values(*columns, "edited_at"))
    texts = [(row.thread.name, row.created_at, row.body) for row in own.select_related("thread")]
    if texts:
        yield ExportFile("comments/comments.md", to_read(str(_("Your comments")), texts))
    marks = HelpfulMark.objects.filter(learner=owner).order_by("pk")
    yield as_json("comments/helpful.json", marks.values("comment", "created_at"))
    flags = Flag.objects.filter(learner=owner).order_by("pk")
    yield as_json("comments/flags.json", flags.values("comment", "reason", "note", "created_at"))
    follows = Follow.objects.filter(learner=owner).order_by("pk")
    yield as_json("comments/follows.json", follows.values("thread__title", "thread__url", "state"))
    reports = BugReport.objects.visible_to(owner).filter(reporter=owner).order_by("pk")
    columns = ("id", "thread__title", "category", "body", "quote", "lesson_uid", "revision")
    yield as_json("comments/reports.json", reports.values(*columns, "status", "created_at"))
    replies = ReportReply.objects.filter(report__in=reports)
    yield as_json("comments/answers.json", replies.values("report", "status", "text", "created_at"))
    sanctions = owner.sanctions.order_by("pk")
    held = sanctions.values("kind", "reason", "until", "created_at", "lifted_at")
    yield as_json("comments/sanctions.json", held)


def as_json(path: str, rows: "QuerySet[Any, Any]") -> ExportFile:
    """Return a file with one object per row."""
    text = json.dumps(list(rows), cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
    return ExportFile(path, text)


def erase(owner: User, keep_comments: bool) -> None:
    """Before account deletion: delete the comments, or keep them without a name.

    The text of comments that the author had deleted is erased in both cases.
    """
    if keep_comments:
        editing.forget_deleted(owner)
    else:
        editing.erase_text(owner)
    notifying.forget_name(owner)
    editing.withdraw_marks(owner)
    renew_pages(owner)
    BugReport.objects.filter(reporter=owner).update(email="", network="")


def renew_pages(author: User) -> None:
    """Invalidate pages with the author's comments after the name changed or was removed."""
    threads = Comment.objects.filter(author=author).values_list("thread", flat=True).distinct()
    invalidate(*(f"thread:{thread}" for thread in threads))


def recent(owner: User, viewer: Viewer) -> dict[str, Any] | None:
    """Context of the owner's newest comments; only publicly readable ones are listed."""
    comments = list(published(owner, viewer).order_by("-created_at", "-id")[:RECENT])
    return {"comments": comments} if comments else None


def helpful(owner: User, viewer: Viewer) -> dict[str, Any] | None:
    """Context of the owner's comments that helped most; one query."""
    marked = published(owner, viewer).filter(helpful_count__gt=0)
    comments = list(marked.order_by("-helpful_count", "-created_at", "-id")[:RECENT])
    return {"comments": comments} if comments else None


def published(owner: User, viewer: Viewer) -> "QuerySet[Comment, Comment]":
    """Return the owner's comments that everybody may read."""
    rows = Comment.objects.visible_to(viewer).filter(author=owner, status="visible")
    return rows.select_related("thread")
