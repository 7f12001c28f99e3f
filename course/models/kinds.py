"""Statuses, kinds of change, and tags."""

from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

UID_PATTERN = r"^[a-z0-9][a-z0-9-]{1,62}[a-z0-9]$"
valid_uid = RegexValidator(UID_PATTERN, _("3 to 64 lower-case letters, digits and hyphens."))


class Status(models.TextChoices):
    """The publication status of a quest or lesson."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    RETIRED = "retired", _("retired")


class Change(models.TextChoices):
    """The kind of change an author made to a public text."""

    TYPO = "typo", _("typo: nothing that readers must know")
    CLARIFICATION = "clarification", _("clarification: readers see what changed")
    REDO = "redo", _("must redo: who finished it should look at it again")


class Runs(models.TextChoices):
    """Where a quest's code runs."""

    SERVER = "server", _("on the server (needs a runner)")
    BROWSER = "browser", _("in the browser (plain Python)")


class Tag(models.Model):
    """A tag of lessons; its slug is also its displayed name."""

    slug = models.SlugField(max_length=40, unique=True, allow_unicode=True)

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        """The URL of the page that lists this tag's lessons."""
        return reverse("tag", args=[self.slug])
