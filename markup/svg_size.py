"""Size of an SVG drawing from its `width` and `height`, or else its `viewBox`."""

from __future__ import annotations

from django.utils.translation import gettext as _

from .svg_lists import LENGTH, PIXELS

MAX_PIXELS = 10_000


def sized(attributes: dict[str, str]) -> dict[str, str]:
    """Return the root's attributes with size and `viewBox`. Raises ValueError without a size."""
    box = _view_box(attributes.get("viewBox"))
    width, height = (_pixels(attributes.get(name)) for name in ("width", "height"))
    if box and (width is None or height is None):
        width, height = _in_proportion(width, height, box[2:])
    if width is None or height is None:
        raise ValueError(_("The drawing needs a viewBox, or width and height."))
    size = round(width), round(height)
    if not all(1 <= length <= MAX_PIXELS for length in size):
        message = _("A drawing is 1 to %(limit)d pixels wide and high.")
        raise ValueError(message % {"limit": MAX_PIXELS})
    box_written = attributes.get("viewBox") if box else f"0 0 {width:g} {height:g}"
    own = {"width": str(size[0]), "height": str(size[1]), "viewBox": str(box_written)}
    return {**attributes, **own}


def _view_box(written: str | None) -> tuple[float, float, float, float] | None:
    if written is None:
        return None
    try:
        left, top, width, height = (float(part) for part in written.replace(",", " ").split())
    except ValueError:
        left = top = width = height = -1.0
    if not (0 < width < 1e6 and 0 < height < 1e6 and abs(left) < 1e6 and abs(top) < 1e6):
        raise ValueError(_("The viewBox has to be four numbers, the last two greater than 0."))
    return left, top, width, height


def _pixels(written: str | None) -> float | None:
    """Return a length in CSS pixels; None for a percentage or an invalid length."""
    found = LENGTH.fullmatch(written or "")
    return float(found[1]) * PIXELS[found[2] or "px"] if found else None


def _in_proportion(
    width: float | None, height: float | None, box: tuple[float, float]
) -> tuple[float, float]:
    """Return width and height, deriving missing ones from the box's proportions."""
    if width is not None:
        return width, width * box[1] / box[0]
    if height is not None:
        return height * box[0] / box[1], height
    return box
