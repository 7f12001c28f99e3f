"""The moderators' desk in the Django admin."""

from comments.admin import comments, lists, reports

__all__ = ["comments", "lists", "reports"]
