import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from markup import MarkupError, Problem, maths, render_lesson

from .cost import no_hang

LISTED_TOKENS = r"""
    ( ) [ ] \{ \} { } ^ _ x 1 {x} {x}{y} [3] \frac \hat \sqrt \text \sin \theta % & \\ | \|
    \begin{matrix} \end{matrix} \left( \right) \bigl( \bigr) \big( \middle| \langle \rangle
    \binom \overset \operatorname \not \limits ' ~ * \mathclose \mathopen \xrightarrow \underbrace
"""


def html(source):
    return render_lesson(source, language="en").html


def problem(source):
    with pytest.raises(MarkupError) as caught:
        render_lesson(source, language="en")
    (found,) = caught.value.problems
    return found


def test_inline_maths_becomes_mathml():
    assert html("식 $x^2$ 는") == "<p>식 <math><msup><mi>x</mi><mn>2</mn></msup></math> 는</p>"


@pytest.mark.parametrize(
    ("source", "kept_together"),
    [
        ("식 $x$는 길다", "<math><mi>x</mi></math>는"),
        ("a ($x$), b", "(<math><mi>x</mi></math>),"),
        ("a $x$&b c", "<math><mi>x</mi></math>&amp;b"),
        ("a “$x$” b", "“<math><mi>x</mi></math>”"),
    ],
)
def test_a_formula_stays_on_one_line_with_what_touches_it(source, kept_together):
    assert f'<span class="m-glue">{kept_together}</span>' in html(source)


def test_what_is_glued_is_one_word_for_the_search():
    assert render_lesson("식 $x$는").text == "식 x는"


def test_display_maths_is_a_block():
    assert html("a\n$$\nx\n$$\nb") == (
        '<p>a</p>\n<math display="block"><mi>x</mi></math>\n<p>b</p>'
    )


def test_aligned_cells_have_classes_in_place_of_styles():
    shown = html("$$\\begin{aligned} a &= b \\\\ c &= d \\end{aligned}$$")
    assert '<mtd class="m-right m-pr0"><mi>a</mi></mtd>' in shown
    assert '<mtd class="m-left m-pl0"><mo>=</mo><mi>b</mi></mtd>' in shown
    assert " style=" not in shown


def test_lines_of_an_array_have_classes():
    shown = html("$$\\begin{array}{l|r} a & b \\\\ \\hline c & d \\end{array}$$")
    assert '<mtd class="m-left m-br">' in shown
    assert '<mtd class="m-bt m-right">' in shown


def test_a_matrix_has_its_cells():
    shown = html("$$\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}$$")
    assert shown.count("<mtr>") == 2
    assert shown.count("<mtd>") == 4


def test_colours_become_an_attribute():
    assert '<mrow mathcolor="#FF0000"><mi>x</mi></mrow>' in html("$\\color{red}{x}$")


def test_text_in_a_formula_is_escaped():
    assert "<mtext>&lt;script&gt;</mtext>" in html("$\\text{<script>}$")


@pytest.mark.parametrize(
    "source",
    ["$5 and $10", "값은 $5, $10$20", "$ x $", "a $x $ b", "$x$5", "\\$x\\$", "`$x$`", "$"],
)
def test_dollars_that_are_not_maths_stay_dollars(source):
    assert "<math" not in html(source)
    assert "$" in html(source)


def test_dollars_in_code_blocks_stay_dollars():
    assert "<math" not in html("```\n$x$\n```\n\n    $\\nope$\n\n<pre>$\\nope$</pre>")


def test_dollars_in_an_address_stay_dollars():
    assert 'href="/a?b=$1$"' in html("[x](/a?b=$1$)")


def test_an_unknown_command_is_told_with_both_positions():
    assert problem("## a\n\n글 $x + \\nope$") == Problem(
        "Formula, character 5: unknown command “\\nope”.", line=3, column=3
    )


def test_the_message_has_no_terminal_colours():
    assert "\x1b" not in problem("$\\frac{1$").message


@pytest.mark.parametrize(
    "latex", ["{" * 500 + "x", "\\left(" * 100, "\\sqrt" * 200 + "x", "x" * 3_000, "\\frac" * 390]
)
def test_a_formula_that_could_break_the_converter_is_refused(latex):
    assert problem(f"${latex}$").line == 1


@pytest.mark.parametrize("command", ["\\newcommand{\\a}{(}", "\\def\\a{(}", "\\mathchoice abcd"])
def test_what_could_hide_delimiters_is_refused(command):
    assert "can't be used" in problem(f"${command}$").message


# math-core takes two to the power of the open delimiters; forty would never end.
UNCLOSED = [
    *[
        "(",
        "[",
        "\\{",
        "\\langle",
        "\\lfloor ",
        "\\bigl|",
        "⟨",
        "\\sin(",
        "(()",
        ")((",
        "\\mathclose[",
    ],
    *[
        "(^)",
        "(x_)",
        "({)}",
        "(%)\n",
        "(\\text{)}",
        "(\\hat)",
        "(\\frac1)",
        "(\\frac{a})",
        "(\\sqrt[)]x",
    ],
    *[
        "(\\left.)\\right.",
        "(\\middle)",
        "(\\binom\\overset\\|x)",
        "(\\sqrt[3])",
        "\\mathclose[((]",
    ],
]


@pytest.mark.parametrize("piece", UNCLOSED)
def test_delimiters_that_nothing_closes_never_reach_the_converter(piece, monkeypatch):
    def never(*_args, **_kwargs):
        raise AssertionError("the converter was called")

    monkeypatch.setattr(maths, "to_mathml", never)
    assert problem(f"$a{piece * 40}b$").message == "This formula is nested too deeply."


CLOSED = [
    *[
        "f(x)",
        "\\frac{f(x)}{g(x)}",
        "[0,1)+",
        "(x^2)",
        "(x_{i})",
        "(\\mathbf{x}\\mid\\theta)",
        "\\{x\\}",
    ],
    *[
        "\\left(x\\right)",
        "(\\sqrt[3]{x})",
        "\\bigl(x\\bigr)",
        "(\\frac12)",
        "\\log p_\\theta(\\hat y)",
    ],
    *["\\mathbb{E}_{x\\sim p}[f(x)]", "(A^\\top)", "\\lfloor x\\rfloor", "(-\\infty,\\infty)"],
]


@pytest.mark.parametrize("piece", CLOSED)
def test_a_long_formula_of_closed_delimiters_is_fine(piece):
    assert "<math>" in html(f"${piece * 25}$")


TOKENS = [*LISTED_TOKENS.split(), "\n", " ", "\\, "]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(TOKENS), min_size=1, max_size=8).map("".join))
def test_no_formula_takes_long(piece):
    try:
        with no_hang():
            html("$a\\sin" + piece * 25 + "$")
    except MarkupError as error:
        assume(error.problems)


def test_every_bad_formula_is_told():
    with pytest.raises(MarkupError) as caught:
        render_lesson("$\\one$ a $\\two$\n\n$\\three$")
    assert [(found.line, found.column) for found in caught.value.problems] == [
        (1, 1),
        (1, 10),
        (3, 1),
    ]
