"""Which answers are right."""

import pytest

from course.content.judging import (
    NoAnswer,
    given_value,
    judge,
    number_in,
    number_value,
    shuffled,
    text_key,
    token,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12.0), (" 0.5 ", 0.5), ("0,5", 0.5), ("1e-3", 0.001), ("-2", -2.0), ("−2", -2.0),
        ("+3", 3.0), (".5", 0.5), ("5.", 5.0), ("１２", 12.0), ("1E+2", 100.0),
        ("1,000", 1000.0), ("-12,345,678.5", -12345678.5), ("0,125", 0.125), ("1,0000", 1.0),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(text, value):
    assert number_in(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "1,000,00",
        "1,000,000,0",
        "1 2",
        "nan",
        "inf",
        "1e999",
        "--1",
        "½",
        "0x10",
        "1e",
        "9" * 60,
    ],
)
def test_what_is_no_number_is_none(text):
    assert number_in(text) is None


@pytest.mark.parametrize(
    ("given", "right"),
    [("0.5", True), ("0.51", True), ("0.49", True), ("0.5101", False), ("0,505", True)],
)
def test_a_number_is_right_within_its_tolerance(given, right):
    assert judge("number", given, [number_value(0.5, 0.01)]) is right


def test_without_a_tolerance_binary_fractions_are_still_equal():
    assert judge("number", "0.3", [number_value(0.1 + 0.2)])
    assert not judge("number", "0.3001", [number_value(0.3)])


@pytest.mark.parametrize(
    "given", ["weak type", "Weak  Type", " WEAK TYPE ", "ｗｅａｋ　ｔｙｐｅ", "weak\ttype"]
)
def test_words_are_compared_folded(given):
    assert judge("text", given, ["weak type"])


def test_a_decomposed_korean_word_is_the_same_word():
    assert judge("text", "\u1112\u1161\u11ab", ["한"])


def test_another_word_is_wrong():
    assert not judge("text", "weaktype", [text_key("weak type"), text_key("weak-type")])


def test_the_order_of_ticks_does_not_count():
    assert judge("multiple", given_value("multiple", ["c", "a"]), ["a,c"])
    assert not judge("multiple", given_value("multiple", ["a"]), ["a,c"])


def test_lines_have_to_be_in_their_order():
    tokens = [token("q", line) for line in ("x = 1", "print(x)")]
    assert judge("order", given_value("order", tokens), [",".join(tokens)])
    assert not judge("order", given_value("order", tokens[::-1]), [",".join(tokens)])


def test_equal_lines_may_change_places():
    assert token("q", "}") == token("q", "}")
    assert token("q", "}") != token("other", "}")


@pytest.mark.parametrize("count", range(2, 11))
def test_lines_are_never_shown_in_the_right_order(count):
    tokens = [token("q", str(number)) for number in range(count)]
    order = shuffled("q", tokens)
    assert sorted(order) == list(range(count))
    assert order != list(range(count))
    assert order == shuffled("q", tokens)


@pytest.mark.parametrize(
    ("given", "printed", "right"),
    [
        ("loss 0.3333", "loss 0.33333\n", True),
        ("loss 0.34", "loss 0.33333\n", False),
        ("  (3, 4)  ", "(3, 4)\n", True),
        ("(3,  4)", "(3, 4)\n", True),
        ("(4, 3)", "(3, 4)\n", False),
        ("<f at 0x7f00>", "<f at 0x55aa>\n", True),
        ("took 3 ms", "took 20 ms\n", True),
        ("one\ntwo", "one\ntwo\n", True),
        ("one", "one\ntwo\n", False),
        ("one\ntwo\nthree", "one\ntwo\n", False),
        ("3", "4\n", False),
    ],
)
def test_outputs_are_compared_like_captures(given, printed, right):
    assert judge("output", given, [printed]) is right


def test_any_answer_that_was_ever_published_is_right():
    assert judge("choice", "a", ["b", "a"])
    assert not judge("choice", "c", ["b", "a"])


@pytest.mark.parametrize(
    ("kind", "given"),
    [("choice", []), ("choice", [" "]), ("choice", ["a", "b"]), ("number", ["soon"]),
     ("text", ["x" * 6_000]), ("multiple", [])],
)  # fmt: skip
def test_what_is_no_answer_is_refused(kind, given):
    with pytest.raises(NoAnswer):
        given_value(kind, given)


def test_an_answer_of_another_kind_is_wrong_and_no_error():
    assert not judge("number", "1", ["b"])
