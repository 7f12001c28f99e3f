"""The stream of new lessons and announcements, newest first."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts.params import SENSIBLE, parse_aware_datetime, parse_int
from course.content.outlines import best_by
from course.models import Announcement, LessonText, StreamEntry
from course.models.languages import in_language

PAGE = 30


@dataclass(frozen=True)
class Line:
    """One entry as shown to a reader; exactly one of `text` and `announcement` is set."""

    entry: StreamEntry
    text: LessonText | None
    title: str
    html: str

    @property
    def day(self) -> date:
        """The day in the reader's time zone."""
        return timezone.localdate(self.entry.at)


@dataclass(frozen=True)
class StreamPage:
    """One page of entries, and the key of the next page ("" at the end)."""

    lines: list[Line]
    after: str


def page(*, language: str, after: str = "") -> StreamPage:
    """Return one page of public entries; two queries."""
    entries = visible_entries()
    position = parse_key(after)
    if position:
        at, number = position
        entries = entries.filter(Q(at__lt=at) | Q(at=at, id__lt=number))
    rows = list(entries[: PAGE + 1])
    shown = rows[:PAGE]
    key = f"{shown[-1].at.isoformat()}~{shown[-1].pk}" if len(rows) > PAGE else ""
    return StreamPage(lines(shown, language), key)


def visible_entries() -> Any:
    """Return entries of published lessons and of announcements that are due."""
    published = Q(lesson__status="published", lesson__quest__status="published")
    told = Q(announcement__published_at__lte=timezone.now())
    # A row that an older release stored with a date of year 1 can't be read on Postgres.
    since = datetime(SENSIBLE.start, 1, 1, tzinfo=UTC)
    entries = StreamEntry.objects.filter(published | told, at__gte=since)
    return entries.select_related("lesson__quest", "announcement")


def lines(entries: list[StreamEntry], language: str) -> list[Line]:
    """Return the entries with titles in the reader's language."""
    lessons = [entry.lesson_id for entry in entries if entry.lesson_id]
    texts = best_by(
        LessonText.objects.filter(lesson__in=lessons).only(
            "lesson_id", "language", "title", "summary"
        ),
        "lesson_id",
        language,
    )
    return [line(entry, texts, language) for entry in entries]


def line(entry: StreamEntry, texts: dict[int, LessonText], language: str) -> Line:
    """Return one entry as a Line."""
    if entry.announcement:
        told = entry.announcement
        html = in_language(told.bodies_html, language, "")
        return Line(entry, None, in_language(told.titles, language, ""), html)
    text = texts.get(entry.lesson_id or 0)
    return Line(entry, text, text.title if text else "", "")


def parse_key(key: str) -> tuple[datetime, int] | None:
    """Parse a page key; None for an empty or invalid one."""
    at_text, _, number = key.partition("~")
    at, place = parse_aware_datetime(at_text), parse_int(number)
    return (at, place) if at and place is not None else None


def announce(announcement: Announcement) -> None:
    """Add an announcement to the stream once, or move it to its publication time."""
    StreamEntry.objects.update_or_create(
        announcement=announcement,
        defaults={"kind": StreamEntry.Kind.ANNOUNCEMENT, "at": announcement.published_at},
    )
