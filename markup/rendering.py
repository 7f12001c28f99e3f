"""Markdown to safe HTML, for every outlet of the site.

A text goes through five rooms: limits (refuse what is too costly), scan (take out code and
formulas), Python-Markdown, bleach, and nh3 after the pieces were put back.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from html import escape, unescape

from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from markdown import Markdown

from . import limits
from .blocks import Footnotes, Outline, use_comment_blocks, use_lesson_blocks
from .limits import COMMENT_LIMITS, LESSON_LIMITS, Limits
from .links import ImageResolver, LessonResolver, MentionResolver, Targets, use_links
from .maths import FormulaRenderer
from .policy import COMMENT, LESSON, OWN_URL, Policy
from .results import MarkupError, Problem, Rendered
from .sanitise import first_clean, last_word
from .scan import Scan
from .stash import CLOSE, OPEN, TOKEN, Stash
from .text import plain_text

RENDERER_VERSION = 2
LONE_BLOCK = re.compile(rf"<p>\s*({OPEN}b\d+{CLOSE})(?:\s|<br>)*</p>")
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

logger = logging.getLogger(__name__)


def render_lesson(
    source: str,
    *,
    resolve_lesson: LessonResolver | None = None,
    resolve_image: ImageResolver | None = None,
    id_prefix: str = "",
    language: str | None = None,
) -> Rendered:
    """A lesson's Markdown as safe HTML with headings, maths, tables, callouts and footnotes.

    Without a resolver, `lesson:` links and images are listed but stay plain words. `id_prefix`
    (`[a-z]+-`) keeps the ids of several texts on one page apart; `language` is that of the labels
    (default: the active one).
    Raises MarkupError with all problems found.
    """
    if not PREFIX.fullmatch(id_prefix):
        raise ValueError(f"id_prefix must be lower-case letters and a dash, not {id_prefix!r}")
    limits.check_length(source, LESSON_LIMITS)
    source = limits.clean_characters(source, keep_bidi=True)
    stash, formulas = Stash(), FormulaRenderer()
    targets = Targets(source, stash, resolve_lesson, resolve_image, strict=True)
    outline = Outline(stash, id_prefix)
    with override(language or get_language()):
        text = _scanned(Scan(source, stash, formulas), LESSON_LIMITS)
        body = _converted(_lesson_markdown(targets, outline), text)
        html = _finished(body, stash, LESSON, LESSON_LIMITS)
        _raise_for([*formulas.problems, *targets.problems])
    return Rendered(
        html=html,
        text=plain_text(html),
        headings=tuple(outline.headings),
        images=tuple(targets.images),
        lesson_links=tuple(targets.lessons),
    )


def render_comment(
    source: str,
    *,
    resolve_mention: MentionResolver | None = None,
    language: str | None = None,
) -> Rendered:
    """A comment's Markdown as safe HTML: no images or raw HTML; mentions and bare addresses linked.

    Raises MarkupError when it is longer than 4,000 characters or too costly to render.
    """
    limits.check_length(source, COMMENT_LIMITS)
    source = limits.clean_characters(source, keep_bidi=False)
    stash = Stash()
    targets = Targets(source, stash, resolve_mention=resolve_mention)
    with override(language or get_language()):
        text = _scanned(Scan(source, stash), COMMENT_LIMITS)
        body = _converted(_comment_markdown(targets), text)
        html = _finished(body, stash, COMMENT, COMMENT_LIMITS)
    return Rendered(html=html, text=plain_text(html), mentions=targets.mentioned())


def _scanned(scan: Scan, outlet: Limits) -> str:
    text = scan.text()
    limits.check_cost("\n".join(scan.prose), outlet)
    return text


def _lesson_markdown(targets: Targets, outline: Outline) -> Markdown:
    md = Markdown(
        extensions=[
            "tables",
            "admonition",
            "def_list",
            "sane_lists",
            Footnotes(outline.prefix),
        ],
        extension_configs={"tables": {"use_align_attribute": True}},
    )
    md.ESCAPED_CHARS = [*md.ESCAPED_CHARS, "$"]
    _leave_code_to_the_scan(md)
    use_links(md, targets, lesson=True)
    use_lesson_blocks(md, outline)
    return md


def _comment_markdown(targets: Targets) -> Markdown:
    md = Markdown(extensions=["nl2br", "sane_lists"])
    md.preprocessors.deregister("html_block")
    md.inlinePatterns.deregister("html")
    _leave_code_to_the_scan(md)
    use_links(md, targets, lesson=False)
    use_comment_blocks(md)
    return md


def _leave_code_to_the_scan(md: Markdown) -> None:
    md.inlinePatterns.deregister("backtick")


def _converted(md: Markdown, text: str) -> str:
    """Markdown's HTML. A source that breaks Python-Markdown is refused: readers never see a 500."""
    try:
        return md.convert(text)
    except RecursionError:
        raise MarkupError([limits.too_nested()]) from None
    except (
        AssertionError,
        AttributeError,
        LookupError,
        TypeError,
        ValueError,
    ) as error:
        logger.exception("Python-Markdown failed on a source")
        message = _("This text could not be understood as Markdown.")
        raise MarkupError([Problem(message)]) from error


def _finished(body: str, stash: Stash, policy: Policy, outlet: Limits) -> str:
    """The cleaned body with its pieces put back, cleaned again as a whole."""
    limits.check_html(body, outlet, policy.tags)
    cleaned = LONE_BLOCK.sub(r"\1", first_clean(body, policy))
    assembled = "".join(_assembled(cleaned, stash, policy))
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
