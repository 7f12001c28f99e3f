"""Progress that came faster than anyone reads, for staff to look at."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.looking import LookOnlyAdmin
from course.models import Completion


@admin.register(Completion)
class SuspiciousAdmin(LookOnlyAdmin):
    """Lessons completed among too many within a minute, the newest first.

    Progress is made by learning; the log alone changes it.
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
        """Only what is flagged: other learners' progress is nobody's business."""
        return Completion.objects.suspicious()
