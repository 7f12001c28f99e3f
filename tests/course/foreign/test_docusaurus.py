"""Docusaurus: positions, categories, sidebars, MDX."""

import pytest

from tests.course.foreign.folders import (
    body,
    converted,
    lost,
    only_body,
    outline,
    page_of,
    png,
    write,
)

CONFIG = """\
export default {
  title: 'The Docs', tagline: "All of it",
  url: 'https://example.org', baseUrl: '/docs/',
}
"""


@pytest.fixture
def site(tmp_path):
    return write(
        tmp_path,
        {
            "docusaurus.config.js": CONFIG,
            "static/img/p.png": png(),
            "docs/intro.md": "---\nsidebar_position: 1\ntitle: Welcome\n---\n\nHello.\n",
            "docs/02-basics/_category_.json": '{"label": "The basics", "position": 2}',
            "docs/02-basics/second.md": "---\nsidebar_position: 2\n---\n# Second\n\nx\n",
            "docs/02-basics/first.mdx": "---\nid: one\nsidebar_position: 1\n---\n# First\n\nx\n",
        },
    )


def becomes(site, markdown: str) -> str:
    """What one page becomes."""
    write(site, {"docs/02-basics/second.md": f"# Second\n\n{markdown}\n"})
    return body(converted(site), "docs/02-basics/second.md")


def test_positions_and_categories_order_the_pages(site):
    course = converted(site)
    assert (course.make, course.title, course.summary) == ("Docusaurus", "The Docs", "All of it")
    assert outline(course) == {"Welcome": ["Welcome"], "The basics": ["First", "Second"]}


def test_a_sidebar_orders_pages_by_what_its_text_names(site):
    sidebar = "module.exports = {x: [{label: 'Start', items: ['basics/second', 'basics/one']}]}"
    write(site, {"sidebars.js": sidebar})
    course = converted(site)
    assert outline(course) == {"Start": ["Second", "First"]}
    assert lost(course) == ["a page that the sidebar does not name | docs/intro.md"]


@pytest.mark.parametrize(
    "href", ["./first.mdx", "first", "/basics/one", "https://example.org/docs/basics/one"]
)
def test_links_by_file_and_by_address_lead_to_the_lesson(site, href):
    shown = becomes(site, f"[a]({href})")
    assert shown == f"[a](lesson:{page_of(converted(site), 'docs/02-basics/first.mdx').uid})"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("import X from '@site/x';\n\n<X a={{b: 'c'}} />\n\nText.", "Text."),
        ("{/* comment */}Text.", "Text."),
        (":::info[Title]\n\nText.\n\n:::", '!!! note "Title"\n    Text.'),
        (":::caution\nText.\n:::", "!!! caution\n    Text."),
        ("![P](/img/p.png)", "![P](images/p.png)"),
        ("![P](@site/static/img/p.png)", "![P](images/p.png)"),
        (
            '<DetailedView title="More">\n\n- a\n\n</DetailedView>',
            "<details>\n<summary>More</summary>\n\n- a\n\n</details>",
        ),
        ("## A {#own}\n\n[a](#own)", "## A {#own}\n\n[a](#own)"),
        ("```jsx\nimport x from 'y';\n```", "```jsx\nimport x from 'y';\n```"),
    ],
)
def test_mdx_becomes_markdown(site, written, shown):
    assert becomes(site, written) == shown


def test_a_partial_stands_where_its_tag_is(site):
    write(site, {"docs/_part.mdx": "Said *once*.\n"})
    shown = becomes(site, "import Part from '../_part.mdx';\n\nA\n\n<Part />\n\nB")
    assert shown == "A\n\nSaid *once*.\n\nB"


def test_components_within_callouts_stay_in_them(site):
    written = ":::tip\n\n<MoreDetails>\n\n- a\n\n</MoreDetails>\n\n:::\n\nAfter."
    assert becomes(site, written) == (
        "!!! tip\n    <details>\n    <summary>Details</summary>\n\n    - a\n\n    </details>"
        "\n\nAfter."
    )


def test_a_lost_component_is_told(site):
    becomes(site, "<Quiz>\nWhy?\n</Quiz>")
    assert "the component <Quiz>; its content stays | docs/02-basics/second.md:3: <Quiz>" in lost(
        converted(site)
    )


def test_mdx_outside_docusaurus_is_read_as_well(tmp_path):
    assert only_body(tmp_path, "import X from 'x';\n\nText.\n", "page.mdx") == "Text."
