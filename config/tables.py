"""Admin app without the libraries' tables that should not be edited by hand."""

from django.contrib.admin.apps import AdminConfig

# Secrets, keys that come from the environment, and rows that the libraries keep for themselves.
NOT_SHOWN = (
    "mfa.Authenticator",
    "socialaccount.SocialApp",
    "socialaccount.SocialToken",
    "usersessions.UserSession",
    "django_tasks_database.DBTaskResult",
)


class SiteAdminConfig(AdminConfig):
    """Django's admin, with some models of libraries unregistered."""

    def ready(self) -> None:
        """Discover all admins, then unregister those models."""
        super().ready()
        from django.apps import apps
        from django.contrib import admin

        for label in NOT_SHOWN:
            admin.site.unregister(apps.get_model(label))
