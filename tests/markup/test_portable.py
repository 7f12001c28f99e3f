"""Conversion to common Markdown: markers, callouts and tabs."""

import pytest
from django.utils.translation import override

from markup import Placed, Portable, Term

PORTABLE = Portable(
    term=lambda key: Term(f"the {key}", "line", f"https://x/#{key}") if key != "lost" else None,
    output=lambda name, line, number: f"{name}:{line}" if name != "lost" else None,
    address=lambda target: f"https://x/{target}" if target.startswith("lesson:") else None,
)


def text(source: str) -> str:
    with override("en"):
        return PORTABLE.text(source)


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        ("A [[term:leaf]].", "A [the leaf](https://x/#leaf)."),
        ("A [[term:leaf|`leaves`]].", "A [`leaves`](https://x/#leaf)."),
        ("A [[term:lost|word]].", "A word."),
        ("It is [[out:grad-1:2]].", "It is `grad-1:2`."),
        ("It is [[out:lost:2]].", "It is [[out:lost:2]]."),
        ("See [`grad`](lesson:jax-grad).", "See [`grad`](https://x/lesson:jax-grad)."),
        ("See [a](https://a.example).", "See [a](https://a.example)."),
        ("`[[term:leaf]]` and `` [a](lesson:b) ``", "`[[term:leaf]]` and `` [a](lesson:b) ``"),
        ("```\n[[term:leaf]]\n```", "```\n[[term:leaf]]\n```"),
        ("    [[sample:x]] is no marker", "    [[sample:x]] is no marker"),
    ],
)
def test_markers_and_links_outside_code_become_words_and_addresses(source, plain):
    assert text(source) == plain


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        ('!!! tip "Look"\n    One.\n\n    Two.\n\nAfter.',
         "> **Look**\n>\n> One.\n>\n> Two.\n>\nAfter."),
        ("!!! warning\n    One.", "> **Warning**\n>\n> One."),
        ('!!! note ""\n    One.', "> One."),
        ("> [!TIP]\n> One.", "> **Tip**\n>\n> One."),
        ('=== "JAX"\n    a\n\n=== "NumPy"\n    b', "**JAX**\n\na\n\n\n**NumPy**\n\nb"),
        ('!!! note "Code"\n    ```python\n    x = "[[term:leaf]]"\n    ```\n',
         '> **Code**\n>\n> ```python\n> x = "[[term:leaf]]"\n> ```'),
    ],
)  # fmt: skip
def test_callouts_are_quotes_and_tabs_stand_below_each_other(source, plain):
    assert text(source) == plain


def test_a_text_is_cut_where_it_places_something():
    parts = list(PORTABLE.parts("One.\n\n[[sample:grad-1]]\n\n[[question:what]]\n\nTwo."))
    assert parts == ["One.", Placed("sample", "grad-1", 3), Placed("question", "what", 5), "Two."]
