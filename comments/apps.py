"""App configuration of comments."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommentsConfig(AppConfig):
    """Threads, comments, bug reports and moderation; never imports course."""

    name = "comments"
    verbose_name = _("Comments")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register this app with accounts."""
        from comments import registrations

        registrations.register()
