"""Pages about XP, achievements and the leaderboard."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.params import parse_int
from accounts.ratelimit import limited
from gamification.bar import standing_of
from gamification.labels import sources
from gamification.leaderboard import window
from gamification.pages import achievement_sections, ledger_page
from gamification.preferences import choose, preference_of
from gamification.providers import facts_of_one
from gamification.rules import current_rules
from gamification.streaks import streak
from pagecache.partial import render_page
from pagecache.public import public

# Pages that a choice may lead back to.
BACK = {"achievements", "leaderboard"}


def current_user_or_none(request: HttpRequest) -> User | None:
    """Return the signed-in user, or None."""
    return request.user if isinstance(request.user, User) else None


@require_safe
def achievements(request: HttpRequest) -> HttpResponse:
    """All achievements (earned, locked with progress, or hidden), and a member's streak."""
    learner = current_user_or_none(request)
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
@public("rules")
def levels(request: HttpRequest) -> HttpResponse:
    """What the levels are, what gives XP, and for members where they are."""
    return render_page(
        request,
        "gamification/levels.html",
        shared=lambda: {
            "levels": [rule.view() for rule in current_rules().levels],
            "sources": sources(),
            "section": "achievements",
        },
        personal=lambda: standing_context(request),
    )


def standing_context(request: HttpRequest) -> dict[str, object]:
    """The member's XP and level; no query when they came along with the session."""
    learner = current_user_or_none(request)
    if learner is None:
        return {}
    xp, level, _earned = standing_of(learner)
    return {"xp": xp, "level": level}


@require_safe
@login_required
def why_xp(request: HttpRequest) -> HttpResponse:
    """The learner's XP ledger, newest first."""
    learner = current_user_or_none(request)
    named = request.GET.get("before")
    before = None if named is None else parse_int(named)
    if learner is None or (named is not None and before is None):
        raise Http404
    page = ledger_page(learner=learner, before=before)
    context = {"page": page, "is_first": not before, "section": "achievements"}
    return render(request, "gamification/why_xp.html", context)


@require_safe
@login_required
def leaderboard(request: HttpRequest) -> HttpResponse:
    """The learner and the neighbours on the board, or the invitation to join."""
    learner = current_user_or_none(request)
    if learner is None:
        raise Http404
    preference = preference_of(learner)
    places = window(learner) if preference.on_leaderboard else []
    context = {"places": places, "preference": preference, "section": "achievements"}
    return render(request, "gamification/leaderboard.html", context)


@require_POST
@login_required
@limited("settings", most=60)
def preferences(request: HttpRequest) -> HttpResponse:
    """Save the settings for streak or leaderboard and redirect back."""
    learner = current_user_or_none(request)
    back = request.POST.get("back", "achievements")
    on = {"on": True, "off": False}.get(request.POST.get("on_leaderboard", ""))
    if learner is None or back not in BACK:
        return HttpResponseBadRequest(_("This choice does not exist."))
    try:
        choose(learner=learner, streak_unit=request.POST.get("streak_unit"), on_leaderboard=on)
    except ValueError:
        return HttpResponseBadRequest(_("This choice does not exist."))
    return redirect(back)
