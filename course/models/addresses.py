"""Former URLs of quests and lessons."""

from django.db import models

from course.models.content import Lesson
from course.models.quests import Quest


class OldQuestSlug(models.Model):
    """A former slug of a quest; its URLs redirect with 301."""

    slug = models.SlugField(max_length=64, unique=True)
    quest = models.ForeignKey(Quest, models.CASCADE, related_name="old_slugs")

    def __str__(self) -> str:
        return self.slug


class OldLessonSlug(models.Model):
    """A former URL of a lesson; it redirects with 301."""

    quest = models.ForeignKey(Quest, models.CASCADE)
    slug = models.SlugField(max_length=64)
    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="old_slugs")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["quest", "slug"], name="old_lesson_slug_once_a_quest")
        ]

    def __str__(self) -> str:
        return self.slug
