"""Python-Markdown, configured to render the block tree that markdown-it-py parsed."""

from __future__ import annotations

import logging
import re
import string
import xml.etree.ElementTree as etree
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.inlinepatterns import SimpleTagInlineProcessor, SubstituteTagInlineProcessor
from markdown.postprocessors import Postprocessor
from markdown_it.common.utils import normalizeReference

from . import limits
from .blocks import Footnotes, Outline, use_comment_blocks, use_lesson_blocks
from .links import Targets, use_links
from .results import MarkupError, Problem
from .stash import Stash
from .tree import BLOCK_TAG, Tree

# `~~` is followed and preceded by words, and holds no tilde: each text is looked at once.
DELETED = r"(~~)(?![\s~])([^~]{1,1000}(?<!\s))~~(?!~)"
BROKEN_LINE = r"\\\n"
ESCAPED = re.compile("\x02(\\d{1,6})\x03")

logger = logging.getLogger(__name__)


class PreparedBlocks(BlockParser):
    """Block parser that returns the tree parsed beforehand."""

    tree: Tree

    def parseDocument(self, lines: Iterable[str]) -> etree.ElementTree:
        """Return the whole tree and ignore the lines."""
        return etree.ElementTree(self.tree.root)

    def parseChunk(self, parent: etree.Element, text: str) -> None:
        """Add the blocks of the footnote that has this label."""
        parent.extend(self.tree.footnotes[text])


class References(dict[str, tuple[str, str]]):
    """URLs by reference label; case and white space are ignored as in CommonMark."""

    stash: Stash

    def __contains__(self, label: object) -> bool:
        return super().__contains__(self._as_defined(str(label)))

    def __getitem__(self, label: str) -> tuple[str, str]:
        return super().__getitem__(self._as_defined(label))

    def _as_defined(self, label: str) -> str:
        """Return a label as the block parser stores it, with code and escapes restored."""
        written = ESCAPED.sub(lambda code: "\\" + chr(int(code[1])), self.stash.sources(label))
        return normalizeReference(written)


class Unwrap(Postprocessor):
    """Removes the wrappers of finished blocks, before the author's HTML is inserted."""

    def run(self, text: str) -> str:
        """Return the text without the wrappers."""
        return text.replace(f"<{BLOCK_TAG}>", "").replace(f"</{BLOCK_TAG}>", "")


def lesson_markdown(targets: Targets, outline: Outline) -> tuple[Markdown, Footnotes]:
    """Return a Python-Markdown for one lesson; `convert` supplies its blocks."""
    footnotes = Footnotes(outline.prefix)
    md = _markdown([footnotes])
    use_links(md, targets, lesson=True)
    use_lesson_blocks(md, outline)
    return md, footnotes


def comment_markdown(targets: Targets) -> Markdown:
    """Return a Python-Markdown for one comment: keeps line ends, escapes HTML."""
    md = _markdown(["nl2br"])
    md.inlinePatterns.deregister("html")
    use_links(md, targets, lesson=False)
    use_comment_blocks(md)
    return md


def _markdown(extensions: list[Any]) -> Markdown:
    md = Markdown(extensions=extensions)
    md.ESCAPED_CHARS = list(string.punctuation)
    md.block_level_elements = [*md.block_level_elements, BLOCK_TAG]
    for name in ("normalize_whitespace", "html_block"):
        md.preprocessors.deregister(name)
    md.inlinePatterns.deregister("backtick")
    md.inlinePatterns.register(SimpleTagInlineProcessor(DELETED, "del"), "deleted", 55)
    md.inlinePatterns.register(SubstituteTagInlineProcessor(BROKEN_LINE, "br"), "broken_line", 185)
    md.postprocessors.register(Unwrap(md), "unwrap", 35)
    return md


def convert(md: Markdown, tree: Tree, footnotes: Footnotes | None = None) -> str:
    """Return Markdown's HTML. Raises MarkupError for a source that makes Python-Markdown fail."""
    _prepare(md, tree, footnotes)
    try:
        return md.convert(tree.reading.source)
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


def _prepare(md: Markdown, tree: Tree, footnotes: Footnotes | None) -> None:
    md.parser = PreparedBlocks(md)
    md.parser.tree = tree
    for html in tree.raw:  # its placeholders in the tree count from 0, as the stash does
        md.htmlStash.store(html)
    found = tree.reading.references
    references = References({label: (each["href"], each["title"]) for label, each in found.items()})
    references.stash = tree.scan.stash
    md.references = references
    if footnotes is not None:
        footnotes.parser = md.parser
        for label in tree.footnotes:
            footnotes.setFootnote(label, label)
