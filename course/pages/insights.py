"""Statistics of a quest's lessons: sums from the site's own data, without identities.

The number of queries does not depend on the number of lessons.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils import timezone

from comments.models import BugReport
from course.content.outlines import best_by
from course.models import (
    CodeSample,
    Completion,
    Lesson,
    LessonReads,
    LessonText,
    Part,
    Quest,
    Status,
)
from course.pages.tries import ExerciseTries, tries_of

DAYS = 30
# An output this old may not be what today's libraries print.
OLD_CAPTURE = timedelta(days=180)


@dataclass
class LessonInsight:
    """One lesson's statistics; `reached` is the share of the quest's starters who completed it."""

    lesson: Lesson
    title: str
    reads: int = 0
    completions: int = 0
    reached: int = 0
    exercises: int = 0
    comments: int = 0
    reports: int = 0
    open_reports: int = 0
    stale_samples: int = 0


@dataclass
class QuestInsight:
    """One quest's statistics."""

    lessons: list[LessonInsight] = field(default_factory=list)
    days: list[tuple[date, int]] = field(default_factory=list)
    tries: list[ExerciseTries] = field(default_factory=list)

    @property
    def reads(self) -> int:
        """Reads of all lessons in the last 30 days."""
        return sum(count for _day, count in self.days)


def insight_of(quest: Quest, language: str) -> QuestInsight:
    """Return the quest's published and retired lessons in order; seven queries."""
    since = timezone.now().date() - timedelta(days=DAYS - 1)
    lessons = list(
        quest.lessons.exclude(status=Status.DRAFT)
        .select_related("thread")
        .order_by("chapter__position", "position", "id")
    )
    texts = LessonText.objects.filter(lesson__quest=quest).only("lesson_id", "language", "title")
    titles = best_by(texts, "lesson_id", language)
    rows = {
        lesson.pk: LessonInsight(
            lesson,
            titles[lesson.pk].title if lesson.pk in titles else lesson.slug,
            comments=lesson.thread.comment_count,
        )
        for lesson in lessons
    }
    add_reads(rows, quest, since)
    add_completions(rows, quest)
    add_reports(rows, quest)
    add_stale_samples(rows, quest)
    add_reached(list(rows.values()))
    tries = tries_of(quest, {pk: (row.lesson, row.title) for pk, row in rows.items()}, language)
    return QuestInsight(list(rows.values()), reads_by_day(quest, since), tries)


def add_reads(rows: dict[int, LessonInsight], quest: Quest, since: date) -> None:
    """Add the reads of the last 30 days."""
    found = LessonReads.objects.since(since).filter(lesson__quest=quest)
    for lesson, count in found.values_list("lesson").annotate(total=Sum("count")):
        if lesson in rows:
            rows[lesson].reads = count


def add_completions(rows: dict[int, LessonInsight], quest: Quest) -> None:
    """Add the numbers of learners who completed the lesson and its exercise."""
    parts = Completion.objects.done().filter(part__in=[Part.LESSON.value, Part.EXERCISE.value])
    found = parts.filter(lesson__quest=quest).values_list("lesson", "part")
    for lesson, part, count in found.annotate(count=Count("id")):
        if lesson in rows:
            name = "exercises" if part == Part.EXERCISE else "completions"
            setattr(rows[lesson], name, count)


def add_reports(rows: dict[int, LessonInsight], quest: Quest) -> None:
    """Add the numbers of bug reports, all and open."""
    by_thread = {row.lesson.thread_id: row for row in rows.values()}
    found = BugReport.objects.filter(thread__lesson__quest=quest).values_list("thread")
    open_ones = Count("id", filter=Q(status__in=BugReport.OPEN))
    for thread, count, still_open in found.annotate(count=Count("id"), still=open_ones):
        if thread in by_thread:
            by_thread[thread].reports, by_thread[thread].open_reports = count, still_open


def add_stale_samples(rows: dict[int, LessonInsight], quest: Quest) -> None:
    """Add samples whose output is missing or stale."""
    fields = ("lesson_id", "source", "source_sha256", "ran_on")
    for sample in CodeSample.objects.filter(lesson__quest=quest).only(*fields):
        if sample.lesson_id in rows and is_stale(sample):
            rows[sample.lesson_id].stale_samples += 1


def is_stale(sample: Any) -> bool:
    """Whether the sample should be executed again."""
    if sample.source_sha256 != sha256(sample.source.encode()).hexdigest() or not sample.ran_on:
        return True
    return bool(timezone.now().date() - sample.ran_on > OLD_CAPTURE)


def add_reached(rows: list[LessonInsight]) -> None:
    """Add the share of those who completed the first lesson, in percent."""
    first = rows[0].completions if rows else 0
    for row in rows:
        row.reached = round(100 * row.completions / first) if first else 0


def reads_by_day(quest: Quest, since: date) -> list[tuple[date, int]]:
    """Return (day, reads) for each of the last 30 days."""
    found = LessonReads.objects.since(since).filter(lesson__quest=quest)
    sums = dict(found.values_list("day").annotate(total=Sum("count")))
    days = [since + timedelta(days=number) for number in range(DAYS)]
    return [(day, sums.get(day, 0)) for day in days]


@dataclass(frozen=True)
class Bar:
    """A bar of a chart in SVG units."""

    x: float
    y: float
    width: float
    height: float
    label: str


def bars(values: Iterable[tuple[str, int]], width: int = 600, height: int = 120) -> list[Bar]:
    """Return adjacent bars, the highest at full height; a value above 0 is always visible."""
    rows = list(values)
    top = max((value for _label, value in rows), default=0) or 1
    step = width / max(1, len(rows))
    return [
        Bar(
            round(number * step, 2),
            round(height - tall, 2),
            round(max(0.5, step * 0.8), 2),
            round(tall, 2),
            f"{label}: {value}",
        )
        for number, (label, value) in enumerate(rows)
        for tall in [max(1.5, height * value / top) if value else 0]
    ]
