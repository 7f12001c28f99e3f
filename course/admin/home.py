"""The author's home: what waits to be written, looked at or mended."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comments.models import BugReport
from comments.visibility import is_moderator
from course.admin.access import author_of, page, studio, title_of
from course.models import Lesson, LessonDraft, LessonText, Proof, Quest, Status
from course.pages.question_insights import QuestionInsight, hardest_questions
from course.search.misses import frequent_misses

SHOWN = 10


@dataclass(frozen=True)
class Waiting:
    """A lesson that something waits for, and what."""

    lesson: Lesson
    title: str
    about: Any = None


@studio
def home(request: HttpRequest) -> HttpResponse:
    """Show the author's drafts, what is due, and what readers are missing."""
    context = {
        "drafts": drafts_of(author_of(request)),
        "unpublished": unpublished(),
        "due": due(),
        "stale": stale_translations(),
        "reports": open_reports(),
        "hardest": hardest(),
        "proofreading": settings.PROOFREADING,
        "proofs": asked_of(author_of(request)) if settings.PROOFREADING else [],
        "misses": frequent_misses()[:SHOWN],
        "moderates": is_moderator(request.user),
        "quests": [
            (quest, title_of(quest.texts.all(), get_language(), quest.slug))
            for quest in Quest.objects.order_by("position", "pk").prefetch_related("texts")
        ],
    }
    return render(request, "admin/course/home.html", page(request, _("Writing"), **context))


def waiting(rows: Iterable[Any], lesson_of: Any, about: Any) -> list[Waiting]:
    """Return rows with their lessons' titles; the lessons have their texts."""
    language = get_language()
    return [
        Waiting(lesson, title_of(lesson.texts.all(), language, lesson.slug), about(row))
        for row in rows
        for lesson in [lesson_of(row)]
    ]


def titles(path: str = "texts") -> Prefetch:
    """Prefetch the titles of lessons."""
    return Prefetch(path, LessonText.objects.only("lesson_id", "language", "title"))


def itself(lesson: Lesson) -> Lesson:
    """Return the row, which is the lesson."""
    return lesson


def drafts_of(author: Any) -> list[Waiting]:
    """Return the author's forms that were not saved, newest first."""
    rows = LessonDraft.objects.filter(author=author).select_related("lesson").defer("fields")
    rows = rows.prefetch_related(titles("lesson__texts")).order_by("-saved_at")[:SHOWN]
    return waiting(rows, lambda row: row.lesson, lambda row: row.saved_at)


def unpublished() -> list[Waiting]:
    """Return lessons that are drafts without a date, newest first."""
    rows = Lesson.objects.filter(status=Status.DRAFT, publish_at=None).prefetch_related(titles())
    return waiting(rows.order_by("-pk")[:SHOWN], itself, lambda row: None)


def due() -> list[Waiting]:
    """Return the lessons that are to be published, in the order of their dates."""
    rows = Lesson.objects.filter(status=Status.DRAFT, publish_at__isnull=False)
    rows = rows.prefetch_related(titles()).order_by("publish_at", "pk")[:SHOWN]
    return waiting(rows, itself, lambda row: row.publish_at)


def stale_translations() -> list[Waiting]:
    """Return lessons with a translation whose source changed since, by the languages' names."""
    texts = LessonText.objects.filter(behind=True).exclude(lesson__status=Status.RETIRED)
    rows = texts.only("language", "lesson_id").select_related("lesson")
    rows = rows.prefetch_related(titles("lesson__texts")).order_by("lesson_id", "language")[:SHOWN]
    return waiting(rows, lambda row: row.lesson, lambda row: row.get_language_display())


def asked_of(author: Any) -> list[Waiting]:
    """Return the lessons that the author asked others to read or may read, oldest first."""
    rows = Proof.objects.filter(closed_at=None, approved_at=None).select_related("lesson", "author")
    rows = rows.filter(Q(asked=None) | Q(asked=author) | Q(author=author))
    rows = rows.prefetch_related(titles("lesson__texts")).order_by("asked_at")[:SHOWN]
    return waiting(rows, lambda row: row.lesson, lambda row: row.author)


def open_reports() -> list[Waiting]:
    """Return the lessons with open reports, those with most first, and how many each has."""
    counted = BugReport.objects.open().exclude(lesson_uid="").values("lesson_uid").order_by()
    numbers = dict(
        counted.annotate(n=Count("pk"))
        .order_by("-n", "lesson_uid")
        .values_list("lesson_uid", "n")[:SHOWN]
    )
    rows = Lesson.objects.filter(uid__in=numbers).prefetch_related(titles())
    return waiting(
        sorted(rows, key=lambda row: -numbers[row.uid]), itself, lambda row: numbers[row.uid]
    )


def hardest() -> list[tuple[Waiting, QuestionInsight]]:
    """Return the questions that fewest answer right at first, with their lessons."""
    found = hardest_questions(get_language(), SHOWN)
    lessons = Lesson.objects.prefetch_related(titles()).in_bulk([row.lesson_id for row in found])
    rows = waiting([lessons[row.lesson_id] for row in found], itself, lambda row: None)
    return list(zip(rows, found, strict=True))
