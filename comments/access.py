"""Fetch for a viewer or answer 404: who may not see a thing does not learn that it exists."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404

from comments.models import BugReport, Comment, Thread


def get_thread(viewer: Any, thread_id: int) -> Thread:
    """A thread that the viewer may read. Raises Http404."""
    return get_object_or_404(Thread.objects.visible_to(viewer), pk=thread_id)


def get_comment(viewer: Any, comment_id: int) -> Comment:
    """A comment whose text the viewer may read, with author and thread. Raises Http404."""
    comments = Comment.objects.visible_to(viewer).select_related("thread", "author")
    return get_object_or_404(comments, pk=comment_id)


def get_own_comment(viewer: Any, comment_id: int) -> Comment:
    """A comment that the viewer wrote, still stands and may read. Raises Http404."""
    comment = get_comment(viewer, comment_id)
    if comment.author_id != viewer.pk or comment.status in ("deleted", "hidden"):
        raise Http404
    return comment


def get_report(viewer: Any, link_token: str) -> BugReport:
    """The report of a private link. Raises Http404."""
    reports = BugReport.objects.reached_by_link(viewer, link_token)
    return get_object_or_404(reports.select_related("thread", "duplicate_of"))
