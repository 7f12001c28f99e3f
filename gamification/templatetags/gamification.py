"""Template tags of XP and achievements."""

from typing import Any

from django import template
from django.template import Context

from gamification.celebrations import pop_celebrations

register = template.Library()


@register.inclusion_tag("gamification/_moment.html", takes_context=True)
def moments(context: Context) -> dict[str, Any]:
    """Render celebrations left by a form post, and the empty elements that moments.js fills."""
    request = context.get("request")
    return {"moments": pop_celebrations(request) if request else [], "request": request}
