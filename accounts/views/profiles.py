"""Public profiles."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string

from accounts.handles import normalize_handle
from accounts.models import User, Viewer
from accounts.people import visible_profile
from accounts.registry import ProfileSection, profile_sections


def profile(request: HttpRequest, handle: str) -> HttpResponse:
    """/u/<handle>/: the name and the sections that the owner switched on.

    A former handle leads to the present one.
    """
    owner = visible_profile(handle, request.user)
    if owner.handle != normalize_handle(handle):
        return redirect("profile", owner.handle)
    viewer = request.user
    shown = [s for s in profile_sections.values() if s.name in owner.profile_sections]
    sections = [built for section in shown if (built := build(request, section, owner, viewer))]
    styles = sorted({section.style for section in shown if section.style})
    context = {"owner": owner, "sections": sections, "styles": styles, "own": owner == viewer}
    return render(request, "accounts/profile.html", context)


def build(
    request: HttpRequest, section: ProfileSection, owner: User, viewer: Viewer
) -> dict[str, object] | None:
    """Return a section's heading and HTML, or None when it has nothing to show."""
    context = section.build(owner, viewer)
    if context is None:
        return None
    return {"label": section.label, "html": render_to_string(section.template, context, request)}
