import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from markup import Image, MarkupError, Term, render_comment, render_lesson
from markup.policy import COMMENT, LESSON
from markup.sanitise import last_word

from .cost import no_hang, python_calls
from .hostile import CORPUS
from .safety import faults

LISTED_MARKS = r"""
    [ ] ( ) ![ ]( [^1] [^1]: * ** _ __ ` ``` ~~~ $ $$ > >! - + 1. # ## | |- \ < </ /> <b>
    <div> <script> <a href= = : :// javascript: https:// lesson:a @a !!! note " ' & &#x3c; &lt;
    --> <!--
    \frac \begin{matrix} { } ^ 가 각주 x 1
    [[term:a]] [[term:a| [[out:a:1]] [[sample:a]] ]] ~~ ::: {#a} === "a" [!NOTE] <details> <slot>
"""
MARKS = [*LISTED_MARKS.split(), '=== "a"\n    ', "> [!NOTE]\n> ", "- [x] ", "\n[[question:a]]\n"]
SPACES = [" ", "\n", "\n\n", "\t", "    "]
PIECES = st.sampled_from([*MARKS, *SPACES, "\ufdd0", "\ud800", "\u202e", "\x02"])
MARKS_THAT_ADD_UP = [
    *["[a](", "[a](b", "[a][", "[^a]", "*a", "_a ", "*_", "***a", "`", "``a", "<", "<a ", "<!--"],
    *["&", "|a", "# a\n", "- a\n\n", "a\n=\n", "a\n:   b\n\n", ">! a\n\n", "@a ", "\t", "\\"],
    *["https://a.b/ ", "~~~\n", "@a", "*a*", "**a** ", '[a](b "', '<b c="', "$a "],
]
MARKED_UP = st.lists(PIECES | st.text(max_size=3), max_size=120).map("".join)


def lesson_html(source):
    image = Image("/media/a.png", 1, 1)
    rendered = render_lesson(
        source,
        resolve_lesson=lambda uid: "/lessons/a/",
        resolve_image=lambda src: image,
        resolve_term=lambda key: Term('<b>"', '"><script>alert(1)</script>', "/glossary/"),
        resolve_output=lambda sample, line, number: "<script>alert(1)</script>",
    )
    return rendered.html


def comment_html(source):
    return render_comment(source, resolve_mention=lambda handle: "/learners/a/").html


def html_or_refusal(render, source):
    try:
        with no_hang():
            return render(source)
    except MarkupError as error:
        return "" if error.problems else "<no-reason>"


def test_the_corpus_is_large_enough_to_mean_something():
    assert len(set(CORPUS)) >= 100


@pytest.mark.parametrize("source", CORPUS)
def test_no_hostile_input_gets_through_a_comment(source):
    assert faults(html_or_refusal(comment_html, source), lesson=False) == []


@pytest.mark.parametrize("source", CORPUS)
def test_no_hostile_input_gets_through_a_lesson(source):
    assert faults(html_or_refusal(lesson_html, source), lesson=True) == []


@pytest.mark.parametrize("policy", [COMMENT, LESSON])
@pytest.mark.parametrize("source", CORPUS)
def test_the_last_word_has_nothing_to_add_when_it_speaks_twice(policy, source):
    once = last_word(source.encode(errors="ignore").decode(), policy)
    assert last_word(once, policy) == once


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(MARKED_UP)
def test_no_comment_does_anything_but_render_safely_or_be_refused(source):
    assert faults(html_or_refusal(comment_html, source), lesson=False) == []


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(MARKED_UP)
def test_no_lesson_does_anything_but_render_safely_or_be_refused(source):
    html = html_or_refusal(lesson_html, source)
    assert faults(html, lesson=True) == []
    assert html_or_refusal(lesson_html, source) == html


# A page of words takes some 20,000 calls. The checks that refuse come before all that is slow.
CALLS_TO_REFUSE = 60_000
# About 60 ms on the machine the limits were set on.
CALLS_OF_A_COMMENT = 500_000


def refusal_calls(render, source, match):
    def refuse():
        with no_hang(), pytest.raises(MarkupError, match=match):
            render(source)

    refuse()
    return python_calls(refuse)


@pytest.mark.parametrize("render", [comment_html, lesson_html])
@pytest.mark.parametrize("source", ["[" * 4_000, "![" * 2_000, "1. " * 600, "+ " * 600, "> " * 900])
def test_deep_nesting_is_refused_at_once_with_a_reason(render, source):
    assert refusal_calls(render, source, "nested too deeply") < CALLS_TO_REFUSE


def test_ten_thousand_brackets_in_a_lesson_are_refused_at_once():
    calls = refusal_calls(lesson_html, "[" * 10_000, r"Line 1: .*nested too deeply")
    assert calls < CALLS_TO_REFUSE


@pytest.mark.parametrize("piece", MARKS_THAT_ADD_UP)
def test_a_full_comment_of_one_mark_takes_little_and_no_more_than_its_length(piece):
    full = piece * (4_000 // len(piece))
    half = piece * (2_000 // len(piece))
    html_or_refusal(comment_html, full)
    calls = python_calls(lambda: html_or_refusal(comment_html, full))
    assert calls < CALLS_OF_A_COMMENT
    assert calls < 2.2 * python_calls(lambda: html_or_refusal(comment_html, half)) + 5_000


MARKS_OF_LESSONS = [
    *["[a](b ", "*a ", "<b>", "<a ", '<a b="', "a_", "1. a\n", "~~a ", "[[", "[[term:a]] "],
    *["| a ", "$a ", "$$\na\n", "::: a\n", "[^a]", "https://a.b ", "- [ ] a\n", "a\n: b\n"],
]


# Few paragraphs and a close bound find a cost that grows with their square as well as a full
# lesson with a wide bound, in a quarter of the time: 6 b < 0.02 a is stricter than 22 b < 0.1 a.
PARAGRAPHS = 6


@pytest.mark.parametrize("piece", MARKS_OF_LESSONS)
def test_a_long_lesson_of_one_mark_costs_what_its_paragraphs_cost(piece):
    paragraph = (piece * 5_000)[:9_000]
    one, many = paragraph, "\n\n".join([paragraph] * PARAGRAPHS)
    html_or_refusal(lesson_html, one)
    calls = python_calls(lambda: html_or_refusal(lesson_html, many))
    assert calls < 1.02 * PARAGRAPHS * python_calls(lambda: html_or_refusal(lesson_html, one))


def test_comments_with_more_tags_than_anybody_writes_are_refused():
    with pytest.raises(MarkupError, match="too much markup"):
        comment_html("***a" * 1_000)


def test_a_long_list_of_bold_words_is_no_hostile_comment():
    html = comment_html("- **word**: text\n" * 200)
    assert html.count("<strong>") == 200


BLOCKS_OF_LESSONS = [
    *["a\n\n", "- a\n\n", "> a\n\n", "!!! note\n    a\n\n", '=== "a"\n    b\n', "[^a]: b\n"],
    *["a\n:   b\n\n", "$$\na\n$$\n", "| a |\n|---|\n", "[a]: /b\n[a]\n\n", "<details>\n\n"],
    *["```\na\n```\n", "> [!NOTE]\n> a\n\n", "[[sample:a]]\n", "# a\n", "<p>\n\n", "<a1>\n\n"],
]


@pytest.mark.parametrize("piece", BLOCKS_OF_LESSONS)
def test_blocks_of_one_kind_cost_no_more_than_their_number(piece):
    few, many = piece * 300, piece * 900
    html_or_refusal(lesson_html, few)
    calls = python_calls(lambda: html_or_refusal(lesson_html, many))
    assert calls < 1.3 * 3 * python_calls(lambda: html_or_refusal(lesson_html, few)) + 20_000
