"""The browser judges answers as the server does: an answer never turns wrong when it arrives."""

import base64
import json
import random

from course.content import judging

NUMBERS = [
    "12", " 0.5 ", "0,5", "1e-3", "−2", "+3", ".5", "5.", "１２", "1,000", "12,345,678.5", "0,125",
    "1,0000", "1,000,00", "٣", "१२", "1 2", "x", "", "½", "1e999", "0x10", "- 3", "1_000", "∞",
]  # fmt: skip
WORDS = [
    "weak type", "Weak  Type", "ｗｅａｋ　ｔｙｐｅ", "Straße", "STRASSE", "ΣΊΣΥΦΟΣ", "σίσυφος",
    "İ", "i̇", "한", "한", "ﬁn", "FIN", "weak\ttype", "weak\u200btype", "ǅ", "ẞ", "٣",
]  # fmt: skip
OUTPUTS = [
    "[0.5 1.0]", "[0.50000001 1.]", "[0.5 1]", "f(3)", "f( 3)", "took 12 ms", "took 9.5 ms",
    "<at 0x7f1>", "<at 0xab>", "1e-7", "0.0", "-0.0", "nan", "3 초", "3.5초", "\nline\n", "line",
    "١.5", "a 1.00001", "a 1.0",
]  # fmt: skip
JUDGE = """async ([kind, target, given, answers]) => {
    const { givenValue, isRight } = await import("/static/js/progress/judging.js");
    const value = givenValue(kind, [given]);
    return value !== null && isRight(kind, target, value, answers);
}"""


def encoded(rights) -> str:
    return base64.b64encode(json.dumps(rights).encode()).decode()


def test_numbers(page, world):
    page.goto("/")
    rights = [
        judging.number_value(each, "0.01") for each in ("12", "0.5", "1000", "0.125", "1", "3")
    ]
    for given in NUMBERS:
        here = any(judging.same_number(given, right) for right in rights)
        assert page.evaluate(JUDGE, ["number", "t", given, encoded(rights)]) is here, given


def test_outputs(page, world):
    page.goto("/")
    for given in OUTPUTS:
        for right in OUTPUTS:
            here = judging.same_output(given, right)
            there = page.evaluate(JUDGE, ["output", "t", given, encoded([right])])
            assert there is here, (given, right)


def test_words(page, world):
    page.goto("/")
    keys = """async (words) => {
        const { wordKey } = await import("/static/js/progress/judging.js");
        return words.map(wordKey);
    }"""
    letters, dice = "aAßẞΣσςİıﬁ한가 \t\u3000ǅÅ９é", random.Random(7)
    words = WORDS + ["".join(dice.choices(letters, k=5)) for _word in range(300)]
    here = dict(zip(words, page.evaluate(keys, words), strict=True))
    for one in WORDS:
        for other in words:
            assert (here[one] == here[other]) is judging.same_text(one, other), (one, other)
