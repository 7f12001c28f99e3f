"""Conversion of Markdown (with maths and highlighted code) to safe HTML. No models."""

from .code import highlight
from .placing import split_placed, without_placed
from .portable import Portable
from .rendering import RENDERER_VERSION, render_comment, render_lesson
from .results import Heading, Image, MarkupError, Placed, Problem, Rendered, Term
from .svg import clean_svg, svg_size
from .svg_tree import SvgError
from .text import lines_of, normalise_for_search, plain_text

__all__ = [
    "RENDERER_VERSION",
    "Heading",
    "Image",
    "MarkupError",
    "Placed",
    "Portable",
    "Problem",
    "Rendered",
    "SvgError",
    "Term",
    "clean_svg",
    "highlight",
    "lines_of",
    "normalise_for_search",
    "plain_text",
    "render_comment",
    "render_lesson",
    "split_placed",
    "svg_size",
    "without_placed",
]
