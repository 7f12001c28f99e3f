"""Threads, replies, bug reports and their moderation."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommentsConfig(AppConfig):
    """Knows pages by their thread; never imports course."""

    name = "comments"
    verbose_name = _("Comments")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell accounts what this app adds to it."""
        from comments import registrations

        registrations.register()
