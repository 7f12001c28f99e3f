"""Check marks in outlines: `{% ticked done_uids changed_uids %}…{% endticked %}`."""

from collections.abc import Collection, Iterable
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from pagecache.entries import get_or_build, member_store
from pagecache.placeholders import set_aside

register = template.Library()


class TickedNode(template.Node):
    """Adds a learner's check marks to a shared outline."""

    def __init__(self, nodes: template.NodeList, done: Any, changed: Any) -> None:
        self.nodelist, self.done, self.changed = nodes, done, changed

    def render(self, context: template.Context) -> SafeString:
        """Return the marked outline; a partial page gets one that needs only the uids."""
        html = self.nodelist.render(context)
        aside = set_aside(Outline(html, self.done, self.changed), context)
        if aside:
            return mark_safe(aside)
        return ticks(html, self.done.resolve(context) or (), self.changed.resolve(context) or ())


class Outline(template.Node):
    """A rendered outline, shared by all readers except for the check marks."""

    def __init__(self, html: SafeString, done: Any, changed: Any) -> None:
        self.html, self.done, self.changed = html, done, changed

    def render(self, context: template.Context) -> SafeString:
        """Return the marked outline, cached for everybody with the same lessons marked."""
        done = frozenset(self.done.resolve(context) or ())
        changed = tuple(self.changed.resolve(context) or ())
        return get_or_build(
            ("ticks", self, done, changed),
            lambda: ticks(self.html, done, changed),
            keys=lambda html: context["request"].page_keys,
            size=lambda html: 2 * len(html) + 100 * (len(done) + len(changed)),
            into=member_store,
        )


@register.tag
def ticked(parser: Any, token: Any) -> TickedNode:
    """`{% ticked done_uids changed_uids %}outline{% endticked %}`."""
    done, changed = map(parser.compile_filter, token.split_contents()[1:])
    nodes = parser.parse(("endticked",))
    parser.delete_first_token()
    return TickedNode(nodes, done, changed)


def ticks(
    html: str, done_uids: Collection[str], changed: Iterable[tuple[str, bool]] = ()
) -> SafeString:
    """Return the outline with these lessons marked as done, also for screen readers.

    `changed` are those of them that changed since, each with whether to do it again.
    """
    if not done_uids:
        return mark_safe(html)
    first, *lessons = html.split(' data-lesson-uid="')
    done, marks = set(done_uids), dict(changed)
    marked = [first]
    for lesson in lessons:
        uid, _quote, rest = lesson.partition('"')
        if uid in done and not rest.startswith(" data-done"):
            rest = " data-done" + rest.replace("data-done-text hidden", "data-done-text", 1)
        if uid in marks:
            rest = rest.replace("</a>", f"</a> {badge(redo=marks[uid])}", 1)
        marked.append(f'{uid}"{rest}')
    return mark_safe(' data-lesson-uid="'.join(marked))


def badge(*, redo: bool) -> SafeString:
    """Return the mark of a lesson that changed since it was done."""
    look, word = ("badge badge--danger", _("do again")) if redo else ("badge", _("changed"))
    return format_html('<span class="{}" data-changed-mark>{}</span>', look, word)
