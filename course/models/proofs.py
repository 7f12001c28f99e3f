"""One author asks another to read a lesson before it is published."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from course.models.content import Lesson


class Proof(models.Model):
    """A lesson that its author asked others to read; open until it is closed."""

    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="proofs")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    asked = models.ForeignKey(  # None: any other author
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    note = models.CharField(_("what to look at"), max_length=300, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_version = models.PositiveIntegerField(null=True, blank=True)  # the lesson's, then
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lesson"],
                condition=models.Q(closed_at=None),
                name="one_open_proof_a_lesson",
            )
        ]

    def __str__(self) -> str:
        return f"proof of {self.lesson_id}"

    @property
    def is_current(self) -> bool:
        """Whether what was approved is what the lesson says now."""
        return self.approved_at is not None and self.approved_version == self.lesson.version


class ProofComment(models.Model):
    """A remark on a paragraph, which is named by its words: it may move."""

    proof = models.ForeignKey(Proof, models.CASCADE, related_name="comments")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    language = models.CharField(max_length=5, choices=settings.LANGUAGES)
    paragraph = models.TextField()
    text = models.TextField(_("text"))
    created_at = models.DateTimeField(default=timezone.now)
    resolved_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.text[:60]
