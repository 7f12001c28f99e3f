from markup import highlight


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
    import html
    import re

    source = "\n\n  def f():\n\treturn '<b>&amp;'\n\n"
    shown = re.sub("<[^>]+>", "", highlight(source, "python"))
    assert html.unescape(shown).strip("\n") == source.strip("\n")
