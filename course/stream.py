"""The stream: what is new, newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from course.asked import moment, whole_number
from course.models import Announcement, LessonText, StreamEntry
from course.outlines import best_by
from course.rendering import in_language

PAGE = 30


@dataclass(frozen=True)
class Line:
    """One entry as a reader sees it; exactly one of `text` and `announcement` is set."""

    entry: StreamEntry
    text: LessonText | None
    title: str
    html: str


@dataclass(frozen=True)
class StreamPage:
    """Lines of one page, and the key of the next page ("" at the end)."""

    lines: list[Line]
    after: str


def page(*, language: str, after: str = "") -> StreamPage:
    """One page of entries that everybody may see; two queries."""
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
    """Entries of published lessons and of announcements whose time has come."""
    published = Q(lesson__status="published", lesson__quest__status="published")
    told = Q(announcement__published_at__lte=timezone.now())
    return StreamEntry.objects.filter(published | told).select_related(
        "lesson__quest", "announcement"
    )


def lines(entries: list[StreamEntry], language: str) -> list[Line]:
    """The entries with titles in the reader's language."""
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
    """One entry as a line."""
    if entry.announcement:
        told = entry.announcement
        html = in_language(told.bodies_html, language)
        return Line(entry, None, in_language(told.titles, language), html)
    text = texts.get(entry.lesson_id or 0)
    return Line(entry, text, text.title if text else "", "")


def parse_key(key: str) -> tuple[datetime, int] | None:
    """The place that a page key names; None for an empty or broken key."""
    at_text, _, number = key.partition("~")
    at, place = moment(at_text), whole_number(number)
    return (at, place) if at and place is not None else None


def announce(announcement: Announcement) -> None:
    """Put an announcement into the stream, once; only another time of publication moves it."""
    StreamEntry.objects.update_or_create(
        announcement=announcement,
        defaults={"kind": StreamEntry.Kind.ANNOUNCEMENT, "at": announcement.published_at},
    )
