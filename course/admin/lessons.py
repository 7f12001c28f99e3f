"""Admin of lessons: the list, and the URLs of the studio's pages."""

from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import get_language, gettext_lazy

from accounts.params import parse_int
from course.admin import (
    editor,
    history,
    home,
    merge,
    notebooks,
    pictures,
    proofs,
    publication,
)
from course.admin.access import title_of
from course.models import ChapterText, Lesson, LessonText, Quest, QuestText


class QuestFilter(admin.RelatedFieldListFilter):
    """Filter by quest, with the quests' titles."""

    def field_choices(
        self, field: Any, request: HttpRequest, model_admin: Any
    ) -> list[tuple[str, Any]]:
        """Return the quests' keys and titles in order."""
        quests = Quest.objects.order_by("position", "pk").prefetch_related(
            Prefetch("texts", QuestText.objects.only("quest_id", "language", "title"))
        )
        language = get_language()
        return [(str(each.pk), title_of(each.texts.all(), language, each.slug)) for each in quests]


@admin.register(Lesson)
class LessonAdmin(admin.ModelAdmin):
    """List of lessons; each opens in the studio's form."""

    list_display = (
        *("title", "slug", "of_quest", "of_chapter", "position", "status", "publish_at"),
    )
    list_filter = ("status", ("quest", QuestFilter))
    list_select_related = ("quest", "chapter")
    search_fields = ("slug", "uid", "texts__title")
    ordering = ("quest__position", "quest__pk", "chapter__position", "position")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Lesson]:
        """Return the lessons with their titles."""
        titles = LessonText.objects.only("lesson_id", "language", "title")
        of_quests = QuestText.objects.only("quest_id", "language", "title")
        of_chapters = ChapterText.objects.only("chapter_id", "language", "title")
        return (
            super()
            .get_queryset(request)
            .prefetch_related(
                Prefetch("texts", titles),
                Prefetch("quest__texts", of_quests),
                Prefetch("chapter__texts", of_chapters),
            )
        )

    @admin.display(description=gettext_lazy("title"))
    def title(self, lesson: Lesson) -> str:
        """The title in the author's language, or else in another."""
        return title_of(lesson.texts.all(), get_language(), lesson.slug)

    @admin.display(description=gettext_lazy("quest"), ordering="quest__position")
    def of_quest(self, lesson: Lesson) -> str:
        """The title of the lesson's quest."""
        return title_of(lesson.quest.texts.all(), get_language(), lesson.quest.slug)

    @admin.display(description=gettext_lazy("chapter"), ordering="chapter__position")
    def of_chapter(self, lesson: Lesson) -> str:
        """The title of the lesson's chapter."""
        return title_of(lesson.chapter.texts.all(), get_language(), lesson.chapter.slug)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: lessons are created in the outline of their quest."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: lessons are retired, because learners' progress refers to them."""
        return False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show the studio's form instead of the admin's."""
        return editor.edit(request, number=parse_int(object_id) or 0)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Show the studio's history instead of the admin's."""
        return history.past(request, number=parse_int(object_id) or 0)

    def get_urls(self) -> list[Any]:
        """Add the URLs of the studio's lesson pages."""
        own = [
            path("home/", home.home, name="author-home"),
            path("<int:number>/autosave/", editor.autosave, name="lesson-autosave"),
            path("<int:number>/discard/", editor.discard, name="lesson-discard"),
            path("<int:number>/preview/", editor.live_preview, name="lesson-live-preview"),
            path("<int:number>/learner/", editor.as_learner, name="lesson-as-learner"),
            path("<int:number>/state/", publication.change_state, name="lesson-state"),
            path("<int:number>/proof/", proofs.read, name="lesson-proof"),
            path("<int:number>/proof/<slug:name>/", proofs.act, name="lesson-proof-act"),
            path("<int:number>/merge/", merge.merge, name="lesson-merge"),
            path("<int:number>/links/", publication.make_link, name="lesson-make-link"),
            path(
                "<int:number>/links/<int:link>/", publication.revoke_link, name="lesson-revoke-link"
            ),
            path("<int:number>/past/<str:language>/", history.past, name="lesson-past"),
            path("<int:number>/images/", pictures.upload, name="lesson-images"),
            path("<int:number>/notebook/", notebooks.upload, name="lesson-notebook"),
        ]
        return own + super().get_urls()
