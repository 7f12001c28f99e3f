"""Models of questions, all answers published as correct, and glossary terms."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from course.models.content import Lesson
from course.models.quests import Quest


class Question(models.Model):
    """A question of a lesson; retired instead of deleted, so its name is never reused."""

    class Kind(models.TextChoices):
        CHOICE = "choice", _("one of several")
        MULTIPLE = "multiple", _("several of several")
        NUMBER = "number", _("a number")
        TEXT = "text", _("a word")
        ORDER = "order", _("lines in order")
        OUTPUT = "output", _("what a sample prints")

    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="questions")
    position = models.PositiveIntegerField(default=0)
    name = models.CharField(max_length=40)
    kind = models.CharField(max_length=8, choices=Kind)
    # As written: answer, tolerance, sample, lines.
    shared = models.JSONField(default=dict)
    # Language -> as written: prompt, choices, accept, hint, why.
    texts = models.JSONField(default=dict)
    retired = models.BooleanField(default=False)
    # When it became another question under the same name: reviews of before count no more.
    renewed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["lesson", "name"], name="question_name_once_a_lesson")
        ]

    def __str__(self) -> str:
        return self.name


class RightAnswer(models.Model):
    """An answer that was published as correct; never deleted, because late attempts count."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="right_answers")
    value = models.TextField()  # see course.content.judging
    digest = models.CharField(max_length=64)  # of the value

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["question", "digest"], name="right_answer_once")
        ]

    def __str__(self) -> str:
        return self.value[:80]


class Term(models.Model):
    """A term of a quest's glossary."""

    quest = models.ForeignKey(Quest, models.CASCADE, related_name="terms")
    position = models.PositiveIntegerField(default=0)
    key = models.CharField(max_length=64)
    # The lesson that explains it, by uid: one that is gone leaves the term without a link.
    lesson_uid = models.CharField(max_length=64, blank=True)
    texts = models.JSONField(default=dict)  # language -> {"term": …, "line": …}

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["quest", "key"], name="term_once_a_quest")]

    def __str__(self) -> str:
        return self.key
