import html
import re

import pytest

from markup import highlight
from markup.code import LANGUAGES


def test_known_languages_are_highlighted_with_classes():
    assert highlight("x = 1", "python") == (
        '<pre class="code" tabindex="0"><code class="language-python"><span class="n">x</span> '
        '<span class="o">=</span> <span class="mi">1</span></code></pre>'
    )


def test_an_unknown_language_stays_plain():
    assert highlight("a < b", "klingon") == (
        '<pre class="code" tabindex="0"><code class="language-klingon">a &lt; b</code></pre>'
    )


def test_a_hostile_language_name_is_harmless():
    assert '<code class="language-xonclick1">' in highlight("x", 'x" onclick="1')


def test_the_copied_text_is_the_source():
    source = "\n\n  def f():\n\treturn '<b>&amp;'\n\n"
    shown = re.sub("<[^>]+>", "", highlight(source, "python"))
    assert html.unescape(shown).strip("\n") == source.strip("\n")


@pytest.mark.parametrize("language", sorted(set(LANGUAGES.values())))
@pytest.mark.parametrize("source", ["$ ls", "$ ls\nnotes.md", ">>> 1 + 1\n2", "a\nb", "x"])
def test_no_line_of_a_code_block_is_lost(language, source):
    shown = html.unescape(re.sub("<[^>]+>", "", highlight(source, language)))
    assert shown == source
