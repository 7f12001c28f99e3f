"""Progress that came faster than anyone reads, for staff to look at."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from course.models import Completion


@admin.register(Completion)
class SuspiciousAdmin(admin.ModelAdmin):
    """Lessons completed among too many within a minute, the newest first."""

    list_display = ("learner", "lesson", "part", "first_at", "done")
    list_filter = ("done", "part")
    list_select_related = ("learner", "lesson")
    search_fields = ("learner__handle", "lesson__uid")
    date_hierarchy = "first_at"
    ordering = ("-first_at", "pk")
    fields = ("learner", "lesson", "part", "first_at", "last_at", "done")
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Completion]:
        """Only what is flagged: other learners' progress is nobody's business."""
        return Completion.objects.suspicious()

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Progress is made by learning."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The log alone changes it."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The log alone changes it."""
        return False
