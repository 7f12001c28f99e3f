"""A plain folder: its order, its pictures, alerts, HTML, references."""

import pytest

from course.foreign.proposing import status_of, tags_of
from tests.course.foreign.folders import (
    DRAWING,
    body,
    converted,
    lost,
    only_body,
    outline,
    png,
    write,
)


def test_folders_are_chapters_and_numbers_order_them(tmp_path):
    write(
        tmp_path,
        {
            "README.md": "# The course\n\nIt teaches two things to those who read it.\n",
            "10-last/1-end.md": "# The end\n\nBye.\n",
            "2-first/10-b.md": "# Ten\n\nText.\n",
            "2-first/9-a.md": "# Nine\n\nText.\n",
            "2-first/index.md": "---\ntitle: Beginning\n---\n\nHello.\n",
        },
    )
    course = converted(tmp_path)
    assert (course.title, course.summary) == (
        "The course",
        "It teaches two things to those who read it.",
    )
    assert outline(course) == {"Beginning": ["Beginning", "Nine", "Ten"], "Last": ["The end"]}


def test_uids_and_slugs_come_from_file_names_and_titles(tmp_path):
    write(
        tmp_path,
        {"01-first_steps.md": "# A\n\nx", "LateBinding.md": "x"},
    )
    write(tmp_path, {"02-한글.md": "# 가\n\nx"})
    pages = converted(tmp_path).pages
    assert [page.slug for page in pages] == ["first-steps", "lesson", "late-binding"]
    assert all(page.uid.endswith(page.slug) for page in pages)


def test_summary_minutes_and_language_are_proposed(tmp_path):
    words = "A sentence of **six** plain words. " * 100
    write(tmp_path, {"a.md": f"# A\n\n![x](y.png)\n\n{words}\n"})
    page = converted(tmp_path).pages[0]
    assert (page.minutes, page.summary[:34]) == (3, "A sentence of six plain words. A s")
    assert len(page.summary) <= 160
    write(tmp_path, {"a.md": "# 가나\n\n이 글은 한국어로 쓴 글이에요.\n"})
    assert converted(tmp_path).language == "ko"


def test_pictures_come_from_anywhere_in_the_folder(tmp_path):
    page = "![One](../img/a.png)\n\n![Two](b.jpg 'Title')\n\n![Three](/top/c.gif)\n\n![](d.svg)\n"
    write(
        tmp_path,
        {
            "text/page.md": page,
            "img/a.png": png(),
            "other/deep/b.jpg": png(kind="JPEG"),
            "top/c.gif": png(kind="GIF"),
            "text/d.svg": DRAWING,
        },
    )
    course = converted(tmp_path)
    assert body(course, "text/page.md").split("\n\n") == [
        "![One](images/a.png)",
        "![Two](images/b.jpg 'Title')",
        "![Three](images/c.png)",
        "![D](images/d.svg)",
    ]
    assert lost(course) == []


def test_two_pictures_of_one_name_get_two(tmp_path):
    write(tmp_path, {"a/p.png": png("red"), "b/p.png": png("blue")})
    write(tmp_path, {"a/x.md": "![x](p.png)", "b/y.md": "![y](p.png)"})
    course = converted(tmp_path)
    assert [list(page.pictures) for page in course.pages] == [["images/p.png"], ["images/p-2.png"]]


def test_pictures_that_cannot_come_are_told_with_their_line(tmp_path):
    page = "![A](gone.png)\n\n![B](bad.png)\n\n![C](https://example.org/c.png)\n"
    write(tmp_path, {"p.md": page, "bad.png": b"\x89PNG broken"})
    course = converted(tmp_path)
    assert body(course, "p.md") == "A\n\nB\n\n[C](https://example.org/c.png)"
    assert lost(course) == [
        "a picture that is not in the folder | p.md:1: gone.png",
        "a picture that can't be shown | p.md:3: bad.png: The picture is damaged.",
        "a picture of another site, now a link | p.md:5: https://example.org/c.png",
    ]


@pytest.mark.parametrize(
    "badge",
    [
        "[![Open in *Colab*](https://x.org/b.svg)](https://x.org/run)",
        '<a href="https://x.org/run"><img src="https://x.org/b.svg" alt="Open in *Colab*"></a>',
        "[![Open in *Colab*][b]](https://x.org/run)\n\n[b]: https://x.org/b.svg",
    ],
)
def test_a_badge_becomes_one_link(tmp_path, badge):
    course = converted(write(tmp_path, {"p.md": f"# P\n\n{badge}\n"}))
    assert body(course, "p.md").replace("\\", "") == "[Open in *Colab*](https://x.org/run)"


def test_no_picture_outside_the_folder_comes(tmp_path):
    write(tmp_path, {"out.png": png(), "in/p.md": "![A](../out.png)\n"})
    (tmp_path / "in" / "link.png").symlink_to(tmp_path / "out.png")
    course = converted(tmp_path / "in")
    assert body(course, "p.md") == "A"
    assert course.pages[0].pictures == {}


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("> [!NOTE]\n> Text.", "> [!NOTE]\n> Text."),
        ("> [!success] Well done\n> Text.", '!!! tip "Well done"\n    Text.'),
        ("!!! bug\n    Text.", '!!! danger "Bug"\n    Text.'),
        ('??? note "More"\n    Text.', "<details>\n<summary>More</summary>\n\nText.\n\n</details>"),
        (":::warning\nText.\n:::", "!!! warning\n    Text."),
        ("::: tip Title\n- a\n  - b\n:::", '!!! tip "Title"\n    - a\n      - b'),
        ("- a\n\n  :::note\n  Text.\n  :::", "- a\n\n  !!! note\n      Text."),
        ("```\n:::note\n```", "```\n:::note\n```"),
        ("a ::: b\n\n:::note never closed", "a ::: b\n\n:::note never closed"),
    ],
)
def test_boxes_become_callouts(tmp_path, written, shown):
    assert only_body(tmp_path, f"Before.\n\n{written}\n\nAfter.") == f"Before.\n\n{shown}\n\nAfter."


def test_boxes_may_hold_boxes_and_code(tmp_path):
    written = "::::tip\nA\n\n:::danger\n```sh\n:::\n```\n:::\n\nB\n::::\n"
    assert only_body(tmp_path, written) == (
        "!!! tip\n    A\n\n    !!! danger\n        ```sh\n        :::\n        ```\n\n    B"
    )


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<div align='center'>\n\n**x**\n\n</div>", "**x**"),
        ("<div>\n      <b>x</b>\n      <i>y</i>\n</div>", "<b>x</b>\n<i>y</i>"),
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("z\n\n<h3 id='x'>Title</h3>\n\ny", "z\n\n## Title {#x}\n\ny"),
        ("Press <kbd>A</kbd> <font color='red'>now</font>.", "Press <kbd>A</kbd> now."),
        ("<a href='https://x.org'>x</a>", "[x](https://x.org)"),
        ("<script>bad()</script>\n\nx", "x"),
        ("<iframe src='https://x.org/v'></iframe>", "[https://x.org/v](https://x.org/v)"),
        ("`<div>`", "`<div>`"),
        ("a < b, List<int>", "a < b, List<int>"),
        (
            "<details><summary>More</summary>\nText\n</details>",
            "<details><summary>More</summary>\n\nText\n\n</details>",
        ),
    ],
)
def test_html_becomes_markdown(tmp_path, written, shown):
    assert only_body(tmp_path, written) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (
            "[a][x] and [x]\n\n[x]: https://x.org 'T'",
            '[a](https://x.org "T") and [x](https://x.org "T")',
        ),
        ("[![b](i.svg)](https://x.org)", "[![b](images/i.svg)](https://x.org)"),
        ("![b][i]\n\n[i]: i.svg", "![b](images/i.svg)"),
        ("[a](javascript:x) [b](<c d.md>) [e]()", "a b e"),
        ("[two\nlines](https://x.org)", "[two\nlines](https://x.org)"),
        ("`[a](b.md)`", "`[a](b.md)`"),
        ("[not a link] [^1]\n\n[^1]: Note.", "[not a link] [^1]\n\n[^1]: Note."),
        ("<ftp://x.org/y>", "`ftp://x.org/y`"),
        ("x\n\n## T\n\n[t](#t) [gone](#gone)", "x\n\n## T\n\n[t](#t) gone"),
    ],
)
def test_links_and_references(tmp_path, written, shown):
    write(tmp_path, {"i.svg": DRAWING})
    assert only_body(tmp_path, written) == shown


def test_formulas_that_cannot_be_shown_stay_as_their_source(tmp_path):
    written = "A $x^2$ and $\\nope{x}$.\n\n$$\n\\mbox{a}\n\n= \\cr b\n$$\n\n$$\n\\nope\n$$\n"
    write(tmp_path, {"page.md": written})
    course = converted(tmp_path)
    assert body(course, "page.md") == (
        "A $x^2$ and `` \\nope{x} ``.\n\n$$\n\\text{a}\n= \\\\ b\n$$\n\n```latex\n\\nope\n```"
    )
    assert [each.split(" | ")[1].split(": ")[0] for each in lost(course)] == [
        "page.md:9",
        "page.md:1",
    ]


def test_lines_of_findings_are_those_of_the_file(tmp_path):
    front = "---\ntitle: T\n---\n"
    write(
        tmp_path, {"p.md": f"{front}\n:::note\nx\n:::\n\n[a](gone.md)\n\n```\n```\n[b](lost.md)\n"}
    )
    assert lost(converted(tmp_path)) == [
        "a link out of the course | p.md:9: gone.md",
        "a link out of the course | p.md:13: lost.md",
    ]


def test_blocks_that_nest_without_end_are_told(tmp_path):
    write(tmp_path, {"p.md": "# P\n\n" + "```{note}\n" * 200})
    assert any("blocks nested too deeply" in each for each in lost(converted(tmp_path)))


def test_code_is_never_changed(tmp_path):
    blocks = "```md\n# a\n[x](y.md) <b> $x$ {doc}`z`\n```\n\n    # indented\n    ![a](b.png)"
    assert only_body(tmp_path, f"Text.\n\n{blocks}") == f"Text.\n\n{blocks}"


def test_a_file_alone_is_a_course(tmp_path):
    write(tmp_path, {"01-one.md": "# One\n\nText.\n", "two.md": "# Two\n\nText.\n"})
    assert outline(converted(tmp_path / "01-one.md")) == {"One": ["One"]}


def test_drafts_and_tags_come_along(tmp_path):
    write(tmp_path, {"p.md": "---\ndraft: true\ntags: [C++, Linear Algebra]\n---\n# P\n\nx\n"})
    page = converted(tmp_path).pages[0]
    assert (status_of(page), tags_of(page)) == ("draft", ["c", "linear-algebra"])


def test_front_matter_that_cannot_be_read_is_told(tmp_path):
    write(tmp_path, {"p.md": "---\ntitle: [\n---\n# P\n\nx\n"})
    course = converted(tmp_path)
    assert (body(course, "p.md"), lost(course)) == (
        "x",
        ["front matter that can't be read | p.md:1"],
    )
