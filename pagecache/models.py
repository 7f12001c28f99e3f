"""The log of changes that every process polls."""

from django.db import models
from django.utils import timezone


class Change(models.Model):
    """An invalidated key; rows are kept for a day."""

    key = models.CharField(max_length=80)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"{self.key} at {self.at:%Y-%m-%d %H:%M:%S}"
