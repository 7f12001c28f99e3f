import pytest

from markup import render_lesson


def warnings(source, **kwargs):
    return [str(each) for each in render_lesson(source, language="en", **kwargs).warnings]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a\n\n::: note\nb\n:::", ["Line 3: “:::” has no meaning", "Line 5: “:::” has no meaning"]),
        ('??? note "A"\n    b', ["Line 1: “???” has no meaning"]),
        ("a\n<Tabs>\n\n<Tabs>", ["Line 2: The tag <Tabs>", "Line 4: The tag <Tabs>"]),
        ("- a\n- List<int>", ["Line 2: The tag <int>"]),
        ("## a\n\n[x](#a) [y](#b)", ["Line 3: “#b” leads nowhere"]),
        ("a\nb[^1]", ["Line 2: There is no footnote “1”."]),
        ("a[^1]\n\n[^1]: b\n[^1]: c", ["Line 4: The footnote “1” is defined twice"]),
        ("| a | b |\n|---|\n| c |", ["Line 1: This is no table: the first row has 2 cells"]),
    ],
)
def test_what_would_show_as_raw_markup_is_told_with_its_line(source, expected):
    found = warnings(source)
    assert len(found) == len(expected)
    for message, beginning in zip(found, expected, strict=True):
        assert message.startswith(beginning)


@pytest.mark.parametrize(
    "source",
    [
        "`:::` a::: b",
        "```\n:::\n<Tabs>\n```",
        "`<Tabs>` <https://a.example> a < b <kbd>c</kbd>",
        "[top](#) [x](lesson:a#b) [y](/a/#b)",
        "a[^1]\n\n[^1]: b",
        "\\[^1]",
        "| a | b |\n|---|---|",
    ],
)
def test_what_means_something_is_no_warning(source):
    assert warnings(source) == []


def test_anchors_of_the_rest_of_the_page_are_known():
    assert warnings("[a](#h-body)", known_ids=["h-body"]) == []


def test_no_text_brings_more_warnings_than_anybody_reads():
    assert len(warnings("<a1>\n\n" * 500)) <= 200
