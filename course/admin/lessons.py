"""Lessons in the admin: a plain list, and the studio's own pages."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import path

from course.admin import editor, notebooks, past, pictures, states
from course.asked import whole_number
from course.models import Lesson


@admin.register(Lesson)
class LessonAdmin(admin.ModelAdmin):
    """The list of lessons; each opens in the form with both languages."""

    list_display = ("slug", "quest", "chapter", "position", "status", "publish_at")
    list_filter = ("status", "quest")
    list_select_related = ("quest", "chapter")
    search_fields = ("slug", "uid", "texts__title")
    ordering = ("quest__position", "chapter__position", "position")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Lessons begin in their quest's outline, where their place is known."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Lessons are retired, never deleted: learners' progress points to them."""
        return False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Our own form."""
        return editor.edit(request, number=whole_number(object_id) or 0)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Our own history."""
        return past.past(request, number=whole_number(object_id) or 0)

    def get_urls(self) -> list[Any]:
        """The studio's pages around a lesson."""
        own = [
            path("<int:number>/autosave/", editor.autosave, name="lesson-autosave"),
            path("<int:number>/discard/", editor.discard, name="lesson-discard"),
            path("<int:number>/preview/", editor.live_preview, name="lesson-live-preview"),
            path("<int:number>/learner/", editor.as_learner, name="lesson-as-learner"),
            path("<int:number>/state/", states.change_state, name="lesson-state"),
            path("<int:number>/links/", states.make_link, name="lesson-make-link"),
            path("<int:number>/links/<int:link>/", states.revoke_link, name="lesson-revoke-link"),
            path("<int:number>/past/<str:language>/", past.past, name="lesson-past"),
            path("<int:number>/images/", pictures.upload, name="lesson-images"),
            path("<int:number>/notebook/", notebooks.upload, name="lesson-notebook"),
        ]
        return own + super().get_urls()
