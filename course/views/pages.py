"""The reading pages."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language

from comments.shared import shared_first_page
from course import access, outlines, search, stream
from course.cards import cards
from course.models import Lesson, LessonText, QuestText, Status, Tag
from course.progress.showing import home_progress, lesson_progress, quest_progress
from pagecache.public import depends_on, public
from pagecache.skeletons import render_page


@public("site", "rules")
def home(request: HttpRequest) -> HttpResponse:
    """Every quest, and where to go on."""
    viewer, language = request.user, get_language()
    return render_page(
        request,
        "course/home.html",
        shared=lambda: {"quests": cards(viewer=viewer, language=language)},
        personal=lambda: home_progress(viewer),
    )


@public("rules")
def quest(request: HttpRequest, slug: str) -> HttpResponse:
    """A quest: what one learns, its chapters and lessons."""
    language = get_language()
    text = access.shared_quest_text(slug=slug, viewer=request.user, language=language)
    depends_on(request, f"quest:{text.quest_id}")
    return render_page(
        request,
        "course/quest.html",
        shared=lambda: quest_context(request.user, text, language),
        personal=lambda: quest_progress(request.user, text.quest),
    )


def quest_context(viewer: Any, text: QuestText, language: str) -> dict[str, Any]:
    """What the quest's page shows to everybody."""
    outline = outline_for(viewer, text.quest, text.outline, language)
    lessons = outlines.lessons_of(outline)
    return {
        "text": text,
        "quest": text.quest,
        "outline": outline,
        "lesson_count": len(lessons),
        "minutes": sum(lesson["minutes"] for lesson in lessons),
        "first": lessons[0] if lessons else None,
    }


def outline_for(
    viewer: Any, quest: Any, stored: outlines.Outline, language: str
) -> outlines.Outline:
    """The stored outline, or for staff one that has drafts too."""
    if not viewer.is_staff:
        return stored
    return outlines.build(quest, language, [Status.DRAFT, Status.PUBLISHED])


@public("rules")
def lesson(request: HttpRequest, quest: str, slug: str) -> HttpResponse:
    """A lesson, from title to comments."""
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
    """What the lesson page shows to everybody."""
    item = text.lesson
    outline = outline_for(request.user, item.quest, text.outline or [], language)  # type: ignore[attr-defined]
    return {
        "outline": outline,
        "place": outlines.place_of(item.uid, outline),
        "other_language": text.language != language,
        "versions": sample_versions(text),
    }


def personal_context(request: HttpRequest, text: LessonText, language: str) -> dict[str, Any]:
    """What the lesson page shows to one reader alone, and what is needed to say it."""
    item = text.lesson
    found = lesson_progress(request.user, text)
    return {
        "text": text,
        "lesson": item,
        "quest": item.quest,
        "page": shared_first_page(
            thread=item.thread, viewer=request.user, language=language, own=found["own"]
        ),
        **found,
    }


def sample_versions(text: LessonText) -> str:
    """The libraries that the lesson's samples ran on, for reports: "jax 0.10.2, optax 0.2.8"."""
    found = {k: v for each in text.extras.get("samples", []) for k, v in each["versions"].items()}
    return ", ".join(f"{name} {version}" for name, version in sorted(found.items()))


@public("site")
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    """Every lesson with this tag, in reading order."""
    if "\x00" in slug:  # which Postgres can't be asked for
        raise Http404
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


@public("site", query={"after"})
def stream_page(request: HttpRequest) -> HttpResponse:
    """What is new."""
    page = stream.page(language=get_language(), after=request.GET.get("after", ""))
    return render(request, "course/stream.html", {"page": page, "section": "stream"})


def search_page(request: HttpRequest) -> HttpResponse:
    """Find lessons."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[: search.MAX_QUERY]
    number = request.GET.get("page", "1")
    page = min(int(number), 500) if number.isascii() and number.isdigit() and int(number) else 1
    results = search.find(query=query, language=get_language(), viewer=request.user, page=page)
    context = {"query": query, "results": results, "page": page, "section": "search"}
    return render(request, "course/search.html", context)
