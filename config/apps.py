"""The project's own app: settings, checks, health, error pages."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Registers the system checks."""

    name = "config"

    def ready(self) -> None:
        """Import the checks so that Django knows them."""
        from config import checks  # noqa: F401
