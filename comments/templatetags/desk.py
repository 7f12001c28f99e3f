"""The workload table on the admin's index page."""

from typing import Any

from django import template
from django.urls import reverse

from comments.desk.workload import workload
from comments.visibility import is_moderator

register = template.Library()


@register.inclusion_tag("admin/comments/_workload.html", takes_context=True)
def desk_workload(context: dict[str, Any]) -> dict[str, Any]:
    """The workload for moderators; nothing for other staff."""
    viewer = context["request"].user
    if not is_moderator(viewer):
        return {"lines": []}
    comments = reverse("admin:comments_comment_changelist")
    reports = reverse("admin:comments_bugreport_changelist")
    return {"lines": workload(viewer, comments, reports)}
