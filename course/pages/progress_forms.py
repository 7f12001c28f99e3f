"""Forms that complete, undo, answer and start over; they work without JavaScript."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.params import parse_int
from accounts.people import current_user
from accounts.ratelimit import limited
from course.content import access
from course.models import Lesson, Part
from course.pages.chapters import onward_url
from course.progress.answers import TooLong, save_answer
from course.progress.catalogue import catalogue
from course.progress.marking import NotOpen, complete, reset_quest, undo
from course.progress.reading import progress_of
from course.progress.recording import AccountGone
from gamification.celebrations import store_celebrations
from gamification.xp import Outcome

A_MINUTE = 120
counted = limited("progress", most=A_MINUTE)


def lesson_or_404(request: HttpRequest, uid: str) -> Lesson:
    """Return the lesson with this uid if the learner may see it."""
    visible = Lesson.objects.visible_to(request.user).select_related("quest")
    return get_object_or_404(visible, uid=uid)


@login_required
@require_POST
@counted
def mark(request: HttpRequest, uid: str) -> HttpResponse:
    """Complete a lesson or its exercise, or undo that, and go back to the lesson.

    With `next` in the form, go on to the lesson or chapter page that follows instead. What there
    is to celebrate waits in the session for the page that comes.
    """
    lesson = lesson_or_404(request, uid)
    part = request.POST.get("part", Part.LESSON.value)
    action = {"complete": complete, "undo": undo}.get(request.POST.get("action", ""))
    if action is None or part not in (Part.LESSON, Part.EXERCISE):
        return HttpResponse(_("Unknown action."), status=400, content_type="text/plain")
    outcome = Outcome()
    try:
        outcome = action(learner=current_user(request), lesson=lesson, part=part)
    except NotOpen:
        messages.error(request, _("This can't be completed yet."))
    except AccountGone:
        return redirect("home")
    if outcome.points:
        messages.success(request, _("+%(points)d XP") % {"points": outcome.points})
    store_celebrations(request, outcome.as_json()["moments"])
    onward = onward_url(lesson.uid, catalogue()) if "next" in request.POST else None
    if onward:
        return redirect(onward)
    if outcome.has_celebrations:
        return redirect(lesson)  # to the top, where it is celebrated
    anchor = "exercise" if part == Part.EXERCISE else "progress"
    return redirect(f"{lesson.get_absolute_url()}#{anchor}")


@login_required
@require_POST
@counted
def answer(request: HttpRequest, uid: str) -> HttpResponse:
    """Save the private answer to an exercise: by script as a draft, or by the form."""
    lesson = lesson_or_404(request, uid)
    seen = request.POST.get("revision", "")
    body = request.POST.get("body", "")
    by_script = request.headers.get("Accept") == "application/json"
    try:
        saved = save_answer(
            learner=current_user(request),
            lesson=lesson,
            body=body,
            seen=parse_int(seen) or 0,
        )
    except TooLong:
        text = _("An answer has at most 20,000 characters.")
        return HttpResponse(text, status=400, content_type="text/plain; charset=utf-8")
    if by_script:
        return JsonResponse({"revision": saved.revision, "set_aside": saved.set_aside})
    messages.success(request, _("Your answer is saved."))
    return redirect(f"{lesson.get_absolute_url()}#exercise")


@login_required
@counted
def reset(request: HttpRequest, slug: str) -> HttpResponse:
    """Start over with a quest after a confirmation; XP is kept."""
    text = access.quest_text(slug=slug, viewer=request.user, language=get_language())
    if request.method == "POST":
        try:
            count = reset_quest(learner=current_user(request), quest=text.quest)
        except AccountGone:
            return redirect("home")
        said = ngettext("%(count)d step is open again.", "%(count)d steps are open again.", count)
        messages.success(request, said % {"count": count})
        return redirect(text.quest)
    done = progress_of(current_user(request)).done_count(text.quest)
    context = {"quest": text.quest, "title": text.title, "done": done}
    return render(request, "course/progress_reset.html", context)


def device(request: HttpRequest) -> HttpResponse:
    """Data stored in this browser, filled in by script: export, import, problems."""
    return render(request, "course/progress_device.html")
