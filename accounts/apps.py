"""App configuration of accounts: users, preferences and notifications."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Users, notifications, data export and account deletion."""

    name = "accounts"
    verbose_name = _("People")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks and this app's export.

        Require allauth's sign-in for the admin.
        """
        from allauth.account.decorators import secure_admin_login
        from allauth.account.signals import email_confirmed
        from django.contrib import admin

        from accounts import checks, security_log  # noqa: F401
        from accounts.email_verification import forget_unproven_credentials
        from accounts.export import own_files
        from accounts.registry import register_export

        register_export("account", own_files)
        security_log.connect()
        email_confirmed.connect(
            forget_unproven_credentials, dispatch_uid="accounts.email_verification"
        )
        # The admin's sign-in page knows neither rate limits nor second factors.
        admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
