"""Pages about XP, achievements and the leaderboard."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from gamification.leaderboard import window
from gamification.pages import achievement_sections, ledger_page
from gamification.preferences import choose, preference_of
from gamification.providers import facts_of_one
from gamification.streaks import streak

# Pages that a choice may lead back to.
BACK = {"achievements", "leaderboard"}


def signed_in(request: HttpRequest) -> User | None:
    """The learner, or None for the anonymous."""
    return request.user if isinstance(request.user, User) else None


@require_safe
def achievements(request: HttpRequest) -> HttpResponse:
    """All achievements: had, locked with progress, or hidden; the streak for members."""
    learner = signed_in(request)
    facts = facts_of_one(learner.pk) if learner else None
    context: dict[str, object] = {
        "sections": achievement_sections(learner, facts),
        "section": "achievements",
    }
    if learner and facts:
        unit = preference_of(learner).streak_unit
        context["streak"] = streak(facts.days, facts.today, unit)
    return render(request, "gamification/achievements.html", context)


@require_safe
@login_required
def why_xp(request: HttpRequest) -> HttpResponse:
    """Every line of the learner's ledger, newest first."""
    learner = signed_in(request)
    before = request.GET.get("before")
    if learner is None or (before is not None and not (before.isdecimal() and len(before) < 19)):
        raise Http404
    page = ledger_page(learner=learner, before=int(before) if before else None)
    context = {"page": page, "is_first": not before, "section": "achievements"}
    return render(request, "gamification/why_xp.html", context)


@require_safe
@login_required
def leaderboard(request: HttpRequest) -> HttpResponse:
    """The learner among the neighbours, or the invitation to join."""
    learner = signed_in(request)
    if learner is None:
        raise Http404
    preference = preference_of(learner)
    places = window(learner) if preference.on_leaderboard else []
    context = {"places": places, "preference": preference, "section": "achievements"}
    return render(request, "gamification/leaderboard.html", context)


@require_POST
@login_required
def preferences(request: HttpRequest) -> HttpResponse:
    """Store a choice about streak or leaderboard and go back."""
    learner = signed_in(request)
    back = request.POST.get("back", "achievements")
    on = {"on": True, "off": False}.get(request.POST.get("on_leaderboard", ""))
    if learner is None or back not in BACK:
        return HttpResponseBadRequest(_("This choice does not exist."))
    try:
        choose(learner=learner, streak_unit=request.POST.get("streak_unit"), on_leaderboard=on)
    except ValueError:
        return HttpResponseBadRequest(_("This choice does not exist."))
    return redirect(back)
