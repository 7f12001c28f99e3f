"""Tag for content shown after a question is done: `{% answered id %}…{% endanswered %}`."""

from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from pagecache.placeholders import set_aside

register = template.Library()
DONE = "questions_done"  # the personal variable: ids of the questions that the reader has done


class AnsweredNode(template.Node):
    """Shows its content, which must be the same for everybody, if the question is done."""

    def __init__(self, nodes: template.NodeList, question: Any) -> None:
        self.nodelist, self.question = nodes, question

    def render(self, context: template.Context) -> SafeString:
        """Return a placeholder while a partial page is rendered, else the content or ""."""
        html = self.nodelist.render(context)
        shown = Shown(html, self.question.resolve(context))
        return set_aside(shown, context) or shown.render(context)


class Shown(template.Node):
    """Rendered HTML for those who completed a question."""

    def __init__(self, html: SafeString, question: str) -> None:
        self.html, self.question = html, question

    def render(self, context: template.Context) -> SafeString:
        """Return the HTML, or ""."""
        done = context.get(DONE) or ()
        return mark_safe(self.html if self.question in done else "")


@register.tag
def answered(parser: Any, token: Any) -> AnsweredNode:
    """`{% answered question.id %}…{% endanswered %}`."""
    question = parser.compile_filter(token.split_contents()[1])
    nodes = parser.parse(("endanswered",))
    parser.delete_first_token()
    return AnsweredNode(nodes, question)
