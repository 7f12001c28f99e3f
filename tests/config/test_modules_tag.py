"""`{% modules %}`: a page fetches all of its scripts at once, not one layer after another."""

import re

import pytest
from django.template import Context, Template

from config.templatetags.site import with_imports


def linked(source: str) -> list[str]:
    """The modules that a template with this source links."""
    html = Template("{% load site %}" + source).render(Context())
    return re.findall(r'<link rel="modulepreload" href="/static/([^"]+)">', html)


def test_a_module_brings_all_that_it_imports():
    found = linked('{% modules "js/progress/main.js" %}')
    assert found[0] == "js/progress/main.js"
    for name in ("js/dom.js", "js/progress/ui.js", "js/progress/sync.js", "js/gamification/bar.js"):
        assert name in found


def test_what_only_some_pages_need_is_not_brought():
    found = with_imports("js/progress/main.js")
    for name in ("claim", "transfer", "exercise", "signout"):
        assert f"js/progress/{name}.js" not in found


def test_each_module_is_linked_once():
    found = linked('{% modules "js/site.js" %}{% modules "js/reading.js" "js/site.js" %}')
    assert sorted(found) == ["js/dom.js", "js/language.js", "js/reading.js", "js/site.js"]


def test_a_module_that_is_not_there_is_a_mistake():
    with pytest.raises(ValueError, match="no module"):
        linked('{% modules "js/nothing.js" %}')
