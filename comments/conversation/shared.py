"""The first page of a thread below a lesson, read once and shared by all readers.

The cached page is that of the anonymous. A member's own comments and marks are added with one
query. Viewers who may see more than the anonymous (staff, authors of held or hidden comments) get
an uncached page.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from django.contrib.auth.models import AnonymousUser

from accounts.models import Viewer
from accounts.prepared import Select, fetch_together
from comments.conversation.cursors import Order
from comments.conversation.pages import Node, ThreadPage, first_page, new_page
from comments.models import Comment, Follow, HelpfulMark, Thread
from comments.visibility import is_signed_in, is_staff
from pagecache.entries import get_or_build

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
    """A member's own data in a thread."""

    follow: str = ""
    marks: AbstractSet[int] = frozenset()  # ids of comments
    unshown: bool = False  # own comments that others don't see


def shared_first_page(
    *, thread: Thread, viewer: Viewer, language: str, own: Own | None = None
) -> ThreadPage:
    """Like `first_page`, oldest first; no query for the anonymous, one for members.

    None for members either when `own` is given. The first reader after a change needs one query
    more. The nodes must not be modified.
    """
    if own is None:
        own = own_in(thread, viewer) if is_signed_in(viewer) else Own()
    if is_staff(viewer) or own.unshown:
        return first_page(thread=thread, viewer=viewer, language=language, follow=own.follow)
    kept = get_or_build(
        ("thread", thread.pk, language),
        lambda: public_page(thread, language),
        keys=lambda page: [f"thread:{thread.pk}"],
        size=lambda page: sum(NODE_BYTES + len(node.html) for node in page.nodes),
    )
    page = new_page(thread, viewer, language, Order(), own.follow)
    page.more_url = kept.more_url
    page.nodes = personal_nodes(kept.nodes, viewer.pk, own) if is_signed_in(viewer) else kept.nodes
    return page


def public_page(thread: Thread, language: str) -> ThreadPage:
    """Return the page of the anonymous."""
    page = first_page(thread=thread, viewer=AnonymousUser(), language=language)
    for node in page.nodes:
        node.shared = True
    return page


def personal_nodes(nodes: list[Node], member_pk: int, own: Own) -> list[Node]:
    """Return the nodes for the member; unchanged ones are the cached objects."""
    return [
        replace(node, own=is_own, marked=marked) if is_own or marked else node
        for node in nodes
        for is_own, marked in [(node.comment.author_id == member_pk, node.comment.id in own.marks)]
    ]


def own_in(thread: Thread, viewer: Viewer) -> Own:
    """Return the member's follow state, marks, and own unpublished comments; one query."""
    return own_from(fetch_together(own_select(thread, viewer)))


def own_select(thread: Thread, viewer: Viewer) -> Select:
    """Return the select whose rows `own_from` reads."""
    return Select(OWN_SQL, [thread.pk, viewer.pk] * 3)


def own_from(rows: Mapping[str, Sequence[tuple[str, int]]]) -> Own:
    """Return a member's data in a thread from the rows of `own_select`."""
    return Own(
        follow="".join(text for text, _ in rows.get("follow", [])),
        marks=frozenset(number for _, number in rows.get("mark", [])),
        unshown=bool(rows.get("unshown")),
    )
