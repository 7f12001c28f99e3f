"""Check marks in outlines: `{% ticked done_uids %}…{% endticked %}`."""

from collections.abc import Collection
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from pagecache.entries import get_or_build, member_store
from pagecache.placeholders import set_aside

register = template.Library()


class TickedNode(template.Node):
    """Adds a learner's check marks to a shared outline."""

    def __init__(self, nodes: template.NodeList, done: Any) -> None:
        self.nodelist, self.done = nodes, done

    def render(self, context: template.Context) -> SafeString:
        """Return the marked outline; a partial page gets one that needs only the uids."""
        html = self.nodelist.render(context)
        aside = set_aside(Outline(html, self.done), context)
        return mark_safe(aside or ticks(html, self.done.resolve(context) or ()))


class Outline(template.Node):
    """A rendered outline, shared by all readers except for the check marks."""

    def __init__(self, html: SafeString, done: Any) -> None:
        self.html, self.done = html, done

    def render(self, context: template.Context) -> SafeString:
        """Return the marked outline, cached for everybody with the same completed lessons."""
        done = frozenset(self.done.resolve(context) or ())
        return get_or_build(
            ("ticks", self, done),
            lambda: ticks(self.html, done),
            keys=lambda html: context["request"].page_keys,
            size=lambda html: 2 * len(html) + 100 * len(done),
            into=member_store,
        )


@register.tag
def ticked(parser: Any, token: Any) -> TickedNode:
    """`{% ticked done_uids %}outline{% endticked %}`."""
    done = parser.compile_filter(token.split_contents()[1])
    nodes = parser.parse(("endticked",))
    parser.delete_first_token()
    return TickedNode(nodes, done)


def ticks(html: str, done_uids: Collection[str]) -> SafeString:
    """Return the outline with these lessons marked as done, also for screen readers."""
    if not done_uids:
        return mark_safe(html)
    first, *lessons = html.split(' data-lesson-uid="')
    done = set(done_uids)
    marked = [first]
    for lesson in lessons:
        uid, _, rest = lesson.partition('"')
        if uid in done and not rest.startswith(" data-done"):
            rest = " data-done" + rest.replace("data-done-text hidden", "data-done-text", 1)
        marked.append(f'{uid}"{rest}')
    return mark_safe(' data-lesson-uid="'.join(marked))
