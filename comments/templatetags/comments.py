"""The comments of a shared page: `{% cached_comments page %}`."""

from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import get_current_timezone_name

from pagecache.entries import get_or_build
from pagecache.placeholders import bare_context

register = template.Library()


class CachedCommentsNode(template.Node):
    """Renders a page's comments once for each variant."""

    def __init__(self, nodes: template.NodeList, page: Any) -> None:
        self.nodelist, self.page = nodes, page

    def render(self, context: template.Context) -> SafeString:
        """Return all comments; runs of comments without personal parts are cached."""
        page = self.page.resolve(context)
        if not all(node.shared for node in page.nodes):
            return self.render_nodes(context, page.nodes)
        if not any(node.own or node.marked for node in page.nodes):
            return self.cached(context, page, page.nodes, ("all",))
        return mark_safe(
            "".join(
                self.cached(context, page, [each], (each.comment.pk, each.own, each.marked))
                for each in page.nodes
            )
        )

    def cached(
        self, context: template.Context, page: Any, nodes: list[Any], look: tuple[Any, ...]
    ) -> SafeString:
        """Return these comments without personal parts, from the cache."""
        # Times are shown in the reader's zone.
        place = (page.thread.pk, page.language, page.member, get_current_timezone_name())

        def build() -> SafeString:
            # The comments of one thread, for a reader of whom no more is known than this.
            seen = {"member": page.member, "moderator": False, "thread": page.thread}
            return self.render_nodes(bare_context(context, {"page": seen}), nodes)

        keys = (f"thread:{page.thread.pk}",)
        return get_or_build(("comments", *place, *look), build, keys=lambda html: keys, size=len)

    def render_nodes(self, context: template.Context, nodes: list[Any]) -> SafeString:
        """Render the content with these comments as `nodes`."""
        with context.push(nodes=nodes):
            return self.nodelist.render(context)


@register.tag
def cached_comments(parser: Any, token: Any) -> CachedCommentsNode:
    """`{% cached_comments page %}… nodes …{% endcached_comments %}`."""
    page = parser.compile_filter(token.split_contents()[1])
    nodes = parser.parse(("endcached_comments",))
    parser.delete_first_token()
    return CachedCommentsNode(nodes, page)
