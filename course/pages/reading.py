"""Views of the reading pages."""

from collections import Counter
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language

import runner
from accounts.models import Viewer
from comments.conversation.shared import shared_first_page
from course.content import access, outlines
from course.content.failures import failures_of
from course.content.programs import programs_of, wants_browser
from course.models import Lesson, LessonText, QuestText, Status, Tag
from course.pages import stream
from course.pages.browser_runs import browser_page
from course.pages.cards import cards
from course.pages.chapters import onward_url
from course.pages.lesson_parts import parts_of_page
from course.pages.page_context import home_progress, lesson_progress, quest_progress
from course.progress.catalogue import catalogue
from pagecache.partial import render_page
from pagecache.public import depends_on, public

NEWS = 3  # lines of the stream on a member's home


@public("site", "rules")
def home(request: HttpRequest) -> HttpResponse:
    """Every quest, and the lesson to continue with."""
    viewer, language = request.user, get_language()
    return render_page(
        request,
        "course/home.html",
        shared=lambda: {
            "quests": cards(viewer=viewer, language=language),
            "news": stream.page(language=language).lines[:NEWS],
        },
        personal=lambda: home_progress(viewer),
    )


@public("rules")
def quest(request: HttpRequest, slug: str) -> HttpResponse:
    """A quest: description, chapters and lessons."""
    language = get_language()
    text = access.shared_quest_text(slug=slug, viewer=request.user, language=language)
    depends_on(request, f"quest:{text.quest_id}")
    return render_page(
        request,
        "course/quest.html",
        shared=lambda: quest_context(request.user, text, language),
        personal=lambda: quest_progress(request.user, text.quest),
    )


def quest_context(viewer: Viewer, text: QuestText, language: str) -> dict[str, Any]:
    """Context of the quest page that all viewers share."""
    outline = outline_for(viewer, text.quest, text.outline, language)
    lessons = outlines.lessons_of(outline)
    return {
        "text": text,
        "quest": text.quest,
        "outline": outline,
        "lesson_count": len(lessons),
        "minutes": sum(lesson["minutes"] for lesson in lessons),
        "first": lessons[0] if lessons else None,
        "has_glossary": text.quest.terms.exists(),
        "has_errors": bool(failures_of(text.quest, viewer)),
    }


def outline_for(
    viewer: Viewer, quest: Any, stored: outlines.Outline, language: str
) -> outlines.Outline:
    """Return the stored outline, or for staff one that includes drafts."""
    if not viewer.is_staff:
        return stored
    return outlines.build(quest, language, [Status.DRAFT, Status.PUBLISHED])


@public("rules")
def lesson(request: HttpRequest, quest: str, slug: str) -> HttpResponse:
    """A lesson with its comments."""
    language = get_language()
    text = access.shared_lesson_text(quest=quest, slug=slug, viewer=request.user, language=language)
    depends_on(request, *access.page_keys(text.lesson))
    return render_page(
        request,
        "course/lesson.html",
        shared=lambda: shared_context(request, text, language),
        personal=lambda: personal_context(request, text, language),
    )


def shared_context(request: HttpRequest, text: LessonText, language: str) -> dict[str, Any]:
    """Context of the lesson page that all viewers share."""
    item = text.lesson
    outline = outline_for(request.user, item.quest, text.outline or [], language)  # type: ignore[attr-defined]
    return {
        "text": text,
        "lesson": item,
        "quest": item.quest,
        "thread": item.thread,
        "outline": outline,
        "place": outlines.place_of(item.uid, outline),
        "onward": onward_url(item.uid, catalogue()),
        "other_language": text.language != language,
        "versions": sample_versions(text),
        **code_context(text),
        **parts_of_page(text, outline, language),
    }


def code_context(text: LessonText) -> dict[str, Any]:
    """Return whether code runs on the lesson's page, where, and what the browser needs for it."""
    if not any(programs_of(text)):
        return {"runs_code": False}
    if not wants_browser(text):
        return {"runs_code": runner.is_on()}
    if not settings.PYODIDE_INSTALLED:
        return {"runs_code": False, "lacks_pyodide": True}
    return {"runs_code": True, "browser_page": browser_page(text)}


def personal_context(request: HttpRequest, text: LessonText, language: str) -> dict[str, Any]:
    """Context of the lesson page for one reader."""
    item = text.lesson
    found = lesson_progress(request.user, text)
    return {
        "page": shared_first_page(
            thread=item.thread, viewer=request.user, language=language, own=found["own"]
        ),
        **found,
    }


def sample_versions(text: LessonText) -> str:
    """Return the libraries of the lesson's samples, for reports: "jax 0.10.2, optax 0.2.8"."""
    found = {k: v for each in text.extras.get("samples", []) for k, v in each["versions"].items()}
    return ", ".join(f"{name} {version}" for name, version in sorted(found.items()))


@public("site")
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    """Every lesson with this tag, in reading order."""
    found = get_object_or_404(Tag, slug=slug)
    lessons = Lesson.objects.visible_to(request.user).filter(tags=found, merged_into=None)
    rows = lessons.in_order().select_related("quest")
    texts = outlines.best_by(
        LessonText.objects.filter(lesson__in=rows).only(
            "lesson_id", "language", "title", "summary"
        ),
        "lesson_id",
        get_language(),
    )
    pairs = [(row, texts[row.pk]) for row in rows if row.pk in texts]
    return render(request, "course/tag.html", {"tag": found, "lessons": pairs})


@public("site")
def tags(request: HttpRequest) -> HttpResponse:
    """Every tag, with its number of lessons in the reader's language and in others."""
    return render(
        request, "course/tags.html", {"tags": tag_counts(get_language()), "section": "tags"}
    )


def tag_counts(language: str) -> list[tuple[str, int, int]]:
    """Return (tag, lessons in the language, lessons only in others), by name; no query."""
    here: Counter[str] = Counter()
    elsewhere: Counter[str] = Counter()
    for page in catalogue().counted():
        (here if language in page.titles else elsewhere).update(page.tags)
    return [(slug, here[slug], elsewhere[slug]) for slug in sorted(here | elsewhere)]


@public("site", query={"after"})
def stream_page(request: HttpRequest) -> HttpResponse:
    """The stream of new lessons and announcements."""
    page = stream.page(language=get_language(), after=request.GET.get("after", ""))
    return render(request, "course/stream.html", {"page": page, "section": "stream"})
