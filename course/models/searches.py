"""Searches that found nothing, for authors: words and a number, without identities."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class SearchMiss(models.Model):
    """Words that were looked for in a language and not found."""

    language = models.CharField(max_length=5, choices=settings.LANGUAGES)
    words = models.CharField(max_length=60)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["language", "words"], name="one_miss_a_language")
        ]

    def __str__(self) -> str:
        return f"{self.words}: {self.count}"
