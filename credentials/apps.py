"""App configuration of credentials."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CredentialsConfig(AppConfig):
    """Certificates and signed badges of what learners finished; built from their progress."""

    name = "credentials"
    verbose_name = _("Certificates")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks; export, erasure and profile section with accounts."""
        from credentials import checks, registrations  # noqa: F401

        registrations.register()
