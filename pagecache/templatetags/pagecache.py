"""Tags for personal parts of shared pages: `{% personal %}` and `{% member_form … %}`."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from pagecache.entries import get_or_build, member_store
from pagecache.partial import SHARED, Shared
from pagecache.placeholders import set_aside

register = template.Library()


class PersonalNode(template.Node):
    """Excludes its content from the partial page."""

    def __init__(self, nodes: template.NodeList) -> None:
        self.nodelist = nodes

    def render(self, context: template.Context) -> SafeString:
        """Return a placeholder while the partial page is built, else the reader's content."""
        return set_aside(self.nodelist, context) or self.nodelist.render(context)


@register.tag
def personal(parser: Any, token: Any) -> PersonalNode:
    """`{% personal %}…{% endpersonal %}`: rendered for each request.

    It sees only the variables of the page, none of a surrounding loop, `with` or include.
    """
    nodes = parser.parse(("endpersonal",))
    parser.delete_first_token()
    return PersonalNode(nodes)


class MemberFormNode(template.Node):
    """Renders its content once for all members with the same values, then fills it for each."""

    def __init__(self, nodes: template.NodeList, values: dict[str, Any]) -> None:
        self.nodelist, self.values = nodes, values

    def render(self, context: template.Context) -> SafeString:
        """Return the content filled for this reader; rendered directly on pages not shared."""
        aside = set_aside(self, context)
        if aside:
            return aside
        shared: Shared | None = context.get(SHARED)
        if shared is None:
            return self.nodelist.render(context)
        known = {path: value.resolve(context) for path, value in self.values.items()}
        made = get_or_build(
            (self, *shared.address, *known.values()),
            lambda: shared.cut(self.nodelist, known),
            keys=lambda made: shared.keys,
            size=lambda made: made.size,
            into=member_store,
        )
        return made.fill(context)


@register.tag
def member_form(parser: Any, token: Any) -> MemberFormNode:
    """`{% member_form "progress" done=done %}…{% endmember_form %}`: cached by its values.

    The name only documents the template. The content is rendered again when one of its values,
    which must be hashable, differs. Everything else that is personal is a placeholder within: it
    can be printed, but not tested. `bar.climbing=bar.climbing` makes one attribute of a variable
    known.
    """
    _tag, _name, *pairs = token.split_contents()
    values = dict(pair.split("=", 1) for pair in pairs)
    nodes = parser.parse(("endmember_form",))
    parser.delete_first_token()
    filters = {path: parser.compile_filter(value) for path, value in values.items()}
    return MemberFormNode(nodes, filters)
