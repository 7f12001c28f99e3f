"""Sanitizing of SVG drawings: rewritten from an allow-list, or rejected with a reason.

The drawing is parsed by expat alone, which stops at any document type or entity. The output
contains no script, style sheet, event handler, URL or element that is not on the lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from xml.parsers import expat

from django.utils.translation import gettext as _

from . import svg_lists as lists
from .svg_references import check_references
from .svg_size import sized
from .svg_tree import Element, SvgError

MAX_BYTES = 500_000
MAX_ELEMENTS = 5_000
MAX_DEPTH = 30


def clean_svg(data: bytes) -> bytes:
    """Return the drawing as UTF-8 with `width`, `height` and `viewBox`; deterministic.

    Raises SvgError if it is not an SVG, has no size, or contains something not allowed.
    """
    if len(data) > MAX_BYTES:
        message = _("The drawing is larger than %(limit)d kB.") % {"limit": MAX_BYTES // 1000}
        raise SvgError(message)
    root = _Reading().read(data)
    check_references(root)
    try:
        root.attributes = sized(root.attributes)
    except ValueError as error:
        raise SvgError(str(error), root.line) from None
    root.attributes["xmlns"] = lists.NAMESPACE
    return ("".join(_written(root)) + "\n").encode()


def svg_size(cleaned: bytes) -> tuple[int, int]:
    """Return width and height in CSS pixels of a drawing that `clean_svg` wrote."""
    head = cleaned[: cleaned.find(b">")].decode()
    width, height = (re.search(rf' {name}="(\d+)"', head) for name in ("width", "height"))
    if width is None or height is None:
        raise ValueError("not a drawing that clean_svg wrote")
    return int(width[1]), int(height[1])


class _Reading:
    """Builds the tree of allowed elements. Raises SvgError at the first disallowed one."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._words
        self.parser.StartDoctypeDeclHandler = self._refuse_doctype
        self.parser.EntityDeclHandler = self._refuse_doctype
        self.parser.ProcessingInstructionHandler = self._refuse_instruction
        self.open: list[Element] = []
        self.root: Element | None = None
        self.left_out = self.count = 0

    def read(self, data: bytes) -> Element:
        """Parse the source and return the root element."""
        try:
            self.parser.Parse(data, True)
        except expat.ExpatError as error:
            reason = expat.errors.messages.get(error.code, "")
            message = _("The drawing is no well-formed XML: %(reason)s.") % {"reason": reason}
            raise SvgError(message, error.lineno) from None
        except (LookupError, ValueError) as error:
            if isinstance(error, SvgError):
                raise
            raise SvgError(_("The drawing's encoding is not known; use UTF-8.")) from None
        if self.root is None:
            raise self._error(_("The drawing is empty."))
        return self.root

    def _error(self, message: str) -> SvgError:
        return SvgError(message, self.parser.CurrentLineNumber)

    def _refuse_doctype(self, *_arguments: object) -> None:
        raise self._error(_("A drawing may have no document type and no entities."))

    def _refuse_instruction(self, *_arguments: object) -> None:
        raise self._error(_("A drawing may have no processing instructions."))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _space, tag = name.rpartition(" ")
        if tag in lists.REFUSED_ELEMENTS:
            raise self._error(_("<%(tag)s> may not be in a drawing.") % {"tag": tag})
        foreign = namespace != lists.NAMESPACE or tag == "metadata"
        if self.left_out or (foreign and self.open):
            self.left_out += 1
            return
        self._check_element(tag, foreign)
        element = Element(tag, {}, self.parser.CurrentLineNumber)
        for written, value in attributes.items():
            self._take(element, written, value)
        if self.open:
            self.open[-1].children.append(element)
        self.root = self.root or element
        self.open.append(element)

    def _check_element(self, tag: str, foreign: bool) -> None:
        self.count += 1
        if (tag == "svg") == bool(self.open) or foreign:
            message = _('A drawing is one <svg xmlns="%(namespace)s"> and what is in it.')
            raise self._error(message % {"namespace": lists.NAMESPACE})
        if tag not in lists.ELEMENTS:
            raise self._error(_("<%(tag)s> may not be in a drawing.") % {"tag": tag[:60]})
        if self.count > MAX_ELEMENTS or len(self.open) >= MAX_DEPTH:
            raise self._error(_("The drawing has too many elements, or too deep ones."))

    def _take(self, element: Element, written: str, value: str) -> None:
        namespace, _space, name = written.rpartition(" ")
        if namespace in (lists.XLINK, lists.XML) and name in ("href", "lang"):
            namespace = ""
        if lists.EVENT.match(name):
            raise self._error(_("The event “%(name)s” may not be in a drawing.") % {"name": name})
        if name == "style" and not namespace:
            self._take_style(element, value)
        elif namespace or name in lists.DROPPED_ATTRIBUTES or name.startswith("data-"):
            return
        elif name not in lists.ATTRIBUTES:
            message = _("The attribute “%(name)s” may not be in a drawing.")
            raise self._error(message % {"name": name[:60]})
        else:
            element.attributes[name] = self._checked(element.tag, name, " ".join(value.split()))

    def _take_style(self, element: Element, style: str) -> None:
        """Convert the style to attributes, which the Content-Security-Policy permits."""
        for declaration in filter(str.strip, style.split(";")):
            name, _colon, value = (part.strip() for part in declaration.partition(":"))
            if name in lists.PRESENTATION:
                element.attributes[name] = self._checked(element.tag, name, value)

    def _checked(self, tag: str, name: str, value: str) -> str:
        """Return the value if it is allowed. Raises SvgError otherwise."""
        if not _is_harmless(tag, name, value):
            message = _("“%(name)s” may not be “%(value)s” in a drawing.")
            raise self._error(message % {"name": name, "value": value[:60]})
        return value

    def _words(self, words: str) -> None:
        if not self.left_out and self.open and self.open[-1].tag in lists.TEXT_ELEMENTS:
            self.open[-1].children.append(words)

    def _end(self, _name: str) -> None:
        if self.left_out:
            self.left_out -= 1
        else:
            self.open.pop()


def _is_harmless(tag: str, name: str, value: str) -> bool:
    if name == "href":
        return tag in lists.REFERRING_ELEMENTS and bool(lists.LOCAL.fullmatch(value))
    if name == "id":
        return bool(lists.ID.fullmatch(value))
    rest = lists.LOCAL_URL.sub("", value)
    return name in lists.FREE_ATTRIBUTES or not lists.SUSPICIOUS.search(rest)


def _written(element: Element) -> Iterator[str]:
    attributes = "".join(
        f' {name}="{escape(value)}"' for name, value in sorted(element.attributes.items())
    )
    if not element.children:
        yield f"<{element.tag}{attributes}/>"
        return
    yield f"<{element.tag}{attributes}>"
    for child in element.children:
        yield from [escape(child, quote=False)] if isinstance(child, str) else _written(child)
    yield f"</{element.tag}>"
