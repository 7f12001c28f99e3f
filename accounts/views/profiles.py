"""Public profiles."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import User
from accounts.people import visible_profile
from accounts.registry import ProfileSection, profile_sections


def profile(request: HttpRequest, handle: str) -> HttpResponse:
    """/u/<handle>/: the name and the sections that the owner switched on."""
    owner = visible_profile(handle, request.user)
    viewer = request.user if isinstance(request.user, User) else None
    shown = [s for s in profile_sections.values() if s.name in owner.profile_sections]
    sections = [built for section in shown if (built := build(section, owner, viewer))]
    context = {"owner": owner, "sections": sections, "own": owner == viewer}
    return render(request, "accounts/profile.html", context)


def build(section: ProfileSection, owner: User, viewer: User | None) -> dict[str, object] | None:
    """A section's label, template and context; None when it has nothing to show."""
    context = section.build(owner, viewer)
    if context is None:
        return None
    return {"label": section.label, "template": section.template, "context": context}
