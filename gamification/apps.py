"""XP, levels and achievements."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GamificationConfig(AppConfig):
    """Knows learners, reasons, keys and points; never a lesson."""

    name = "gamification"
    verbose_name = _("XP and achievements")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Add this app's part to the account pages."""
        from accounts import registry
        from gamification import bar, labels, news, profile

        labels.register_label("achievement", labels.describe_achievements)
        registry.register_stamp("standing", bar.stamp_sql())
        registry.register_export("gamification", profile.export_game)
        registry.register_erasure("gamification", profile.erase_game)
        # Once a day by default: whoever signs up with forty lessons gains many at the same moment.
        for kind, label, recheck in (
            ("achievement", _("New achievements"), news.recheck_achievements),
            ("level", _("New levels"), news.recheck_levels),
        ):
            registry.register_kind(kind, label, recheck, default="digest")
        for name, build, label in (
            ("level", profile.level_section, _("Level and XP")),
            ("achievements", profile.achievements_section, _("Achievements")),
            ("calendar", profile.calendar_section, _("Learning days")),
        ):
            template = f"gamification/_profile_{name}.html"
            registry.register_profile_section(name, template, build, label, "css/achievements.css")
