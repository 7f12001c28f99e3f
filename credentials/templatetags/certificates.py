"""Template tags about certificates."""

from django import template

from credentials.badges.keys import can_sign

register = template.Library()
register.simple_tag(can_sign, name="badges_are_signed")
