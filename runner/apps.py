"""App configuration of runner: the queue of learners' runs."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RunnerConfig(AppConfig):
    """Stores learners' runs; knows only the user model and opaque keys."""

    name = "runner"
    verbose_name = _("Running code")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks."""
        from runner import checks

        checks.register_checks()
