"""Conversion of Markdown to safe HTML, for every outlet of the site.

The stages: parse blocks, extract code, formulas and markers, render with Python-Markdown, clean
with bleach, restore the extracted pieces, and clean with nh3.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from html import escape, unescape

from django.utils.translation import get_language, override

from . import limits
from .blocks import Outline
from .converting import comment_markdown, convert, lesson_markdown
from .inline import InlineScan
from .limits import COMMENT_LIMITS, LESSON_LIMITS, Limits
from .links import ImageResolver, LessonResolver, MentionResolver, Targets
from .markers import Markers, OutputResolver, TermResolver
from .maths import FormulaRenderer
from .notices import warn_of_raw_marks, warn_of_unused, with_anchors
from .placing import placed_once
from .policy import COMMENT, LESSON, OWN_URL, Policy
from .reading import Reading, read
from .results import MarkupError, Problem, Rendered
from .sanitise import first_clean, last_word
from .stash import OPEN, TOKEN, Stash
from .text import plain_text
from .tree import Tree

RENDERER_VERSION = 5
PREFIX = re.compile(r"(?:[a-z]+-)?")
# Browsers break a line beside a formula as beside a picture, even before a full stop or between
# a formula and the Korean particle that belongs to it; U+2060 does not hold them.
GLUED = re.compile(
    r"(?P<before>[(\[{“‘「『]{0,4})(?P<formula><math>.*?</math>)(?P<after>(?:&[#\w]+;|[^\s<&]){0,12}+)",
    re.DOTALL,
)
# Korean keeps its words whole, particles too: `jit(f)`는. Browsers forget that behind a bracket,
# where a word joiner does hold.
JOINER = "\u2060"
CLOSERS = r"[)\]}%°」』〉》]"
HELD = re.compile(rf"(?<={CLOSERS})(?=[가-힣])")
HELD_BEHIND_TAGS = re.compile(rf"({CLOSERS}(?:</(?:code|em|strong|a)>)+)(?=[가-힣])")
HREF = re.compile(r'\shref="([^"]*)"')


def render_lesson(
    source: str,
    *,
    resolve_lesson: LessonResolver | None = None,
    resolve_image: ImageResolver | None = None,
    resolve_term: TermResolver | None = None,
    resolve_output: OutputResolver | None = None,
    id_prefix: str = "",
    known_ids: Collection[str] = (),
    language: str | None = None,
) -> Rendered:
    """Return a lesson as safe HTML with headings, maths, tables, callouts and footnotes.

    Without a resolver, `lesson:` links, images, terms and outputs stay plain text. `id_prefix`
    (`[a-z]+-`) keeps ids of several texts on a page distinct; links may also point to `known_ids`,
    those of the rest of the page; `language` is that of the labels (default: the active one).
    Raises MarkupError listing all problems.
    """
    if not PREFIX.fullmatch(id_prefix):
        raise ValueError(f"id_prefix must be lower-case letters and a dash, not {id_prefix!r}")
    stash, formulas = Stash(), FormulaRenderer()
    markers = Markers(stash, resolve_term, resolve_output)
    with override(language or get_language()):
        reading = _read(source, LESSON_LIMITS, lesson=True)
        tree = _tree(reading, InlineScan(stash, formulas, markers), id_prefix)
        targets = Targets(reading.source, stash, resolve_lesson, resolve_image, strict=True)
        outline = Outline(stash, id_prefix)
        md, footnotes = lesson_markdown(targets, outline)
        body = convert(md, tree, footnotes)
        html = _finished(body, stash, LESSON, LESSON_LIMITS)
        placed = placed_once(tree.placed, reading.problems)
        _raise_for([*reading.problems, *formulas.problems, *markers.problems, *targets.problems])
        warn_of_raw_marks(reading, tree.texts, tree.footnote_lines)
        warn_of_unused(reading, footnotes.unused(), tree.footnote_lines)
        html = with_anchors(html, reading, known_ids)
    return Rendered(
        html=html,
        text=plain_text(html),
        headings=tuple(outline.headings),
        images=tuple(targets.images),
        lesson_links=tuple(targets.lessons),
        placed=placed,
        warnings=tuple(sorted(reading.warnings, key=lambda warning: warning.line or 0)),
    )


def render_comment(
    source: str,
    *,
    resolve_mention: MentionResolver | None = None,
    language: str | None = None,
) -> Rendered:
    """Return a comment as safe HTML: no images or raw HTML; mentions and bare URLs are linked.

    Raises MarkupError when it is longer than 4,000 characters or too costly to render, or when a
    spoiler is empty.
    """
    stash = Stash()
    with override(language or get_language()):
        reading = _read(source, COMMENT_LIMITS, lesson=False)
        tree = Tree(reading, InlineScan(stash), callouts=False).build()
        targets = Targets(reading.source, stash, resolve_mention=resolve_mention)
        body = convert(comment_markdown(targets), tree)
        html = _finished(body, stash, COMMENT, COMMENT_LIMITS)
        _raise_for(reading.problems)
    return Rendered(html=html, text=plain_text(html), mentions=targets.mentioned())


def _read(source: str, outlet: Limits, *, lesson: bool) -> Reading:
    """Parse the blocks of a source. Raises MarkupError when rendering would be slow."""
    limits.check_length(source, outlet)
    source = limits.clean_characters(source, keep_bidi=lesson)
    reading = read(source, lesson=lesson, levels=outlet.levels)
    limits.check_cost(source, reading.texts(), outlet)
    return reading


def _tree(reading: Reading, scan: InlineScan, prefix: str = "") -> Tree:
    return Tree(reading, scan, prefix).build()


def _finished(body: str, stash: Stash, policy: Policy, outlet: Limits) -> str:
    """The cleaned body with its pieces put back, cleaned again as a whole."""
    limits.check_html(body, outlet, policy.tags)
    assembled = "".join(_assembled(first_clean(body, policy), stash, policy))
    held = HELD_BEHIND_TAGS.sub(rf"\1{JOINER}", GLUED.sub(_glue, assembled))
    # What was written as an entity (`&#8;`) is a character only now; XML can't hold it.
    return limits.CONTROL.sub("", last_word(held, policy))


def _glue(found: re.Match[str]) -> str:
    """A formula and the signs or the particle beside it, in one piece that no line splits."""
    if not (found["before"] or found["after"]):
        return found[0]
    return f'<span class="m-glue">{found[0]}</span>'


def _assembled(html: str, stash: Stash, policy: Policy) -> Iterable[str]:
    """Put pieces back: as HTML in text, as source in code and in attributes; complete the links."""
    at = in_code = 0
    for tag in limits.TAG.finditer(html):
        yield _text(html[at : tag.start()], stash, in_code > 0)
        at = tag.end()
        if tag["name"] in ("code", "pre"):
            in_code = max(0, in_code + (-1 if tag["close"] else 1))
        yield _tag(tag, stash, policy)
    yield _text(html[at:], stash, in_code > 0)


def _text(text: str, stash: Stash, in_code: bool) -> str:
    if in_code:
        return escape(stash.sources(unescape(text)), quote=False)
    return stash.rendered(HELD.sub(JOINER, text))


def _tag(tag: re.Match[str], stash: Stash, policy: Policy) -> str:
    written = tag[0]
    if OPEN in written:
        written = _restored(written, stash)
    if tag["name"] != "a" or tag["close"]:
        return written
    href = HREF.search(written)
    if not href or OWN_URL.match(unescape(href[1])):
        return written
    return f'{written[:-1]} rel="{policy.rel}">'


def _restored(tag: str, stash: Stash) -> str:
    return TOKEN.sub(lambda token: escape(stash.pieces[int(token[2])].source), tag)


def _raise_for(problems: list[Problem]) -> None:
    if problems:
        raise MarkupError(
            sorted(problems, key=lambda problem: (problem.line or 0, problem.column or 0))
        )
