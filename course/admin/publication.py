"""Publish, schedule and retire a lesson, and manage its preview links."""

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.params import is_sensible
from course.admin.access import back_to_form, lesson_or_404, studio
from course.authoring import previews, schedule
from course.models import Lesson, PreviewLink, Status


@studio
@require_POST
def change_state(request: HttpRequest, number: int) -> HttpResponse:
    """Perform the action of the pressed button."""
    carry_out(request, lesson_or_404(number), request.POST.get("action", ""))
    return back_to_form(request, number)


def carry_out(request: HttpRequest, lesson: Lesson, action: str) -> None:
    """Perform an action; say that it is done, or why not."""
    try:
        done = perform(request, lesson, action)
    except schedule.NotReady as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, done) if done else messages.error(request, _("Unknown action."))


def perform(request: HttpRequest, lesson: Lesson, action: str) -> str:
    """Perform an action. Returns a success message, "" for an unknown action."""
    if action == "publish":
        schedule.publish(lesson=lesson)
        if lesson.quest.status == Status.DRAFT:
            return _("Published, but readers see it only when its quest is published, too.")
        return _("Published: readers can see the lesson now.")
    if action == "publish-quest":
        schedule.publish_quest(quest=lesson.quest)
        return _("The quest is published: readers can see its published lessons now.")
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
        return _("Back to draft: only staff can see it.")
    return ""


def read_time(request: HttpRequest) -> datetime | None:
    """Parse the posted time in the author's time zone; None when invalid."""
    try:
        at = parse_datetime(request.POST.get("publish_at", ""))
    except ValueError:
        return None
    if at is None or not is_sensible(at):
        return None
    if not is_naive(at):
        return at
    try:
        zone = ZoneInfo(getattr(request.user, "time_zone", ""))
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo(settings.LEARNER_TIME_ZONE)
    return at.replace(tzinfo=zone)


@studio
@require_POST
def make_link(request: HttpRequest, number: int) -> HttpResponse:
    """Create a preview link; its URL is shown only this once."""
    lesson = get_object_or_404(Lesson, pk=number)
    token = previews.make_link(lesson=lesson, author=request.user)
    address = f"{settings.SITE_URL}{reverse('shared-preview', args=[token])}"
    told = _("Preview link, valid for 14 days and shown only now: %(address)s")
    messages.success(request, told % {"address": address}, extra_tags="preview-link")
    return back_to_form(request, number)


@studio
@require_POST
def revoke_link(request: HttpRequest, number: int, link: int) -> HttpResponse:
    """Revoke a preview link."""
    found = get_object_or_404(PreviewLink, pk=link, lesson=number)
    previews.revoke_link(link=found)
    messages.success(request, _("Preview link revoked."))
    return back_to_form(request, number)
