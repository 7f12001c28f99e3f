"""App configuration of course: quests, lessons, progress, search and stream."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CourseConfig(AppConfig):
    """The main app: quests, lessons and progress, and pages that combine several apps."""

    name = "course"
    verbose_name = _("Quests and lessons")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register this app with the lower apps."""
        from course import checks, chores
        from course.authoring import registrations as authoring
        from course.progress import registrations
        from course.rhythm import registrations as rhythm

        authoring.register()
        registrations.register()
        rhythm.register()
        chores.register()
        checks.register_checks()
