"""Admin of suspiciously fast progress."""

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.translation import get_language, gettext_lazy

from accounts.readonly_admin import ReadOnlyAdmin
from course.admin.access import title_of
from course.models import Completion, LessonText


@admin.register(Completion)
class SuspiciousAdmin(ReadOnlyAdmin):
    """Lessons completed with too many others within a minute, newest first.

    Read-only: progress changes through the log alone.
    """

    list_display = ("learner", "title", "lesson", "part", "first_at", "done")
    list_filter = ("done", "part")
    list_select_related = ("learner", "lesson")
    search_fields = ("learner__handle", "lesson__uid")
    date_hierarchy = "first_at"
    ordering = ("-first_at", "pk")
    fields = ("learner", "lesson", "part", "first_at", "last_at", "done")
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Completion]:
        """Flagged completions only, to protect other learners' privacy."""
        titles = LessonText.objects.only("lesson_id", "language", "title")
        return Completion.objects.suspicious().prefetch_related(Prefetch("lesson__texts", titles))

    @admin.display(description=gettext_lazy("title"))
    def title(self, completion: Completion) -> str:
        """The lesson's title in the moderator's language, or else in another."""
        return title_of(completion.lesson.texts.all(), get_language(), completion.lesson.slug)
