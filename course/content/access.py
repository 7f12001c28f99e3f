"""Fetch quests and lessons visible to the viewer; otherwise 404, or 301 when moved."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils.translation import gettext as _

from accounts.models import Viewer
from course.models import Lesson, LessonText, OldLessonSlug, OldQuestSlug, Quest, QuestText, Status
from pagecache.entries import get_or_build

# Somebody who is not signed in: sees what everybody may see.
ANYBODY = AnonymousUser()


class Moved(Exception):
    """The page has a new URL, `url`."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


class MovedMiddleware:
    """Answers 301 when a view raises Moved."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        response: HttpResponse = self.get_response(request)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Turn Moved into a permanent redirect that keeps the query string."""
        if not isinstance(error, Moved):
            return None
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(f"{error.url}?{query}" if query else error.url)


def preferred(language: str) -> Case:
    """Order texts with the requested language first."""
    return Case(When(language=language, then=Value(0)), default=1, output_field=IntegerField())


def readable(language: str) -> Case:
    """Order lesson texts with the requested language first, but empty ones last."""
    return Case(
        When(body="", then=Value(2)),
        When(language=language, then=Value(0)),
        default=1,
        output_field=IntegerField(),
    )


def best_quest_texts(language: str) -> QuerySet[QuestText]:
    """Subquery of an outer lesson text's quest text, in the requested language if any."""
    return QuestText.objects.filter(quest=OuterRef("lesson__quest")).order_by(preferred(language))


def lesson_text(*, quest: str, slug: str, viewer: Viewer, language: str) -> LessonText:
    """Return the lesson's text in `language`, else in another; one query.

    It carries `outline` and `quest_title` besides lesson, quest and thread. Raises Http404 for what
    the viewer may not see, Moved for a former URL of the lesson.
    """
    visible = Lesson.objects.visible_to(viewer)
    quest_texts = best_quest_texts(language)
    text = (
        LessonText.objects.filter(lesson__quest__slug=quest, lesson__slug=slug)
        .filter(lesson__in=visible)
        .select_related("lesson__quest", "lesson__chapter", "lesson__thread", "lesson__merged_into")
        .defer("beside")
        .annotate(
            outline=Subquery(quest_texts.values("outline")[:1]),
            quest_title=Subquery(quest_texts.values("title")[:1]),
        )
        .order_by(readable(language), preferred(language))
        .first()
    )
    if text is None:
        raise moved_lesson(quest, slug, viewer)
    if text.lesson.merged_into_id:
        raise Moved(text.lesson.merged_into.get_absolute_url())  # type: ignore[union-attr]
    return text


def shared_lesson_text(*, quest: str, slug: str, viewer: Viewer, language: str) -> LessonText:
    """Like lesson_text, but without a query once the text is cached.

    All readers share the object, so it must not be modified. Staff see drafts and get their own.
    """
    if viewer.is_staff:
        return lesson_text(quest=quest, slug=slug, viewer=viewer, language=language)
    return get_or_build(
        ("lesson", quest, slug, language),
        lambda: lesson_text(quest=quest, slug=slug, viewer=viewer, language=language),
        keys=lambda text: page_keys(text.lesson),
        size=lambda text: 4 * len(text.body_html) + 20_000,
    )


def page_keys(lesson: Lesson) -> tuple[str, str]:
    """Return the cache keys that a lesson's page depends on."""
    return f"quest:{lesson.quest_id}", f"thread:{lesson.thread_id}"


def moved_lesson(quest: str, slug: str, viewer: Viewer) -> Exception:
    """Return Moved with the lesson's current URL, or Http404."""
    renamed = OldQuestSlug.objects.filter(slug=quest).select_related("quest").first()
    now = renamed.quest.slug if renamed else quest
    old = OldLessonSlug.objects.filter(quest__slug=now, slug=slug).select_related("lesson").first()
    lessons = Lesson.objects.visible_to(viewer).select_related("quest")
    lesson = (
        lessons.filter(pk=old.lesson_id).first()
        if old
        else lessons.filter(quest__slug=now, slug=slug).first()
    )
    if lesson is None or not (old or renamed):
        return Http404(_("There is no such lesson."))
    return Moved(lesson.get_absolute_url())


def quest_text(*, slug: str, viewer: Viewer, language: str) -> QuestText:
    """Return the quest's text in `language`, else another; one query. Raises Http404 or Moved."""
    text = (
        QuestText.objects.filter(quest__slug=slug)
        .filter(quest__in=Quest.objects.visible_to(viewer))
        .select_related("quest")
        .order_by(preferred(language))
        .first()
    )
    if text is not None:
        return text
    old = OldQuestSlug.objects.filter(slug=slug).select_related("quest").first()
    if old and (viewer.is_staff or old.quest.status == Status.PUBLISHED):
        raise Moved(old.quest.get_absolute_url())
    raise Http404(_("There is no such quest."))


def shared_quest_text(*, slug: str, viewer: Viewer, language: str) -> QuestText:
    """Like quest_text, but without a query once the text is cached.

    All readers share the object, so it must not be modified. Staff see drafts and get their own.
    """
    if viewer.is_staff:
        return quest_text(slug=slug, viewer=viewer, language=language)
    return get_or_build(
        ("quest", slug, language),
        lambda: quest_text(slug=slug, viewer=viewer, language=language),
        keys=lambda text: [f"quest:{text.quest_id}"],
        size=lambda text: 4 * len(text.body_html) + 4 * len(str(text.outline)) + 5_000,
    )


def shared_chapter_quest_text(*, uid: str, viewer: Viewer, language: str) -> QuestText:
    """Return the shared quest text for the chapter with this uid.

    One query more when this process has not seen the chapter yet. Raises Http404.
    """
    slug = get_or_build(
        ("chapter", uid),
        lambda: chapter_quest(uid),
        keys=lambda quest: [f"quest:{quest.pk}"],
        size=lambda quest: 2_000,
    ).slug
    return shared_quest_text(slug=slug, viewer=viewer, language=language)


def chapter_quest(uid: str) -> Quest:
    """Return the quest of a chapter. Raises Http404."""
    quest = Quest.objects.filter(chapters__uid=uid).first()
    if quest is None:
        raise Http404(_("There is no such chapter."))
    return quest


def quest_texts(*, viewer: Viewer, language: str) -> list[QuestText]:
    """Return every quest that the viewer may see, in the best language; one query."""
    rows = (
        QuestText.objects.filter(quest__in=Quest.objects.visible_to(viewer))
        .select_related("quest")
        .order_by("quest__position", "quest_id", preferred(language))
    )
    best: dict[int, QuestText] = {}
    for row in rows:
        best.setdefault(row.quest_id, row)
    return list(best.values())
