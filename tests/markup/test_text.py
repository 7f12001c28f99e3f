import pytest
from django.utils.translation import override

from markup import (
    MarkupError,
    Problem,
    normalise_for_search,
    plain_text,
    render_comment,
    render_lesson,
)


def test_words_are_kept_together_and_blocks_apart():
    assert plain_text("<p><strong>강조</strong>를</p><p>a<br>b &amp; c</p>") == "강조를 a b & c"


@pytest.mark.parametrize(
    ("text", "searched"),
    [
        ("  JAX\n Array ", "jax array"),
        ("\u1112\u1161\u11ab", "한"),
        ("Straße", "strasse"),
        ("", ""),
    ],
)
def test_texts_are_searched_in_one_form(text, searched):
    assert normalise_for_search(text) == searched
    assert normalise_for_search(searched) == searched


def test_an_error_reads_as_its_problems():
    error = MarkupError([Problem("a", 1, 2), Problem("b", 3), Problem("c")])
    assert str(error) == "Line 1, column 2: a\nLine 3: b\nc"


def test_a_korean_writer_reads_what_is_wrong_in_korean():
    with override("ko"), pytest.raises(MarkupError, match="1번째 줄 1번째 칸: 수식의 1번째 글자"):
        render_lesson("$\\nope$")


def test_labels_are_in_the_language_asked_for():
    assert "<summary>스포일러</summary>" in render_comment(">! a", language="ko").html
