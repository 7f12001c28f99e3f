"""Parts of a template that are rendered once for all members: `{% kept "name" … %}`."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language

from pagecache.fragments import keep

register = template.Library()
# Whatever else happens, nothing of these can get into a part that others see.
PERSONAL = (
    "learner", "user", "perms", "messages", "csrf_token", "bar", "done", "exercise_done", "answer",
    "done_uids", "resume", "lessons_done", "changed",
)  # fmt: skip
# What stands in a shell for tokens that every request has of its own.
HOLES = {"csrf_token": "hole-for-the-csrf-token", "form_token": "hole-for-the-form-token"}


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
        address = ("part", get_language(), request.path, *values)
        return keep(address, lambda: self.render_shared(context), keys=lambda html: keys, size=len)

    def render_shared(self, context: template.Context) -> SafeString:
        """The content as the anonymous see it."""
        with context.push(**dict.fromkeys(PERSONAL)):
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


class Member:
    """Stands for any signed-in learner inside a shell: true, and without a single property."""


class ShellNode(template.Node):
    """Renders a form once for all members and puts this member's tokens in."""

    def __init__(self, nodes: template.NodeList, name: Any, values: dict[str, Any]) -> None:
        self.nodelist, self.name, self.values = nodes, name, values

    def render(self, context: template.Context) -> SafeString:
        """The form with the tokens of this request; rendered anew for staff, as in KeptNode."""
        request = context.get("request")
        keys = getattr(request, "page_keys", None)
        learner = context.get("learner")
        if request is None or not keys or getattr(learner, "is_staff", False):
            return self.nodelist.render(context)
        values = {name: value.resolve(context) for name, value in self.values.items()}
        name, member = self.name.resolve(context), learner is not None
        path = request.path if request else ""
        address = ("shell", get_language(), path, name, member, *values.values())
        html = keep(
            address,
            lambda: self.render_shared(context, member, values),
            keys=lambda html: keys,
            size=len,
        )
        return fill(html, context) if member else html

    def render_shared(
        self, context: template.Context, member: bool, values: dict[str, Any]
    ) -> SafeString:
        """The form with holes where tokens belong."""
        shared = {**dict.fromkeys(PERSONAL), **HOLES, **values}
        shared["learner"] = Member() if member else None
        with context.push(**shared):
            return self.nodelist.render(context)


def fill(html: str, context: template.Context) -> SafeString:
    """The shell with this request's tokens."""
    html = html.replace(HOLES["csrf_token"], str(context.get("csrf_token", "")))
    if HOLES["form_token"] in html:
        html = html.replace(HOLES["form_token"], context["page"].form_token)
    return mark_safe(html)


@register.tag
def shell(parser: Any, token: Any) -> ShellNode:
    """`{% shell "progress" done=done %}…{% endshell %}`: a form that looks alike for all members.

    The values are all that it may depend on, and should be few (true or false). Everything
    personal is empty inside; of the learner it is only known whether there is one.
    """
    _tag, name, *pairs = token.split_contents()
    values = dict(pair.split("=", 1) for pair in pairs)
    nodes = parser.parse(("endshell",))
    parser.delete_first_token()
    filters = {key: parser.compile_filter(value) for key, value in values.items()}
    return ShellNode(nodes, parser.compile_filter(name), filters)


class KeptCommentNode(template.Node):
    """Renders a comment of a shared page (comments.shared) once for each way it can look."""

    def __init__(self, nodes: template.NodeList, node: Any, page: Any) -> None:
        self.nodelist, self.node, self.page = nodes, node, page

    def render(self, context: template.Context) -> SafeString:
        """The comment; those of pages that are not shared are rendered each time."""
        node, page = self.node.resolve(context), self.page.resolve(context)
        if not node.shared:
            return self.nodelist.render(context)
        # Times are shown in the reader's zone.
        look = (page.member, node.own, node.marked, get_current_timezone_name())
        address = ("comment", node.comment.pk, page.language, *look)
        return keep(
            address,
            lambda: self.render_shared(context),
            keys=lambda html: [f"thread:{page.thread.pk}"],
            size=len,
        )

    def render_shared(self, context: template.Context) -> SafeString:
        """The comment without anything that belongs to the reader."""
        with context.push(**dict.fromkeys(PERSONAL)):
            return self.nodelist.render(context)


@register.tag
def kept_comment(parser: Any, token: Any) -> KeptCommentNode:
    """`{% kept_comment node page %}…{% endkept_comment %}`."""
    node, page = (parser.compile_filter(word) for word in token.split_contents()[1:])
    nodes = parser.parse(("endkept_comment",))
    parser.delete_first_token()
    return KeptCommentNode(nodes, node, page)


class TickedNode(template.Node):
    """Puts a learner's ticks into an outline that was rendered without any."""

    def __init__(self, nodes: template.NodeList, done: Any) -> None:
        self.nodelist, self.done = nodes, done

    def render(self, context: template.Context) -> SafeString:
        """The outline, ticked."""
        return ticks(self.nodelist.render(context), self.done.resolve(context) or ())


@register.tag
def ticked(parser: Any, token: Any) -> TickedNode:
    """`{% ticked done_uids %}{% kept … %}outline{% endkept %}{% endticked %}`."""
    done = parser.compile_filter(token.split_contents()[1])
    nodes = parser.parse(("endticked",))
    parser.delete_first_token()
    return TickedNode(nodes, done)


def ticks(html: str, done_uids: Iterable[str]) -> SafeString:
    """The outline with the lessons of these uids marked as done, for eyes and screen readers."""
    first, *lessons = html.split(' data-lesson-uid="')
    done = set(done_uids)
    marked = [first]
    for lesson in lessons:
        uid, _, rest = lesson.partition('"')
        if uid in done and not rest.startswith(" data-done"):
            rest = " data-done" + rest.replace("data-done-text hidden", "data-done-text", 1)
        marked.append(f'{uid}"{rest}')
    return mark_safe(' data-lesson-uid="'.join(marked))
