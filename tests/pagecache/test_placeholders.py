"""Placeholders reveal nothing and are filled with the reader's own values."""

import pytest
from django.template import Context, Template

from pagecache.partial import PartialPage
from pagecache.placeholders import PREFIX, Placeholder, blanks


def shared(source: str, **known) -> PartialPage:
    """The partial page of a template whose only variable, `bar`, is personal."""
    values = blanks(["bar"], {name.replace("__", "."): value for name, value in known.items()})
    return PartialPage(Template(source).render(Context(values)), {})


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("{% if bar %}yes{% else %}no{% endif %}", "no"),
        ("{% if bar.xp > 5 %}yes{% else %}no{% endif %}", "no"),
        ("{% if bar.xp == 7 %}yes{% else %}no{% endif %}", "no"),
        ("{% for each in bar %}one{% empty %}none{% endfor %}", "none"),
        ("{{ bar|length }}", "0"),
        ("{{ bar.done|yesno:'true,false' }}", "false"),
    ],
)
def test_whatever_asks_a_placeholder_is_told_nothing(source, shown):
    assert shared(source).texts == [shown]


@pytest.mark.parametrize(
    "bar", [{"xp": 7, "title": "<b>"}, type("Bar", (), {"xp": 7, "title": "<b>"})]
)
def test_a_placeholder_that_is_printed_is_filled_like_the_variable_itself(bar):
    page = shared("{{ bar.xp }} {% with title=bar.title %}{{ title }}{% endwith %}{{ bar.none }}")

    assert page.fill(Context({"bar": bar})) == "7 &lt;b&gt;"


def test_what_is_known_can_be_asked_and_its_neighbours_still_can_not():
    source = "{% if bar.up.high %}high{% endif %}{% if bar.up.low %}low{% endif %}{{ bar.xp }}"

    page = shared(source, bar__up__high=True)

    assert page.fill(Context({"bar": {"xp": 1, "up": {"low": True}}})) == "high1"


def test_a_reader_without_the_variable_sees_nothing():
    assert shared("[{{ bar.xp }}]").fill(Context({})) == "[]"


def test_python_code_finds_no_private_attribute_on_a_placeholder():
    with pytest.raises(AttributeError):
        Placeholder("user")._state  # noqa: B018
    assert PREFIX in str(Placeholder("user").handle)
