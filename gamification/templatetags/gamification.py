"""Template tags of XP and achievements."""

from typing import Any

from django import template
from django.template import Context

from gamification.moments import take_moments

register = template.Library()


@register.inclusion_tag("gamification/_moment.html", takes_context=True)
def moments(context: Context) -> dict[str, Any]:
    """What a form post left to celebrate, and the empty pieces that moments.js fills."""
    request = context.get("request")
    return {"moments": take_moments(request) if request else [], "request": request}
