"""Parts of a template that are rendered once for all members: `{% kept "name" … %}`."""

from dataclasses import fields
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language

from pagecache.fragments import keep, of_members, store
from pagecache.holes import COLLECTED, PERSONAL, Skeleton, blanks, hole, set_aside
from pagecache.pages import PageStore

register = template.Library()


class KeptNode(template.Node):
    """Renders its content once for each name and list of values."""

    def __init__(self, nodes: template.NodeList, values: list[Any]) -> None:
        self.nodelist, self.values = nodes, values

    def render(self, context: template.Context) -> SafeString:
        """The kept part; rendered anew for staff, who see drafts, and on pages without keys."""
        request = context.get("request")
        keys = getattr(request, "page_keys", None)
        if request is None or not keys or getattr(context.get("learner"), "is_staff", False):
            return self.nodelist.render(context)
        values = tuple(value.resolve(context) for value in self.values)
        # The path is in canonical links, and the site answers for several hosts at most.
        address = ("part", get_language(), get_current_timezone_name(), request.path, *values)
        return keep(address, lambda: self.render_shared(context), keys=lambda html: keys, size=len)

    def render_shared(self, context: template.Context) -> SafeString:
        """The content as the anonymous see it; a personal part within would be nobody's."""
        with context.push(**dict.fromkeys(PERSONAL), **{COLLECTED: None}):
            return self.nodelist.render(context)


@register.tag
def kept(parser: Any, token: Any) -> KeptNode:
    """`{% kept "outline" value … %}…{% endkept %}`: the same for everybody on this address.

    It is kept until a change key of the page (`pagecache.public`) is touched. The values are what
    else it depends on. Personal variables are empty inside.
    """
    values = [parser.compile_filter(word) for word in token.split_contents()[1:]]
    nodes = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(nodes, values)


class PersonalNode(template.Node):
    """Keeps its content out of the page's skeleton (pagecache.skeletons)."""

    def __init__(self, nodes: template.NodeList) -> None:
        self.nodelist = nodes

    def render(self, context: template.Context) -> SafeString:
        """A hole while the skeleton is made, else what this reader sees."""
        return mark_safe(set_aside(self.nodelist, context) or self.nodelist.render(context))


@register.tag
def personal(parser: Any, token: Any) -> PersonalNode:
    """`{% personal %}…{% endpersonal %}`: rendered for each request.

    It sees the variables of the page alone, none of a surrounding loop, `with` or include.
    """
    nodes = parser.parse(("endpersonal",))
    parser.delete_first_token()
    return PersonalNode(nodes)


class ShellNode(template.Node):
    """Renders a form once for all members and puts what is this member's into its holes."""

    def __init__(self, nodes: template.NodeList, values: dict[str, Any], into: PageStore) -> None:
        self.nodelist, self.values, self.into = nodes, values, into

    def render(self, context: template.Context) -> SafeString:
        """The form with what is this reader's; rendered anew for staff, as in KeptNode."""
        aside = set_aside(self, context)
        if aside:
            return mark_safe(aside)
        request = context.get("request")
        keys = getattr(request, "page_keys", None)
        learner = context.get("learner")
        if request is None or not keys or getattr(learner, "is_staff", False):
            return self.nodelist.render(context)
        values = {name: value.resolve(context) for name, value in self.values.items()}
        member = learner is not None
        place = (get_language(), get_current_timezone_name(), request.path, member)
        address = (self, *place, *values.values())
        made = keep(
            address,
            lambda: self.cut(context, member, values),
            keys=lambda made: keys,
            size=lambda made: made.size,
            into=self.into,
        )
        return made.fill(context)

    def cut(self, context: template.Context, member: bool, values: dict[str, Any]) -> Skeleton:
        """The form with holes where the reader's own belongs."""
        with context.push(**{**blanks(member=member), **shared_values(values, context)}):
            return Skeleton(self.nodelist.render(context), {})


def shared_values(values: dict[str, Any], context: template.Context) -> dict[str, Any]:
    """The values of a shell; those of "bar.climbing" leave the bar's other fields as holes."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        whole, _, part = name.partition(".")
        if part:
            blank = {each.name: hole(f"{whole}.{each.name}") for each in fields(context[whole])}
            value = {**found.get(whole, blank), part: value}
        found[whole] = value
    return found


@register.tag
def shell(parser: Any, token: Any) -> ShellNode:
    """`{% shell "progress" done=done %}…{% endshell %}`: a form that looks alike for all members.

    The values are all that it may depend on, and should be few (true or false). Everything
    personal is empty inside; of the learner only name, handle and the like can be shown.
    `bar.climbing=bar.climbing` lets it show the bar's fields, too, and depend on this one.
    """
    return parse_shell(parser, token, "endshell", store)


@register.tag
def own(parser: Any, token: Any) -> ShellNode:
    """`{% own "cards" lessons_done=lessons_done %}…{% endown %}`: a shell of which many are kept.

    For a part that is as good as each member's own: it is rendered again when one of its values,
    which must be hashable, is another, and kept apart from what all members share.
    """
    return parse_shell(parser, token, "endown", of_members)


def parse_shell(parser: Any, token: Any, end: str, into: PageStore) -> ShellNode:
    """The node of a tag with a name, which is for readers alone, and values."""
    _tag, _name, *pairs = token.split_contents()
    values = dict(pair.split("=", 1) for pair in pairs)
    nodes = parser.parse((end,))
    parser.delete_first_token()
    filters = {key: parser.compile_filter(value) for key, value in values.items()}
    return ShellNode(nodes, filters, into)


class KeptCommentsNode(template.Node):
    """Renders the comments of a shared page (comments.shared) once for each way they can look."""

    def __init__(self, nodes: template.NodeList, page: Any) -> None:
        self.nodelist, self.page = nodes, page

    def render(self, context: template.Context) -> SafeString:
        """All comments; those that everybody sees alike are kept in one piece."""
        page = self.page.resolve(context)
        if not all(node.shared for node in page.nodes):
            return self.render_nodes(context, page.nodes)
        if not any(node.own or node.marked for node in page.nodes):
            return self.kept(context, page, page.nodes, ("all",))
        return mark_safe(
            "".join(
                self.kept(context, page, [each], (each.comment.pk, each.own, each.marked))
                for each in page.nodes
            )
        )

    def kept(
        self, context: template.Context, page: Any, nodes: list[Any], look: tuple[Any, ...]
    ) -> SafeString:
        """These comments without anything that belongs to the reader."""
        # Times are shown in the reader's zone.
        place = (page.thread.pk, page.language, page.member, get_current_timezone_name())

        def build() -> SafeString:
            with context.push(**dict.fromkeys(PERSONAL)):
                return self.render_nodes(context, nodes)

        keys = (f"thread:{page.thread.pk}",)
        return keep(("comments", *place, *look), build, keys=lambda html: keys, size=len)

    def render_nodes(self, context: template.Context, nodes: list[Any]) -> SafeString:
        """The content, with these comments as `nodes`."""
        with context.push(nodes=nodes):
            return self.nodelist.render(context)


@register.tag
def kept_comments(parser: Any, token: Any) -> KeptCommentsNode:
    """`{% kept_comments page %}… nodes …{% endkept_comments %}`."""
    page = parser.compile_filter(token.split_contents()[1])
    nodes = parser.parse(("endkept_comments",))
    parser.delete_first_token()
    return KeptCommentsNode(nodes, page)
