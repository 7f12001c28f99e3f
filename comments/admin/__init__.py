"""The moderators' desk in Django admin."""

from comments.admin import comments, lists, reports

__all__ = ["comments", "lists", "reports"]
