"""What processes tell each other: the log of changes, and facts of the whole site."""

from datetime import datetime

from django.db import models
from django.utils import timezone


class Change(models.Model):
    """An invalidated key; rows are kept for a day."""

    key = models.CharField(max_length=80)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"{self.key} at {self.at:%Y-%m-%d %H:%M:%S}"


class SiteFact(models.Model):
    """A fact that one process writes and others read: when a backup was made, a sweep ended."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.name} at {self.at:%Y-%m-%d %H:%M:%S}"

    @classmethod
    def note(cls, name: str, at: datetime | None = None) -> None:
        """Write the fact, as of now unless told."""
        cls.objects.update_or_create(name=name, defaults={"at": at or timezone.now()})
