"""XP, levels and achievements."""

from django.apps import AppConfig


class GamificationConfig(AppConfig):
    """Knows learners, reasons, keys and points; never a lesson."""

    name = "gamification"
    default_auto_field = "django.db.models.BigAutoField"
