"""MkDocs, Hugo and Jekyll: their contents, their front matter, what stands in their texts."""

import pytest

from tests.course.foreign.folders import body, converted, lost, outline, page_of, write

MKDOCS = """\
site_name: The Docs
site_url: https://example.org/
nav:
  - Home: index.md
  - Guide:
      - guide/first.md
      - Second: guide/second.md
  - Elsewhere: https://example.org
markdown_extensions:
  - pymdownx.snippets
plugins: !ENV [PLUGINS, []]
"""


@pytest.fixture
def docs(tmp_path):
    return write(
        tmp_path,
        {
            "mkdocs.yml": MKDOCS,
            "docs/index.md": "# Home\n\n[a](guide/first.md#a_part)\n",
            "docs/guide/first.md": "# First\n\nx\n\n## A part\n\ny\n",
            "docs/guide/second.md": "# The second\n\nx\n",
        },
    )


def test_the_nav_of_mkdocs_gives_chapters(docs):
    course = converted(docs)
    assert (course.make, course.title) == ("MkDocs", "The Docs")
    assert outline(course) == {"Home": ["Home"], "Guide": ["First", "The second"]}
    first = page_of(course, "docs/guide/first.md").uid
    assert body(course, "docs/index.md") == f"[a](lesson:{first}#h-a-part)"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ('--8<-- "part.txt"', "Included."),
        ('=== "A"\n\n    !!! note\n        x', '=== "A"\n\n    !!! note\n        x'),
        ('???+ tip "T"\n    x', "<details open>\n<summary>T</summary>\n\nx\n\n</details>"),
        ("x\n\n## A { #b .c }\n\n[x](#b)", "x\n\n## A {#b}\n\n[x](#b)"),
        ("::: package.module\n    options:\n        x: 1\n\nText.", "Text."),
        ("    ::: shown\n", "    ::: shown"),
        ("![x](https://x.org/x.png){ width=10 }", "[x](https://x.org/x.png)"),
        ("[b](x.zip){ .md-button }", "[b](https://example.org/guide/x.zip)"),
    ],
)
def test_what_mkdocs_adds_to_markdown(docs, written, shown):
    write(
        docs, {"docs/part.txt": "Included.\n", "docs/guide/second.md": f"# S\n\nx\n\n{written}\n"}
    )
    assert body(converted(docs), "docs/guide/second.md") == f"x\n\n{shown}"


@pytest.fixture
def hugo(tmp_path):
    return write(
        tmp_path,
        {
            "hugo.toml": 'title = "The Site"\nbaseURL = "https://example.org/"\n',
            "content/_index.md": "+++\ntitle = 'Home'\n+++\nHello.\n",
            "content/b/_index.md": "---\ntitle: Chapter B\nweight: 2\n---\n\nAbout B.\n",
            "content/a/_index.md": "---\ntitle: Chapter A\nweight: 3\n---\n\nAbout A.\n",
            "content/b/two.md": "---\ntitle: Two\nweight: 20\n---\n\nx\n",
            "content/b/one.md": "---\ntitle: One\nweight: 10\n---\n\nx\n",
        },
    )


def test_weights_order_the_pages_of_hugo(hugo):
    course = converted(hugo)
    assert (course.make, course.title) == ("Hugo", "The Site")
    assert outline(course) == {
        "Home": ["Home"],
        "Chapter B": ["Chapter B", "One", "Two"],
        "Chapter A": ["Chapter A"],
    }


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("{{% notice tip %}}\nText.\n{{% /notice %}}", "!!! tip\n    Text."),
        (
            '{{< details "More" >}}\nText.\n{{< /details >}}',
            "<details>\n<summary>More</summary>\n\nText.\n\n</details>",
        ),
        ("{{< highlight go >}}\nx\n{{< /highlight >}}", "```go\n\nx\n\n```"),
        ("{{< code-toggle file=hugo >}}\n[x]\n{{< /code-toggle >}}", "```\n\n[x]\n\n```"),
        ("{{< youtube abc >}}", "<https://www.youtube.com/watch?v=abc>"),
        ("{{< unknown a=1 >}}\nText.", "Text."),
        ("```\n{{< x >}}\n```", "```\n{{< x >}}\n```"),
        (
            "Write {{</* x a=1 */>}}.\n\n```\n{{%/* /x */%}}\n```",
            "Write {{< x a=1 >}}.\n\n```\n{{% /x %}}\n```",
        ),
    ],
)
def test_shortcodes_become_markdown(hugo, written, shown):
    write(hugo, {"content/b/two.md": f"---\ntitle: Two\n---\n\n{written}\n"})
    assert body(converted(hugo), "content/b/two.md") == shown


@pytest.mark.parametrize(
    "written",
    [
        '{{% include "/b/_part.md" %}}',
        '{{< include "_part" >}}',
        '{{% readfile file="_part.md" %}}',
    ],
)
def test_what_a_shortcode_includes_is_put_in(hugo, written):
    write(hugo, {"content/b/_part.md": "+++\n_build = 1\n+++\n\nFrom *elsewhere*.\n"})
    write(hugo, {"content/b/two.md": f"---\ntitle: Two\n---\n\nA.\n\n{written}\n\nB.\n"})
    assert body(converted(hugo), "content/b/two.md") == "A.\n\nFrom *elsewhere*.\n\nB."


def test_an_include_of_nothing_or_of_itself_is_told(hugo):
    itself = '{{% include "b/two.md" %}}'
    write(hugo, {"content/b/two.md": f'{itself}\n\n{{{{% include "../../x" %}}}}\n\nB.\n'})
    course = converted(hugo)
    assert body(course, "content/b/two.md").endswith("B.")
    assert any("the shortcode include" in each for each in lost(course))


def test_references_of_hugo_lead_to_lessons(hugo):
    write(hugo, {"content/b/two.md": '---\ntitle: Two\n---\n\n[one]({{< ref "one.md" >}})\n'})
    course = converted(hugo)
    one = page_of(course, "content/b/one.md").uid
    assert body(course, "content/b/two.md") == f"[one](lesson:{one})"


@pytest.fixture
def jekyll(tmp_path):
    return write(
        tmp_path,
        {
            "_config.yml": "title: The Class\nurl: https://example.org\n",
            "index.md": "---\ntitle: Home\n---\n\nHello.\n",
            "_lectures/b.md": "---\ntitle: Second\ndate: 2026-02-01\n---\n\nx\n",
            "_lectures/a-z.md": "---\ntitle: First\ndate: 2026-01-01\npermalink: /one/\n---\n\nx\n",
            "_posts/2026-03-01-news.md": "---\ntitle: News\n---\n\nx\n",
            "_layouts/page.md": "no page",
        },
    )


def test_dates_order_the_pages_of_jekyll(jekyll):
    course = converted(jekyll)
    assert (course.make, course.title) == ("Jekyll", "The Class")
    assert outline(course) == {"Home": ["Home"], "Lectures": ["First", "Second"], "Posts": ["News"]}


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("{% highlight ruby %}\nx\n{% endhighlight %}", "```ruby\nx\n```"),
        ("{% comment %}\nno\n{% endcomment %}\n\nText.", "Text."),
        ("{% raw %}{{ x }}{% endraw %}", "{{ x }}"),
        ("Text.\n{: .class}", "Text."),
        ("{% include video.html %}Text.", "Text."),
    ],
)
def test_liquid_and_kramdown_become_markdown(jekyll, written, shown):
    write(jekyll, {"_lectures/b.md": f"---\ntitle: Second\n---\n\n{written}\n"})
    assert body(converted(jekyll), "_lectures/b.md") == shown


def test_links_of_jekyll_lead_to_lessons(jekyll):
    links = "[a]({% link _lectures/a-z.md %}) [b]({{ site.baseurl }}/one/) [c](/lectures/a-z/)"
    write(jekyll, {"_lectures/b.md": f"---\ntitle: Second\n---\n\n{links}\n"})
    course = converted(jekyll)
    first = page_of(course, "_lectures/a-z.md").uid
    assert body(course, "_lectures/b.md") == (
        f"[a](lesson:{first}) [b](lesson:{first}) [c](lesson:{first})"
    )
    assert lost(course) == []
