import pytest

from markup import MarkupError, Placed, Term, render_lesson, split_placed

TERMS = {"tracer": Term("트레이서", 'a "stand-in"', "/glossary/#tracer"), "jit": Term("`jit`", "x")}
OUTPUTS = {("grad-2", 1, None): "f32[3] <x>", ("grad-2", 1, 2): "0.5"}


def render(source):
    return render_lesson(
        source,
        resolve_term=TERMS.get,
        resolve_output=lambda *place: OUTPUTS.get(place),
        language="en",
    )


def html(source):
    return render(source).html


def problems(source):
    with pytest.raises(MarkupError) as caught:
        render(source)
    return [str(problem) for problem in caught.value.problems]


def test_placed_blocks_cut_the_text_and_are_listed():
    rendered = render("a\n\n[[sample:grad-2]]\nb\n[[question:q-1]]")
    assert rendered.placed == (Placed("sample", "grad-2", 3), Placed("question", "q-1", 5))
    assert [part if isinstance(part, Placed) else part.strip() for part in cut(rendered)] == [
        "<p>a</p>",
        Placed("sample", "grad-2"),
        "<p>b</p>",
        Placed("question", "q-1"),
    ]
    assert rendered.text == "a b"


def cut(rendered):
    return split_placed(rendered.html)


def test_a_text_without_placed_blocks_is_one_part():
    assert split_placed("<p>a</p>") == ["<p>a</p>"]
    assert split_placed("") == []


@pytest.mark.parametrize(
    "source",
    [
        "- a\n  [[sample:x]]",
        "> [[sample:x]]",
        "!!! note\n    [[sample:x]]",
        '=== "A"\n    [[sample:x]]',
        "see\n[[sample:x]] here",
        "| [[sample:x]] |\n|---|",
        "a[^1]\n\n[^1]: [[sample:x]]",
    ],
)
def test_a_placed_block_elsewhere_is_a_problem_with_its_line(source):
    (problem,) = problems(source)
    line = source[: source.index("[[sample")].count("\n") + 1
    assert problem.startswith(f"Line {line}: “[[sample:x]]” has to stand on a line of its own")


def test_what_is_placed_twice_is_a_problem():
    assert problems("[[sample:a]]\n\n[[question:a]]\n\n[[sample:a]]") == [
        "Line 5: “[[sample:a]]” is placed twice."
    ]


def test_a_placed_block_cannot_be_written_as_html():
    assert split_placed(html('<slot name="sample:a"></slot>')) == [
        '<p>&lt;slot name="sample:a"&gt;&lt;/slot&gt;</p>'
    ]


def test_a_term_leads_to_its_page_and_shows_its_meaning():
    link = '<a class="term" href="/glossary/#tracer" title="a &quot;stand-in&quot;">'
    assert html("[[term:tracer]] [[term:tracer|트레이서를]]") == (
        f"<p>{link}트레이서</a> {link}트레이서를</a></p>"
    )


def test_a_term_without_a_page_is_a_word_with_its_meaning():
    assert html("[[term:jit]]") == '<p><dfn class="term" title="x"><code>jit</code></dfn></p>'


def test_words_of_a_term_are_words():
    assert "<strong>jits</strong></dfn>" in html("[[term:jit|**jits**]]")
    assert render("[[term:jit|**jits**]]").text == "jits"
    assert "&lt;b&gt;<em>a</em>" in html("[[term:jit|<b>*a*]]")
    assert "<code>2**3**4</code> * 5*</dfn>" in html("[[term:jit|`2**3**4` * 5*]]")
    assert render("[[term:jit|*jits* and `*`]]").text == "jits and *"
    assert render("[[term:jit]]를").text == "jit를"


def test_an_output_is_code():
    assert html("[[out:grad-2:1]] [[out:grad-2:1:2]]") == (
        "<p><code>f32[3] &lt;x&gt;</code> <code>0.5</code></p>"
    )


def test_unknown_terms_and_outputs_are_problems_with_their_lines():
    assert problems("a\n[[term:no]]\n\n- [[out:grad-2:9]]") == [
        "Line 2: The glossary has no “no”.",
        "Line 4: No captured output matches “[[out:grad-2:9]]”.",
    ]


def test_without_resolvers_the_words_stay():
    rendered = render_lesson("[[term:a|words]] [[term:b]]")
    assert rendered.html == "<p>words b</p>"


@pytest.mark.parametrize(
    "source", ["[[a]]", "[[term:]]", "[[out:a]]", "[[sample:a b]]", "x[[0]]", "\\[[term:jit]]"]
)
def test_other_double_brackets_are_text(source):
    assert html(source) == f"<p>{source.removeprefix(chr(92))}</p>"


def test_markers_in_code_are_code():
    assert html("`[[term:no]]`\n\n```\n[[sample:a]]\n```").count("<code") == 2


def test_a_marker_with_words_fits_into_a_table():
    shown = html("| a | b |\n|---|---|\n| [[term:tracer|x]] | c |")
    assert ">x</a></td>\n<td>c</td>" in shown
