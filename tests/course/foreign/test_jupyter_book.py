"""Jupyter Book and MyST: tables of contents, directives, roles, labels."""

import pytest

from tests.course.foreign.folders import body, converted, lost, outline, page_of, png, write

TOC = """\
format: jb-book
root: intro
parts:
- caption: Basics
  chapters:
  - file: first
  - file: deep/second
    sections:
    - file: deep/third
- caption: More
  chapters:
  - file: gone
  - url: https://example.org
    title: Elsewhere
  - file: last
"""
CONFIG = """\
title: The Book
author: A. Writer
parse:
  myst_enable_extensions: [replacements]
sphinx:
  config:
    mathjax3_config:
      tex:
        macros:
          "RR": "\\\\mathbb{R}"
"""


@pytest.fixture
def book(tmp_path):
    return write(
        tmp_path,
        {
            "docs/_toc.yml": TOC,
            "docs/_config.yml": CONFIG,
            "docs/intro.md": "# The Book\n\nWelcome.\n",
            "docs/first.md": "# First\n\nText.\n\n(a-label)=\n## A part\n\nMore.\n",
            "docs/deep/second.md": "# Second\n\nText.\n",
            "docs/deep/third.md": "# Third\n\nText.\n",
            "docs/last.md": "# Last\n\nText.\n",
            "docs/img/p.png": png(),
        },
    )


def becomes(book, markdown: str) -> str:
    """What the last page becomes."""
    write(book, {"docs/last.md": f"# Last\n\n{markdown}\n"})
    return body(converted(book), "docs/last.md")


def test_parts_are_chapters(book):
    course = converted(book)
    assert (course.make, course.title, course.authors) == (
        "Jupyter Book",
        "The Book",
        "A. Writer",
    )
    assert outline(course) == {
        "The Book": ["The Book"],
        "Basics": ["First", "Second", "Third"],
        "More": ["Last"],
    }
    assert lost(course) == ["a page of the contents that is not there | gone"]


def test_a_project_of_myst_has_its_contents_in_one_file(tmp_path):
    toc = "  - file: a.md\n  - title: C\n    children:\n    - file: b.md\n"
    project = f"version: 1\nproject:\n  title: P\n  toc:\n{toc}"
    write(tmp_path, {"myst.yml": project, "a.md": "# A\n\nx", "b.md": "# B\n\nx"})
    course = converted(tmp_path)
    assert (course.make, outline(course)) == ("MyST", {"A": ["A"], "C": ["B"]})


def test_a_toctree_has_titles_and_sections(tmp_path):
    toc = "- title: One\n  sections:\n  - local: one/a\n    title: First\n"
    write(tmp_path, {"_toctree.yml": toc, "one/a.mdx": "Text.\n"})
    assert outline(converted(tmp_path)) == {"One": ["First"]}


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("```{note}\nText.\n```", "!!! note\n    Text."),
        ("```{admonition} Title\n:class: tip\nText.\n```", '!!! note "Title"\n    Text.'),
        ("```{code-cell} ipython3\n:tags: [x]\n\nx = 1\n```", "```python\n\nx = 1\n```"),
        (
            "```{math}\n:label: eq\n\nx\n```\n\nBy {eq}`eq`.",
            "$$\nx\n\\qquad\\text{(1)}\n$$\n\nBy (1).",
        ),
        ("```{index} words\n```\n\nText.", "Text."),
        ("% comment\n\nText.\n\n+++\n", "Text."),
        ("{kbd}`A`, {sub}`2`, {math}`x`, {code}`f()`", "<kbd>A</kbd>, <sub>2</sub>, $x$, `f()`"),
        ("As {cite}`knuth` says.", "As (knuth) says."),
        ("$ \\RR $ -- a set", "${\\mathbb{R}}$ – a set"),
        ("```{exercise}\n:label: e\nDo it.\n```", '!!! note "Exercise"\n    Do it.'),
        (
            "```{solution-start} e\n```\n\nLike *this*.\n\n```{solution-end}\n```",
            "<details>\n<summary>Solution</summary>\n\nLike *this*.\n\n</details>",
        ),
        (
            "```{figure} /img/p.png\n:name: f\n\nA curve\n```",
            "![A curve](images/p.png)\n\n**Figure 1.** A curve",
        ),
        ("````{tab-set}\n```{tab-item} One\nA\n```\n````", '=== "One"\n    A'),
        (
            "```{list-table}\n* - a\n  - b\n* - c\n  - d | e\n```",
            "| a | b |\n| --- | --- |\n| c | d \\| e |",
        ),
        (":::{tip}\nText.\n:::", "!!! tip\n    Text."),
        ("```{unheard-of}\nText.\n```", "```\nText.\n```"),
    ],
)
def test_directives_and_roles(book, written, shown):
    assert becomes(book, written) == shown


def test_documents_and_labels_are_linked(book):
    shown = becomes(
        book, "{doc}`first`, {doc}`here <deep/second>`, {ref}`a-label`, {ref}`x <a-label>`"
    )
    course = converted(book)
    first, second = (page_of(course, f"docs/{name}.md").uid for name in ("first", "deep/second"))
    assert shown == (
        f"[First](lesson:{first}), [here](lesson:{second}), "
        f"[First](lesson:{first}#h-a-part), [x](lesson:{first}#h-a-part)"
    )


def test_what_is_lost_is_told_with_its_line(book):
    write(book, {"docs/last.md": "# Last\n\n```{raw} html\n<b>\n```\n\n{ref}`nowhere`\n"})
    found = [each for each in lost(converted(book)) if "last" in each]
    assert found == [
        "the block {raw} | docs/last.md:3: html",
        "a reference to what is not in the course | docs/last.md:7: nowhere",
    ]
