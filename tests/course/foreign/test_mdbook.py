"""mdBook: SUMMARY.md, included files, links of its own kind."""

import pytest

from tests.course.foreign.folders import (
    DRAWING,
    body,
    converted,
    lost,
    only_body,
    outline,
    page_of,
    write,
)

SUMMARY = """\
# The Little Book

[Foreword](foreword.md)
[How to read](how.md)

- [First steps](first/index.md)
  - [Install `tool`](first/install.md)
- [Alone](alone.md)
- [Not written yet]()

# Reference

- [Words](words.md)
"""


@pytest.fixture
def book(tmp_path):
    return write(
        tmp_path / "book",
        {
            "book.toml": '[book]\ntitle = "The Little Book"\nauthors = ["A. Writer"]\n',
            "src/SUMMARY.md": SUMMARY,
            "src/foreword.md": "# Foreword\n\nRead [how](how.html#in-order) first.\n",
            "src/how.md": "# How to read\n\n## In order\n\nOne by one.\n",
            "src/first/index.md": "# First steps\n\nSee [the words][w].\n\n[w]: ../words.md\n",
            "src/first/install.md": "## Install\n\n### On Linux\n\nRun it.\n",
            "src/alone.md": "# Alone\n\nA lesson.\n",
            "src/words.md": "# Words\n\nMany.\n",
            "code/main.rs": "// ANCHOR: here\nfn main() {}\n// ANCHOR_END: here\n// more\n",
        },
    )


def test_the_summary_gives_chapters_and_lessons(book):
    assert outline(converted(book)) == {
        "Introduction": ["Foreword", "How to read"],
        "First steps": ["First steps", "Install"],
        "Alone": ["Alone"],
        "Reference": ["Words"],
    }


def test_a_page_that_is_announced_and_not_written_is_told(book):
    assert lost(converted(book)) == [
        "a page that is announced and not written | mdBook: Not written yet"
    ]


def test_links_between_pages_lead_to_lessons_and_their_headings(book):
    course = converted(book)
    how, words = page_of(course, "src/how.md").uid, page_of(course, "src/words.md").uid
    assert body(course, "src/foreword.md") == f"Read [how](lesson:{how}#h-in-order) first."
    assert body(course, "src/first/index.md") == f"See [the words](lesson:{words})."


def test_headings_are_raised_below_the_title(book):
    assert body(converted(book), "src/first/install.md") == "## On Linux\n\nRun it."


@pytest.mark.parametrize(
    ("include", "shown"),
    [
        ("{{#rustdoc_include ../code/main.rs:here}}", "fn main() {}"),
        ("{{#include ../code/main.rs:2:2}}", "fn main() {}"),
        ("{{#include ../code/main.rs}}", "fn main() {}\n// more"),
        ("\\{{#include ../code/main.rs}}", "{{#include ../code/main.rs}}"),
    ],
)
def test_files_are_included(book, include, shown):
    write(book, {"src/alone.md": f"# Alone\n\n```rust\n{include}\n```\n"})
    assert body(converted(book), "src/alone.md") == f"```rust\n{shown}\n```"


def test_no_file_outside_the_folder_is_included(book):
    (book.parent / "secret").write_text("secret")
    write(book, {"src/alone.md": "# Alone\n\n{{#include ../../secret}}\n"})
    course = converted(book)
    assert "secret" not in body(course, "src/alone.md").replace("../../secret", "")
    assert "an included file | src/alone.md:3: ../../secret" in lost(course)


def test_a_file_that_includes_itself_ends(book):
    write(book, {"src/alone.md": "# Alone\n\nA\n{{#include alone.md}}\n"})
    assert body(converted(book), "src/alone.md").count("A\n") < 20


def test_dollars_are_prices_unless_the_book_has_formulas(book):
    write(book, {"src/alone.md": "# Alone\n\nFrom $5 to $6, `$x$`.\n"})
    assert body(converted(book), "src/alone.md") == "From $5 to $6, `$x$`."
    write(book, {"src/alone.md": "# Alone\n\nThe paths $HOME/a:$PATH are.\n"})
    assert body(converted(book), "src/alone.md") == "The paths \\$HOME/a:\\$PATH are."
    settings = '[book]\ntitle = "B"\n[output.html]\nmathjax-support = true\n'
    write(book, {"book.toml": settings, "src/alone.md": "# Alone\n\nA \\\\(x^2\\\\) here.\n"})
    assert body(converted(book), "src/alone.md") == "A $x^2$ here."


def test_a_component_leaves_its_caption_and_its_content(book):
    listing = (
        '<Listing number="1-1" file-name="main.rs" caption="Nothing *yet*">\n\n```rust\nx\n```\n'
    )
    write(
        book, {"src/alone.md": f"# Alone\n\n{listing}\n</Listing>\n\nText of `List<T>`, Vec<T>.\n"}
    )
    assert body(converted(book), "src/alone.md") == (
        "**Listing 1-1.** Nothing *yet* `main.rs`\n\n```rust\nx\n```\n\nText of `List<T>`, Vec<T>."
    )


def test_a_drawing_with_a_document_type_comes_without_it(book):
    doctype = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/x.dtd">'
    write(book, {"src/img/a.svg": doctype + DRAWING})
    write(book, {"src/alone.md": '# Alone\n\n<img alt="An arrow" src="img/a.svg" class="c" />\n'})
    course = converted(book)
    assert body(course, "src/alone.md") == "![An arrow](images/a.svg)"
    assert page_of(course, "src/alone.md").pictures == {"images/a.svg": DRAWING.encode()}


def test_a_link_out_of_the_book_is_told_or_leads_to_its_site(book):
    write(book, {"src/alone.md": "# Alone\n\nSee [std](../std/index.html).\n"})
    course = converted(book)
    assert body(course, "src/alone.md") == "See std."
    assert "a link out of the course | src/alone.md:3: ../std/index.html" in lost(course)
    site = '[book]\n[output.html]\nsite-url = "https://example.org/book/"\n'
    write(book, {"book.toml": site})
    assert body(converted(book), "src/alone.md") == "See [std](https://example.org/std/index.html)."


def test_comments_of_any_length_are_left_out(tmp_path):
    write(tmp_path, {"SUMMARY.md": "- [A](page.md)\n"})
    markdown = "# A\n\nOne<!-- two --> three.\n\n<!--\n\nfour\n\n-->\n\nFive.\n"
    assert only_body(tmp_path, markdown) == "One three.\n\nFive."
