import pytest

from markup import MarkupError, Problem, normalise_for_search, plain_text


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
