"""Validation of references in an SVG drawing: none is broken, recursive or too costly."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from . import svg_lists as lists
from .svg_tree import Element, SvgError

MAX_USES = 200
# Elements that a browser draws for all `use` together.
MAX_DRAWN_AGAIN = 20_000


def check_references(root: Element) -> None:
    """Check that every reference has one target, and that none causes repeated drawing."""
    known: dict[str, Element] = {}
    for element in root.everything():
        name = element.attributes.get("id")
        if name in known:
            raise SvgError(_("The id “%(id)s” is used twice.") % {"id": name}, element.line)
        if name:
            known[name] = element
    uses = drawn = 0
    for element in root.everything():
        for name in _references(element):
            if name not in known:
                message = _("“#%(id)s” leads nowhere in the drawing.") % {"id": name}
                raise SvgError(message, element.line)
        if element.tag == "use":
            uses += 1
            drawn += _size_of_target(element, known)
        if uses > MAX_USES or drawn > MAX_DRAWN_AGAIN:
            raise SvgError(_("The drawing repeats too much with <use>."), element.line)
        if element.tag == "marker":
            _check_marker(element)


def _references(element: Element) -> Iterator[str]:
    for name, value in element.attributes.items():
        if name == "href":
            yield value[1:]
        elif name not in lists.FREE_ATTRIBUTES:
            yield from (found[2] for found in lists.LOCAL_URL.finditer(value))


def _size_of_target(element: Element, known: dict[str, Element]) -> int:
    target = known.get(element.attributes.get("href", "")[1:])
    inside = list(target.everything()) if target else []
    if any(each.tag in ("use", "svg") for each in inside):
        raise SvgError(_("<use> may not repeat another <use>."), element.line)
    return len(inside)


def _check_marker(marker: Element) -> None:
    for each in marker.everything():
        if each.tag == "use" or any(name.startswith("marker-") for name in each.attributes):
            raise SvgError(_("A marker may hold neither <use> nor other markers."), each.line)
