"""The first page of a conversation below a lesson: read once, shown to everybody.

What is kept is what the anonymous see. A member's own comments and marks are put in afterwards,
from one query. Whoever may see more than the anonymous (staff, authors of comments that are held
or hidden) gets a page of their own.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.models import AnonymousUser

from accounts.prepared import fetch_prepared
from comments.cursors import Order
from comments.models import Comment, Follow, HelpfulMark, Thread
from comments.pages import Node, ThreadPage, first_page, new_page
from comments.visibility import is_staff, signed_in
from pagecache.fragments import keep

NODE_BYTES = 3_000  # roughly, beside its HTML
# Written out because building the same with the ORM takes longer than the database needs for it.
OWN_SQL = f"""
    SELECT 'follow', state, 0 FROM {Follow._meta.db_table}
        WHERE thread_id = %s AND learner_id = %s
    UNION ALL SELECT 'mark', '', m.comment_id FROM {HelpfulMark._meta.db_table} m
        JOIN {Comment._meta.db_table} c ON c.id = m.comment_id
        WHERE c.thread_id = %s AND m.learner_id = %s
    UNION ALL SELECT 'unshown', '', id FROM {Comment._meta.db_table}
        WHERE thread_id = %s AND author_id = %s AND status IN ('held', 'hidden')
"""  # noqa: S608 (names of tables alone)


@dataclass(frozen=True)
class Own:
    """What a member has in a thread."""

    follow: str = ""
    marks: AbstractSet[int] = frozenset()  # ids of comments
    unshown: bool = False  # own comments that others don't see


def shared_first_page(
    *, thread: Thread, viewer: Any, language: str, own: Own | None = None
) -> ThreadPage:
    """Like `first_page`, oldest first; no query for the anonymous, one for members.

    None for members either when `own` is given. The first reader after a change pays one query
    more. The nodes must not be changed.
    """
    if own is None:
        own = own_in(thread, viewer) if signed_in(viewer) else Own()
    if is_staff(viewer) or own.unshown:
        return first_page(thread=thread, viewer=viewer, language=language, follow=own.follow)
    kept = keep(
        ("thread", thread.pk, language),
        lambda: public_page(thread, language),
        keys=lambda page: [f"thread:{thread.pk}"],
        size=lambda page: sum(NODE_BYTES + len(node.html) for node in page.nodes),
    )
    page = new_page(thread, viewer, language, Order(), own.follow)
    page.more_url = kept.more_url
    page.nodes = personal_nodes(kept.nodes, viewer.pk, own) if page.member else kept.nodes
    return page


def public_page(thread: Thread, language: str) -> ThreadPage:
    """What the anonymous see."""
    page = first_page(thread=thread, viewer=AnonymousUser(), language=language)
    for node in page.nodes:
        node.shared = True
    return page


def personal_nodes(nodes: list[Node], member_pk: int, own: Own) -> list[Node]:
    """The nodes as the member sees them: the kept ones themselves for most."""
    return [
        replace(node, own=is_own, marked=marked) if is_own or marked else node
        for node in nodes
        for is_own, marked in [(node.comment.author_id == member_pk, node.comment.id in own.marks)]
    ]


def own_in(thread: Thread, viewer: Any) -> Own:
    """The member's follow state, marks, and whether something is only theirs to see; one query."""
    return own_with(thread, viewer)[0]


def own_with(
    thread: Thread, viewer: Any, sql: str = "", parameters: Sequence[Any] = ()
) -> tuple[Own, dict[str, tuple[str, int]]]:
    """Like `own_in`, together with what a page needs of the member besides: still one query.

    `sql` begins with UNION ALL and gives rows of name, text and number; they come back by name.
    """
    found: dict[str, list[tuple[str, int]]] = {}
    for what, text, number in fetch_prepared(
        OWN_SQL + sql, [*[thread.pk, viewer.pk] * 3, *parameters]
    ):
        found.setdefault(what, []).append((text, number))
    own = Own(
        follow="".join(text for text, _ in found.pop("follow", [])),
        marks=frozenset(number for _, number in found.pop("mark", [])),
        unshown=bool(found.pop("unshown", [])),
    )
    return own, {name: rows[0] for name, rows in found.items()}
