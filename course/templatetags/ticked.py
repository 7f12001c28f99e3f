"""Ticks in outlines: `{% ticked done_uids %}…{% endticked %}`."""

from collections.abc import Collection
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from pagecache.fragments import keep, of_members
from pagecache.holes import set_aside

register = template.Library()


class TickedNode(template.Node):
    """Puts a learner's ticks into an outline that was rendered without any."""

    def __init__(self, nodes: template.NodeList, done: Any) -> None:
        self.nodelist, self.done = nodes, done

    def render(self, context: template.Context) -> SafeString:
        """The outline, ticked; into a skeleton goes one that needs no more than the ticks."""
        html = self.nodelist.render(context)
        aside = set_aside(Outline(html, self.done), context)
        return mark_safe(aside or ticks(html, self.done.resolve(context) or ()))


class Outline(template.Node):
    """A finished outline, the same for all readers of a page, but for the ticks."""

    def __init__(self, html: SafeString, done: Any) -> None:
        self.html, self.done = html, done

    def render(self, context: template.Context) -> SafeString:
        """The outline, ticked; kept for everybody who has done the same lessons."""
        done = frozenset(self.done.resolve(context) or ())
        return keep(
            ("ticks", self, done),
            lambda: ticks(self.html, done),
            keys=lambda html: context["request"].page_keys,
            size=lambda html: 2 * len(html) + 100 * len(done),
            into=of_members,
        )


@register.tag
def ticked(parser: Any, token: Any) -> TickedNode:
    """`{% ticked done_uids %}{% kept … %}outline{% endkept %}{% endticked %}`."""
    done = parser.compile_filter(token.split_contents()[1])
    nodes = parser.parse(("endticked",))
    parser.delete_first_token()
    return TickedNode(nodes, done)


def ticks(html: str, done_uids: Collection[str]) -> SafeString:
    """The outline with the lessons of these uids marked as done, for eyes and screen readers."""
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
