"""Allow-lists for SVG drawings: elements, attributes and patterns of their values."""

from __future__ import annotations

import re

NAMESPACE = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
XML = "http://www.w3.org/XML/1998/namespace"


def _names(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


ELEMENTS = _names(
    "svg g defs title desc path rect circle ellipse line polyline polygon text tspan marker "
    "linearGradient radialGradient stop clipPath symbol use"
)
TEXT_ELEMENTS = _names("text tspan title desc")
# Refused in any namespace, with a message; other namespaces (of editors) are left out silently.
REFUSED_ELEMENTS = _names(
    "script style foreignObject iframe object embed image a animate animateMotion "
    "animateTransform set handler audio video"
)
PRESENTATION = _names(
    "fill fill-opacity fill-rule stroke stroke-width stroke-linecap stroke-linejoin "
    "stroke-dasharray stroke-dashoffset stroke-miterlimit stroke-opacity opacity color display "
    "visibility font-family font-size font-style font-weight text-anchor dominant-baseline "
    "alignment-baseline baseline-shift letter-spacing word-spacing text-decoration clip-path "
    "clip-rule marker-start marker-mid marker-end stop-color stop-opacity vector-effect "
    "paint-order shape-rendering text-rendering writing-mode"
)
ATTRIBUTES = PRESENTATION | _names(
    "id transform d x y x1 y1 x2 y2 cx cy r rx ry width height points viewBox "
    "preserveAspectRatio dx dy rotate textLength lengthAdjust pathLength markerWidth markerHeight "
    "markerUnits refX refY orient gradientUnits gradientTransform spreadMethod fx fy fr offset "
    "clipPathUnits href role aria-label aria-labelledby aria-describedby aria-hidden lang"
)
# Nothing that shows, so they go silently, as do `data-…` and attributes of editors.
DROPPED_ATTRIBUTES = _names("class version baseProfile enable-background")
REFERRING_ELEMENTS = _names("use linearGradient radialGradient")
FREE_ATTRIBUTES = _names("aria-label")
ID = re.compile(r"[A-Za-z_][\w.-]{0,100}")
LOCAL = re.compile(r"#([A-Za-z_][\w.-]{0,100})")
LOCAL_URL = re.compile(r"url\(\s*(['\"]?)#([A-Za-z_][\w.-]{0,100})\1\s*\)")
# Checked after local references were taken out; a backslash could hide any of the words.
SUSPICIOUS = re.compile(r"url|[a-z]+:|//|[\\@<>&{}]", re.IGNORECASE)
EVENT = re.compile(r"on", re.IGNORECASE)
LENGTH = re.compile(r"\s*(\d{1,6}(?:\.\d{1,6})?)\s*(px|pt|pc|mm|cm|in)?\s*")
PIXELS = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
