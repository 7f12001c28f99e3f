"""Quests, lessons, progress, search, stream."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CourseConfig(AppConfig):
    """The product's own heart, and every page that mixes apps."""

    name = "course"
    verbose_name = _("Quests and lessons")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the lower apps what only this one knows."""
        from course import chores
        from course.progress import registrations

        registrations.register()
        chores.register()
