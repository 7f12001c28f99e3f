"""What quests and lessons are called, where they stand, and the words that lessons share."""

from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

UID_PATTERN = r"^[a-z0-9][a-z0-9-]{1,62}[a-z0-9]$"
valid_uid = RegexValidator(UID_PATTERN, _("3 to 64 lower-case letters, digits and hyphens."))


class Status(models.TextChoices):
    """Where a quest or lesson stands in its life."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    RETIRED = "retired", _("retired")


class Change(models.TextChoices):
    """What an author says about a change of a text that readers already have."""

    TYPO = "typo", _("typo: nothing that readers must know")
    CLARIFICATION = "clarification", _("clarification: readers see what changed")
    REDO = "redo", _("must redo: who finished it should look at it again")


class Tag(models.Model):
    """A word that lessons share; its slug is also what readers see."""

    slug = models.SlugField(max_length=40, unique=True, allow_unicode=True)

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        """The page that lists this tag's lessons."""
        return reverse("tag", args=[self.slug])
