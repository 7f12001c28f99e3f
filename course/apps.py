"""Quests, lessons, progress, search, stream."""

from django.apps import AppConfig


class CourseConfig(AppConfig):
    """The product's own heart, and every page that mixes apps."""

    name = "course"
    default_auto_field = "django.db.models.BigAutoField"
