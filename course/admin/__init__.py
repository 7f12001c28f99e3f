"""The studio: where authors write. Plain Django admin, with pages of its own where it pays."""

from course.admin import announcements, lessons, quests, suspicious

__all__ = ["announcements", "lessons", "quests", "suspicious"]
