"""Goal and reminders: the settings page, following a quest, coming back to a lesson."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.params import parse_int
from accounts.people import current_user
from accounts.push.keys import is_on
from accounts.ratelimit import limited
from course.models import Quest
from course.pages.progress_forms import lesson_or_404
from course.pages.rhythm_form import RhythmForm
from course.progress.marking import NotOpen
from course.rhythm.finishing import DAYS, give_up, remind_later
from course.rhythm.following import follow, unfollow
from course.rhythm.goals import local_day

A_MINUTE = 60
counted = limited("rhythm", most=A_MINUTE)


@login_required
@counted
def settings_page(request: HttpRequest) -> HttpResponse:
    """Goal of the day, reminder, quiet hours; status 400 when the form has errors."""
    # A copy of the row, so that a rejected form doesn't change the header.
    learner = User.objects.get(pk=current_user(request).pk)
    form = RhythmForm(request.POST or None, learner=learner)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("settings-rhythm")
    status = 400 if form.errors else 200
    return render(
        request, "course/settings_rhythm.html", {"form": form, "pushes": is_on()}, status=status
    )


@login_required
@require_POST
@counted
def follow_quest(request: HttpRequest, slug: str) -> HttpResponse:
    """Follow a quest that the learner may see, or stop; 400 for anything else."""
    quest = get_object_or_404(Quest.objects.visible_to(request.user), slug=slug)
    act = {"yes": follow, "no": unfollow}.get(request.POST.get("follow", ""))
    if act is None:
        return unknown()
    act(learner=current_user(request), quest=quest)
    return redirect(f"{quest.get_absolute_url()}#follow")


@login_required
@require_POST
@counted
def finish(request: HttpRequest, uid: str) -> HttpResponse:
    """Remind of a lesson in so many days, or not at all (`days=0`); 400 for other days."""
    lesson = lesson_or_404(request, uid)
    learner = current_user(request)
    days = parse_int(request.POST.get("days", ""))
    if days == 0:
        give_up(learner=learner, lesson=lesson)
        return redirect(f"{lesson.get_absolute_url()}#finish")
    if days not in DAYS:
        return unknown()
    try:
        at = remind_later(learner=learner, lesson=lesson, days=days)
    except NotOpen:
        messages.error(request, _("There is nothing to finish here."))
        return redirect(lesson)
    day = date_format(local_day(learner, at), "MONTH_DAY_FORMAT")
    messages.success(request, _("We'll remind you of this lesson on %(day)s.") % {"day": day})
    return redirect(lesson)


def unknown() -> HttpResponse:
    """Return the answer to a choice that does not exist."""
    text = _("This choice does not exist.")
    return HttpResponse(text, status=400, content_type="text/plain; charset=utf-8")
