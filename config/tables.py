"""The admin's own app, without the tables of libraries that nobody should edit by hand."""

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
    """Django's admin after the libraries registered what they have."""

    def ready(self) -> None:
        """Find all tables, then take those away."""
        super().ready()
        from django.apps import apps
        from django.contrib import admin

        for label in NOT_SHOWN:
            admin.site.unregister(apps.get_model(label))
