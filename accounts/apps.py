"""People: who they are, what they prefer, what they are told."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Learners, notifications, data export and deletion."""

    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
