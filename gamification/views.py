"""Pages about XP and achievements."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def achievements(request: HttpRequest) -> HttpResponse:
    """All achievements."""
    return render(request, "gamification/achievements.html")


@login_required
def why_xp(request: HttpRequest) -> HttpResponse:
    """Every line of the learner's ledger."""
    return render(request, "gamification/why_xp.html")
