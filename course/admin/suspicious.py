"""Admin of suspiciously fast progress."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.readonly_admin import ReadOnlyAdmin
from course.models import Completion


@admin.register(Completion)
class SuspiciousAdmin(ReadOnlyAdmin):
    """Lessons completed with too many others within a minute, newest first.

    Read-only: progress changes through the log alone.
    """

    list_display = ("learner", "lesson", "part", "first_at", "done")
    list_filter = ("done", "part")
    list_select_related = ("learner", "lesson")
    search_fields = ("learner__handle", "lesson__uid")
    date_hierarchy = "first_at"
    ordering = ("-first_at", "pk")
    fields = ("learner", "lesson", "part", "first_at", "last_at", "done")
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Completion]:
        """Flagged completions only, to protect other learners' privacy."""
        return Completion.objects.suspicious()
