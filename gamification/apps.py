"""App configuration of gamification."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GamificationConfig(AppConfig):
    """XP, levels and achievements; knows learners, reasons, keys and points, but no lessons."""

    name = "gamification"
    verbose_name = _("XP and achievements")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register this app's export, profile sections and notification kinds with accounts."""
        from accounts import registry
        from gamification import bar, labels, notifications, preferences, profile

        labels.register_label("achievement", labels.describe_achievements)
        registry.register_version("standing", bar.session_version())
        registry.register_version("streak_unit", preferences.unit_version())
        registry.register_export("gamification", profile.export_game)
        registry.register_erasure("gamification", profile.erase_game)
        # Once a day by default: whoever signs up with forty lessons gains many at the same moment.
        for kind, label, recheck in (
            ("achievement", _("New achievements"), notifications.recheck_achievements),
            ("level", _("New levels"), notifications.recheck_levels),
        ):
            registry.register_kind(kind, label, recheck, default="digest")
        for name, build, label in (
            ("level", profile.level_section, _("Level and XP")),
            ("achievements", profile.achievements_section, _("Achievements")),
            ("calendar", profile.calendar_section, _("Learning days")),
        ):
            template = f"gamification/_profile_{name}.html"
            registry.register_profile_section(name, template, build, label, "css/achievements.css")
