"""Publish, schedule, retire, and links for showing a draft around."""

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from course.admin.access import lesson_or_404, studio
from course.authoring import previews, schedule
from course.models import Lesson, PreviewLink


@studio
@require_POST
def change_state(request: HttpRequest, number: int) -> HttpResponse:
    """Do what the pressed button says."""
    lesson = lesson_or_404(number)
    action = request.POST.get("action", "")
    try:
        done = perform(request, lesson, action)
    except schedule.NotReady as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, done) if done else messages.error(request, _("Unknown action."))
    return redirect("admin:course_lesson_change", number)


def perform(request: HttpRequest, lesson: Lesson, action: str) -> str:
    """Carry an action out; returns what to tell, "" for an unknown action."""
    if action == "publish":
        schedule.publish(lesson=lesson)
        return _("Published: readers have the lesson now.")
    if action == "schedule":
        at = read_time(request)
        if at is None:
            raise schedule.NotReady(_("Please give the day and time of publication."))
        schedule.publish_later(lesson=lesson, at=at)
        return _("Scheduled.")
    if action == "retire":
        schedule.retire(lesson=lesson)
        return _("Retired: it stays readable, but no longer counts.")
    if action == "draft":
        schedule.back_to_draft(lesson=lesson)
        return _("A draft again: only staff see it.")
    return ""


def read_time(request: HttpRequest) -> datetime | None:
    """The posted time, in the author's own time zone; None when it is no time."""
    try:
        at = parse_datetime(request.POST.get("publish_at", ""))
    except ValueError:
        return None
    if at is None or not is_naive(at):
        return at
    try:
        zone = ZoneInfo(getattr(request.user, "time_zone", ""))
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo(settings.LEARNER_TIME_ZONE)
    return at.replace(tzinfo=zone)


@studio
@require_POST
def make_link(request: HttpRequest, number: int) -> HttpResponse:
    """A new preview link, shown this once."""
    lesson = get_object_or_404(Lesson, pk=number)
    token = previews.make_link(lesson=lesson, author=request.user)
    address = f"{settings.SITE_URL}{reverse('shared-preview', args=[token])}"
    told = _("Preview link, valid for 14 days and shown only now: %(address)s")
    messages.success(request, told % {"address": address}, extra_tags="preview-link")
    return redirect("admin:course_lesson_change", number)


@studio
@require_POST
def revoke_link(request: HttpRequest, number: int, link: int) -> HttpResponse:
    """Take a preview link back."""
    found = get_object_or_404(PreviewLink, pk=link, lesson=number)
    previews.revoke_link(link=found)
    messages.success(request, _("The preview link opens nothing any more."))
    return redirect("admin:course_lesson_change", number)
