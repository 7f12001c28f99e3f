"""Parts of members' pages that are rendered once for all."""

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from course.templatetags.ticked import ticks
from pagecache.changes import memory
from pagecache.fragments import keep, store
from pagecache.public import depends_on

pytestmark = pytest.mark.django_db


def page(source, *keys, path="/a/", **context):
    request = RequestFactory().get(path)
    if keys:
        depends_on(request, *keys)
    template = Template("{% load kept %}{% kept 'part' %}" + source + "{% endkept %}")
    return template.render(Context({"request": request, **context}))


def test_a_part_is_rendered_once_until_its_key_changes():
    assert page("{{ text }}", "quest:1", text="old") == "old"
    assert page("{{ text }}", "quest:1", text="new") == "old"
    memory.forget({"quest:1"})
    assert page("{{ text }}", "quest:1", text="new") == "new"


def test_each_address_has_parts_of_its_own():
    page("{{ text }}", "quest:1", text="one")
    assert page("{{ text }}", "quest:1", text="two", path="/b/") == "two"


def test_nothing_personal_gets_into_a_part():
    class Someone:
        is_staff = False
        name = "민지"

        def __str__(self):
            return self.name

    source = "[{{ learner }}{{ user }}{{ csrf_token }}{{ done }}{{ bar }}{{ answer }}]"
    personal = {"learner": Someone(), "user": Someone(), "csrf_token": "secret", "done": True}
    shown = page(source, "quest:1", bar="bar", answer="mine", **personal)
    assert "민지" not in shown
    assert "secret" not in shown
    assert "mine" not in shown


def test_staff_who_see_drafts_leave_and_get_no_kept_part():
    class Author:
        is_staff = True

    assert page("{{ text }}", "quest:1", text="draft", learner=Author()) == "draft"
    assert page("{{ text }}", "quest:1", text="public") == "public"
    assert page("{{ text }}", "quest:1", text="draft", learner=Author()) == "draft"


def test_a_page_without_keys_keeps_nothing():
    before = len(store.pages)
    assert page("{{ text }}", text="one") == "one"
    assert page("{{ text }}", text="two") == "two"
    assert len(store.pages) == before


def test_a_value_built_while_its_key_changed_is_not_kept():
    def build():
        memory.forget({"site"})
        return "old"

    options = {"keys": lambda value: ["site"], "size": len}
    assert keep("address", build, **options) == "old"
    assert keep("address", lambda: "new", **options) == "new"


OUTLINE = (
    '<li class="l" data-lesson-uid="one"><span data-done-text hidden>done</span></li>'
    '<li class="l" data-lesson-uid="two"><span data-done-text hidden>done</span></li>'
)


def test_ticks_mark_the_done_lessons_and_no_others():
    html = ticks(OUTLINE, {"two", "gone"})
    first, second = html.split("</li>")[:2]
    assert "data-done>" not in first
    assert "data-done-text hidden" in first
    assert 'data-lesson-uid="two" data-done>' in second
    assert "data-done-text>" in second


def test_no_ticks_change_nothing():
    assert ticks(OUTLINE, set()) == OUTLINE
