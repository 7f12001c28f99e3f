"""Models of threads, comments, bug reports and moderation."""

from comments.models.comment import (
    MAX_DEPTH,
    MAX_LENGTH,
    Comment,
    CommentRevision,
    Flag,
    HelpfulMark,
)
from comments.models.desk import AuditEntry, BlockedWord, CannedReply, Note, Sanction
from comments.models.reports import BugReport, ReportReply
from comments.models.threads import Follow, Thread

__all__ = [
    "MAX_DEPTH",
    "MAX_LENGTH",
    "AuditEntry",
    "BlockedWord",
    "BugReport",
    "CannedReply",
    "Comment",
    "CommentRevision",
    "Flag",
    "Follow",
    "HelpfulMark",
    "Note",
    "ReportReply",
    "Sanction",
    "Thread",
]
