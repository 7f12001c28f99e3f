"""The errors of a quest: each message that its lessons raise on purpose, and what it means."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Viewer
from course.content import access
from course.content.failures import Failure, failures_of
from course.content.outlines import best_by
from course.models import LessonText, Quest
from markup import Placed, split_placed
from pagecache.public import depends_on, public

PARAGRAPH = re.compile(r"<p>.*?</p>", re.S)
HEADING = re.compile(r"\s*<h[1-6]\b")


@dataclass(frozen=True)
class Shown:
    """A message with its explanation and the places that raise it, the first one explaining it."""

    failure: Failure
    meaning: SafeString  # HTML of one paragraph, or ""
    places: list[tuple[LessonText, Failure]]

    @property
    def text(self) -> LessonText:
        """Return the text that explains it."""
        return self.places[0][0]


@public("site")
def errors(request: HttpRequest, slug: str) -> HttpResponse:
    """Every error message of a quest by name; three queries; 404 for a quest without errors."""
    language = get_language()
    text = access.quest_text(slug=slug, viewer=request.user, language=language)
    depends_on(request, f"quest:{text.quest_id}")
    shown = errors_of(request.user, text.quest, language)
    if not shown:
        raise Http404(_("No lesson of this quest shows an error."))
    context = {"text": text, "quest": text.quest, "errors": shown}
    return render(request, "course/errors.html", context)


def errors_of(viewer: Viewer, quest: Quest, language: str) -> list[Shown]:
    """Return the messages that lessons of the quest show, each once, by name; two queries."""
    found = failures_of(quest, viewer)
    rows = LessonText.objects.filter(lesson__in={each.lesson for each in found}).exclude(body="")
    fields = ("lesson_id", "language", "title", "body_html", "lesson__slug", "lesson__quest__slug")
    rows = rows.select_related("lesson__quest").only(*fields).order_by("language")
    texts = best_by(rows, "lesson_id", language)
    places: dict[str, list[tuple[LessonText, Failure]]] = {}
    for failure in found:
        if failure.lesson in texts:
            places.setdefault(failure.line, []).append((texts[failure.lesson], failure))
    shown = [Shown(each[0][1], meaning_of(*each[0]), each) for each in places.values()]
    return sorted(shown, key=lambda each: (each.failure.short_name.lower(), each.failure.line))


def meaning_of(text: LessonText, failure: Failure) -> SafeString:
    """Return the paragraph behind the placed sample, or else the one before it, as HTML."""
    parts = split_placed(text.body_html)
    place = next((n for n, part in enumerate(parts) if is_sample(part, failure.sample)), None)
    if place is None:
        return mark_safe("")
    behind = next((part for part in parts[place + 1 :] if isinstance(part, str)), "")
    before = next((part for part in reversed(parts[:place]) if isinstance(part, str)), "")
    found = "" if HEADING.match(behind) else first(PARAGRAPH.findall(behind))
    return mark_safe(found or first(PARAGRAPH.findall(before)[::-1]))


def is_sample(part: str | Placed, name: str) -> bool:
    """Return whether a part of a text is the sample of that name."""
    return isinstance(part, Placed) and (part.kind, part.id) == ("sample", name)


def first(found: Iterable[Any]) -> str:
    """Return the first one, or ""."""
    return next(iter(found), "")
