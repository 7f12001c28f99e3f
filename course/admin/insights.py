"""Reader statistics for authors."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import get_language

from course.admin.access import page, quest_or_404, studio, title_of
from course.pages.insights import bars, insight_of
from course.pages.question_insights import question_insights


@studio
def insights(request: HttpRequest, number: int) -> HttpResponse:
    """Statistics of a quest's lessons."""
    quest = quest_or_404(number)
    found = insight_of(quest, get_language())
    days = [(date_format(day, "SHORT_DATE_FORMAT"), count) for day, count in found.days]
    titles = {row.lesson.pk: row.title for row in found.lessons}
    asked = question_insights(quest, get_language())
    context = {
        "questions": [(titles[row.lesson_id], row) for row in asked if row.lesson_id in titles],
        "quest": quest,
        "insight": found,
        "days": bars(days),
        "busiest": max(count for _day, count in days),
        "completed": any(row.completions for row in found.lessons),
        "reached": bars((row.title, row.completions) for row in found.lessons),
    }
    title = title_of(quest.texts.all(), get_language(), quest.slug)
    return render(request, "admin/course/insights.html", page(request, title, **context))
