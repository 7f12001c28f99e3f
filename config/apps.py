"""App configuration of config: system checks and export registrations."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Registers the system checks."""

    name = "config"

    def ready(self) -> None:
        """Import the system checks; register the export and erasure of sandbox runs."""
        from config import checks, runs  # noqa: F401

        runs.register()
