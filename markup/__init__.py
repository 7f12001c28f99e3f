"""Markdown (with maths and highlighted code) to safe HTML; no models, imports no other app."""

from .code import highlight
from .rendering import RENDERER_VERSION, render_comment, render_lesson
from .results import Heading, Image, MarkupError, Problem, Rendered
from .text import normalise_for_search, plain_text

__all__ = [
    "RENDERER_VERSION",
    "Heading",
    "Image",
    "MarkupError",
    "Problem",
    "Rendered",
    "highlight",
    "normalise_for_search",
    "plain_text",
    "render_comment",
    "render_lesson",
]
