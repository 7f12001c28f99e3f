"""The studio: the Django admin with custom pages for authors."""

from course.admin import announcements, lessons, quests, suspicious

__all__ = ["announcements", "lessons", "quests", "suspicious"]
