"""People: who they are, what they prefer, what they are told."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Learners, notifications, data export and deletion."""

    name = "accounts"
    verbose_name = _("People")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the checks and this app's part of the export; lock the admin's own door."""
        from allauth.account.decorators import secure_admin_login
        from allauth.account.signals import email_confirmed
        from django.contrib import admin

        from accounts import checks  # noqa: F401
        from accounts.export import own_files
        from accounts.proof import forget_unproven_credentials
        from accounts.registry import register_export

        register_export("account", own_files)
        email_confirmed.connect(forget_unproven_credentials, dispatch_uid="accounts.proof")
        # The admin's sign-in page knows neither rate limits nor second factors.
        admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
