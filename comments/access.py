"""Fetch objects with an access check. Raises Http404 alike for missing and forbidden ones."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import Viewer
from comments.models import BugReport, Comment, Thread


def get_thread(viewer: Viewer, thread_id: int) -> Thread:
    """Return a thread that the viewer may read. Raises Http404."""
    threads = Thread.objects.visible_to(viewer).select_related("successor")
    return get_object_or_404(threads, pk=thread_id)


def get_comment(viewer: Viewer, comment_id: int) -> Comment:
    """Return a comment that the viewer may read, with author and thread. Raises Http404."""
    comments = Comment.objects.visible_to(viewer).select_related("thread", "author")
    return get_object_or_404(comments, pk=comment_id)


def get_own_comment(viewer: Viewer, comment_id: int) -> Comment:
    """Return the viewer's own comment if it is not deleted and readable. Raises Http404."""
    comment = get_comment(viewer, comment_id)
    if comment.author_id != viewer.pk or comment.status in ("deleted", "hidden"):
        raise Http404
    return comment


def get_report(viewer: Viewer, link_token: str) -> BugReport:
    """Return the report of a private link. Raises Http404."""
    reports = BugReport.objects.reached_by_link(viewer, link_token)
    return get_object_or_404(reports.select_related("thread", "duplicate_of"))
