"""What readers do, for authors."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import get_language

from course.admin.access import page, quest_or_404, studio, title_of
from course.insights import bars, insight_of


@studio
def insights(request: HttpRequest, number: int) -> HttpResponse:
    """A quest's lessons in numbers."""
    quest = quest_or_404(number)
    found = insight_of(quest, get_language())
    days = [(date_format(day, "SHORT_DATE_FORMAT"), count) for day, count in found.days]
    context = {
        "quest": quest,
        "insight": found,
        "days": bars(days),
        "busiest": max(count for _day, count in days),
        "completed": any(row.completions for row in found.lessons),
        "reached": bars((row.title, row.completions) for row in found.lessons),
    }
    title = title_of(quest.texts.all(), get_language(), quest.slug)
    return render(request, "admin/course/insights.html", page(request, title, **context))
