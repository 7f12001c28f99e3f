"""Threads, replies, bug reports and their moderation."""

from django.apps import AppConfig


class CommentsConfig(AppConfig):
    """Knows pages by their thread; never imports course."""

    name = "comments"
    default_auto_field = "django.db.models.BigAutoField"
