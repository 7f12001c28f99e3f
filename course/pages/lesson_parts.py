"""A lesson's page in segments: text, placed samples and questions, and the rest."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from course.content import outlines
from course.content.resolvers import lesson_url
from course.content.shipping import shipped
from course.models import LessonText
from course.progress.catalogue import Asked, catalogue
from course.progress.targets import question_target
from markup import split_placed

HEADING = re.compile(r'<h2 id="([^"]+)">(.*?)</h2>', re.DOTALL)
# What a formula says twice: once to be seen, once as its source.
NOT_SHOWN = re.compile(r"<annotation.*?</annotation>|<[^>]*>", re.DOTALL)


@dataclass(frozen=True)
class Heading:
    """A heading of a lesson's text: its anchor, and its text as HTML without tags."""

    id: str
    words: SafeString


@dataclass(frozen=True)
class Segment:
    """A segment of the page: text, a sample, or a question."""

    html: str = ""
    sample: dict[str, Any] | None = None
    question: dict[str, Any] | None = None


def parts_of_page(text: LessonText, outline: outlines.Outline, language: str) -> dict[str, Any]:
    """Return the context of the templates that show a lesson's text."""
    questions = questions_of_page(text)
    return {
        "segments": segments(text, questions),
        "has_questions": bool(questions),
        "questions_after": [row for row in questions if not row["placed"]],
        "needs": needs(text, outline, language),
        "headings": headings(text.body_html),
    }


def questions_of_page(text: LessonText) -> list[dict[str, Any]]:
    """Return the questions; published ones include data for checking in the browser."""
    page = catalogue().by_uid.get(text.lesson.uid)
    published = page.questions if page else {}
    return [
        {**row, "answers": answers_of(text.lesson.uid, row["id"], published)}
        for row in text.extras.get("questions", [])
    ]


def answers_of(uid: str, name: str, published: Mapping[str, Asked]) -> str:
    """Return the data for checking in the browser; empty for an unpublished question."""
    asked = published.get(name)
    if asked is None:
        return ""
    return shipped(str(question_target(uid, name)), asked.kind, asked.right)


def segments(text: LessonText, questions: list[dict[str, Any]]) -> list[Segment]:
    """Return the text split at its placed samples and questions."""
    known = {("sample", row.get("id")): row for row in text.extras.get("samples", [])}
    known |= {("question", row["id"]): row for row in questions}
    found = []
    for piece in split_placed(text.body_html):
        if isinstance(piece, str):
            found.append(Segment(html=piece))
        elif row := known.get((piece.kind, piece.id)):
            found.append(Segment(**{piece.kind: row}))
    return found


def headings(html: str) -> list[Heading]:
    """Return the second-level headings of a rendered text, after the title."""
    return [
        Heading(anchor, mark_safe(NOT_SHOWN.sub("", words)))
        for anchor, words in HEADING.findall(html)
    ]


def needs(text: LessonText, outline: outlines.Outline, language: str) -> list[dict[str, str]]:
    """Return the prerequisites with current titles for those of the quest."""
    known = {row["uid"]: row for row in outlines.lessons_of(outline)}
    rows = [need_of(row, known, text, language) for row in text.extras.get("needs", [])]
    return [row for row in rows if row["url"]]


def need_of(
    stored: dict[str, str], known: dict[str, dict[str, Any]], text: LessonText, language: str
) -> dict[str, str]:
    """Return title and URL of one."""
    row = known.get(stored["uid"])
    if row is None:
        return stored
    return {
        "uid": row["uid"],
        "title": row["title"],
        "url": lesson_url(text.lesson.quest.slug, row["slug"], language),
    }
