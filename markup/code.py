"""Syntax highlighting with Pygments' CSS classes, without inline styles."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape

from pygments import highlight as pygments_highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

from .policy import CODE
from .sanitise import last_word

# Only lexers that were looked at: some of Pygments' several hundred are slow on hostile input.
LANGUAGES = {
    "python": "python", "py": "python", "python3": "python", "pycon": "pycon", "pytb": "pytb",
    "bash": "bash", "sh": "bash", "shell": "bash", "console": "console",
    "json": "json", "yaml": "yaml", "toml": "toml", "ini": "ini", "diff": "diff",
    "html": "html", "css": "css", "javascript": "javascript", "js": "javascript",
    "c": "c", "cpp": "cpp", "c++": "cpp", "rust": "rust", "go": "go", "sql": "sql",
}  # fmt: skip
MAX_HIGHLIGHTED = 60_000
UNSAFE_IN_CLASS = re.compile(r"[^a-z0-9_-]")


def highlight(source: str, language: str) -> str:
    """Return a code block as safe HTML, `<pre class="code">`; plain for an unknown language."""
    name = language.strip().lower()
    lexer = LANGUAGES.get(name)
    body = _highlighted(source, lexer) if lexer else escape(source, quote=False)
    label = lexer or UNSAFE_IN_CLASS.sub("", name)[:30] or "text"
    html = f'<pre class="code" tabindex="0"><code class="language-{label}">{body}</code></pre>'
    return last_word(html, CODE)


@lru_cache(maxsize=256)  # a lesson's languages show the same code
def _highlighted(source: str, lexer_name: str) -> str:
    if len(source) > MAX_HIGHLIGHTED:
        return escape(source, quote=False)
    # Lexers of sessions give the last line only when a line end follows it.
    lexer = get_lexer_by_name(lexer_name, stripnl=False, ensurenl=True)
    return str(pygments_highlight(source, lexer, HtmlFormatter(nowrap=True))).removesuffix("\n")


def inline_code(source: str) -> str:
    """Return a code span as HTML."""
    return f"<code>{escape(source, quote=False)}</code>"
