"""Elements of an SVG drawing, and the error for a rejected one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _


class SvgError(ValueError):
    """A rejected drawing; the message gives the reason and, if known, the line."""

    def __init__(self, message: str, line: int | None = None) -> None:
        place = {"line": line, "message": message}
        super().__init__(_("Line %(line)d: %(message)s") % place if line else message)


@dataclass
class Element:
    """An element of a drawing; children are elements and text, in order."""

    tag: str
    attributes: dict[str, str]
    line: int
    children: list[Element | str] = field(default_factory=list)

    def everything(self) -> Iterator[Element]:
        """Yield the element and all its descendants."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.everything()
