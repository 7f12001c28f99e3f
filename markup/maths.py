"""Conversion of TeX formulas to MathML Core without inline styles, which the CSP forbids."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape

from django.utils.translation import gettext as _
from math_core import LatexError, LatexToMathML

from .delimiters import Depth
from .inline import Formula
from .results import Problem

# math-core is written with recursion in Rust: 100,000 open braces end the process, not the call.
MAX_LATEX = 2_000
# Levels of groups and delimiters, and delimiters alone: see `delimiters`.
MAX_NESTING = 40
MAX_OPEN_DELIMITERS = 10
MAX_MATHML = 100_000
# Definitions could hide delimiters from the count; the others take more than two arguments.
FORBIDDEN = re.compile(
    r"\\(?:(?:re)?newcommand|providecommand|def|let|prescript|mathchoice|genfrac|sideset)"
    r"(?![A-Za-z])"
)
COMMAND_RUN = re.compile(r"(?:\\[A-Za-z]++\s*+){60}")
ANSI = re.compile(r"\x1b\[[0-9;]*m")
STYLE = re.compile(r' style="([^"]*)"')
COLOUR = re.compile(r"color:(#[0-9A-Fa-f]{6})")
ERROR = re.compile(r"(?:(?P<at>\d+): )?(?P<detail>.*)", re.DOTALL)
# Every declaration that math-core 0.9 writes and a stylesheet can honour.
CLASS_OF = {
    "text-align: left": "m-left",
    "text-align: right": "m-right",
    "text-align: center": "m-center",
    "padding-left: 0": "m-pl0",
    "padding-right: 0": "m-pr0",
    "padding-left:1em": "m-pl1",
    "padding-left: 0.1em": "m-pl01",
    "padding-right: 0.1em": "m-pr01",
    "padding-top: 0": "m-pt0",
    "padding-bottom: 0": "m-pb0",
    "padding-top: 0.1667em": "m-pt1",
    "width: 100%": "m-w100",
    "width: 50%": "m-w50",
    "width: 7.5%": "m-w8",
    "math-shift:compact": "m-cramped",
    "font-variant-caps: small-caps": "m-small-caps",
    **{
        f"border-{side}: 0.05em {line} currentcolor": f"m-b{side[0]}{suffix}"
        for side in ("top", "right", "bottom", "left")
        for line, suffix in (("solid", ""), ("dashed", "-dash"))
    },
}


@dataclass
class FormulaRenderer:
    """Renders the formulas of one text and collects their errors."""

    problems: list[Problem] = field(default_factory=list)

    def __call__(self, formula: Formula) -> str:
        """Return MathML; an invalid formula is recorded and shown as source."""
        fault = _too_big(formula.latex)
        if fault is None:
            try:
                return to_mathml(formula.latex, display=formula.display)
            except LatexError as error:
                fault = _explained(str(error))
        self.problems.append(Problem(fault, formula.line, formula.column))
        return escape(formula.latex)


def to_mathml(latex: str, *, display: bool) -> str:
    """Return MathML Core with classes in place of styles. Raises `math_core.LatexError`."""
    converter = LatexToMathML(fancy_error=False, max_expansions=50)
    mathml = converter.convert_with_local_state(latex, displaystyle=display)
    if len(mathml) > MAX_MATHML:
        raise LatexError(_("This formula is too complex."))
    return STYLE.sub(lambda style: _without_style(style[1]), mathml)


def _without_style(style: str) -> str:
    declarations = [part.strip() for part in style.split(";") if part.strip()]
    classes = [CLASS_OF[part] for part in declarations if part in CLASS_OF]
    colour = COLOUR.search(style)
    result = f' class="{" ".join(classes)}"' if classes else ""
    return result + (f' mathcolor="{colour[1]}"' if colour else "")


def _too_big(latex: str) -> str | None:
    if len(latex) > MAX_LATEX:
        return _("A formula may have at most %(limit)d characters.") % {"limit": MAX_LATEX}
    forbidden = FORBIDDEN.search(latex)
    if forbidden:
        return _("“%(command)s” can't be used in a formula here.") % {"command": forbidden[0]}
    depth = Depth(latex).measure()
    deep = depth.groups > MAX_NESTING or depth.delimiters > MAX_OPEN_DELIMITERS
    if deep or COMMAND_RUN.search(latex):
        return _("This formula is nested too deeply.")
    return None


def _explained(message: str) -> str:
    found = ERROR.match(ANSI.sub("", message).strip())
    if found is None:
        return message
    detail = found["detail"].strip().rstrip(".")
    if found["at"] is None:
        return detail
    place = {"detail": _translated(detail), "position": int(found["at"]) + 1}
    return _("Formula, character %(position)d: %(detail)s.") % place


def _translated(detail: str) -> str:
    unknown = re.fullmatch(r'Unknown command "(.*)"', detail, re.DOTALL)
    if unknown:
        return _("unknown command “%(command)s”") % {"command": unknown[1]}
    if detail.startswith("Expected closing token"):
        return _("a bracket or environment is never closed")
    if detail.startswith("Unmatched closing token"):
        return _("a closing bracket has no opening one")
    return detail
