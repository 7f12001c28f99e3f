"""What the desk shows of a comment's author: how much they wrote, and how that went."""

from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.models import Comment, Sanction


def with_past(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Add how many comments the author wrote, how many are hidden, and the sanctions."""
    own = Comment.objects.filter(author=OuterRef("author"))
    sanctions = Sanction.objects.filter(learner=OuterRef("author"))
    return rows.annotate(
        written=number_of(own, "author"),
        hidden=number_of(own.filter(status="hidden"), "author"),
        sanctioned=number_of(sanctions, "learner"),
    )


def number_of(rows: QuerySet[Any], owner: str) -> Coalesce:
    """Return a subquery that counts the rows of an owner."""
    counted = rows.order_by().values(owner).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def past_of(row: Any) -> SafeString | str:
    """Return the author with a link to all they wrote; "–" for a deleted account."""
    if row.author is None:
        return "–"
    query = urlencode({"queue": "all", "q": row.author.handle})
    url = f"{reverse('admin:comments_comment_changelist')}?{query}"
    facts = [ngettext("%(n)d comment", "%(n)d comments", row.written) % {"n": row.written}]
    if row.hidden:
        facts.append(_("%(n)d hidden") % {"n": row.hidden})
    if row.sanctioned:
        facts.append(_("sanctioned %(n)d times") % {"n": row.sanctioned})
    if row.by_newcomer:
        facts.append(_("new account"))
    return format_html(
        '{}<br><a class="desk-past" href="{}">{}</a>', row.author, url, " · ".join(facts)
    )
