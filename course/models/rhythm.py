"""What a learner wants to do each day, and of what the site may remind them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Rhythm(models.Model):
    """A learner's goal of the day, reminder and weekly letter; without a row, none of them.

    `remind_at` and `letter_at` are the next times; whether a letter is wanted is a mail preference.
    Whoever sends claims a row by moving its time forward, see course.rhythm.claiming.
    """

    class Unit(models.TextChoices):
        MINUTES = "minutes", _("minutes")
        LESSONS = "lessons", _("lessons")
        REVIEWS = "reviews", _("reviews")

    learner = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+"
    )
    goal_unit = models.CharField(max_length=7, choices=Unit, blank=True)  # empty: no goal
    goal_amount = models.PositiveSmallIntegerField(default=0)
    remind_hour = models.PositiveSmallIntegerField(null=True)  # on the learner's own clock
    remind_at = models.DateTimeField(null=True)
    letter_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["remind_at"],
                condition=models.Q(remind_at__isnull=False),
                name="reminders_that_are_due",
            ),
            models.Index(
                fields=["letter_at"],
                condition=models.Q(letter_at__isnull=False),
                name="letters_that_are_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.goal_amount} {self.goal_unit}".strip()
