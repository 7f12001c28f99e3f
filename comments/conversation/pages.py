"""Pages of a thread: twenty roots with their first replies, one query for the anonymous."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Exists, OuterRef, Value
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import Viewer
from comments.conversation.cursors import LABELS, OLDEST, Order, order_of
from comments.models import MAX_LENGTH, Comment, Follow, HelpfulMark, Thread
from comments.models.comment import CommentSet
from comments.visibility import is_moderator, is_signed_in

ROOTS = 20
REPLIES = 12  # of each root; the others stand on a page of their own
REPLIES_OF_ONE_ROOT = 100
COLUMNS = (
    *("id", "thread_id", "parent_id", "language", "number", "root", "path", "depth"),
    *("reply_number", "replies_shown", "shown", "status", "helpful_count"),
    *("created_at", "edited_at"),
    *("author__id", "author__handle", "author__display_name", "author__is_staff"),
)


@dataclass(slots=True)
class Node:
    """A comment as shown on a page."""

    comment: Comment
    url: str  # of the permalink; what can be done with a comment is below it
    name: str
    html: str
    readable: bool
    own: bool
    marked: bool
    foreign: bool  # in another language than the page
    to: str = ""  # whom a reply answers that does not stand below it
    more_replies: int = 0
    more_url: str = ""
    # What the comment says is the same for all, see comments.conversation.shared.
    shared: bool = False


@dataclass(slots=True)
class ThreadPage:
    """Context of `comments/_thread.html`."""

    thread: Thread
    nodes: list[Node]
    order: Order
    language: str
    member: bool
    moderator: bool
    follow: str
    form_token: str
    comments_url: str
    more_url: str = ""
    single_root: bool = False
    max_length: int = MAX_LENGTH

    @property
    def url(self) -> str:
        """The thread's own page."""
        return reverse("thread", args=[self.thread.pk])

    @property
    def sorts(self) -> tuple[tuple[str, str, bool], ...]:
        """Name and label of each order, and whether it is the current one."""
        return tuple((name, str(label), name == self.order.sort) for name, label in LABELS.items())


def first_page(
    *,
    thread: Thread,
    viewer: Viewer,
    language: str,
    sort: str = OLDEST,
    after: str = "",
    follow: str | None = None,
) -> ThreadPage:
    """Return a page of roots with their first replies, in one query.

    One more for a signed-in viewer whose `follow` state is not given.
    """
    order = order_of(sort, after)
    comments = Comment.objects.placed_for(viewer).filter(order.beyond(), thread=thread, depth=1)
    numbers = comments.order_by(*order.columns).values("number")[: ROOTS + 1]
    rows = list(shown(thread, viewer).filter(root__in=numbers, reply_number__lte=REPLIES))
    roots = sorted((row for row in rows if row.depth == 1), key=order.key)
    page = new_page(thread, viewer, language, order, follow)
    page.nodes = nodes_of(roots[:ROOTS], rows, viewer, page)
    if len(roots) > ROOTS:
        page.more_url = page_url(thread, sort=order.sort, after=order.cursor(roots[ROOTS - 1]))
    return page


def root_page(
    *, thread: Thread, viewer: Viewer, language: str, root: int, behind: int = 0
) -> ThreadPage:
    """Return one root with its next hundred replies after `behind`, in order of arrival."""
    replies = shown(thread, viewer).filter(root=root)
    replies = replies.exclude(reply_number__gt=0, reply_number__lte=behind)
    # The root is the first of them, and one more tells whether there is another page.
    rows = list(replies.order_by("reply_number")[: REPLIES_OF_ONE_ROOT + 2])
    there_are_more = len(rows) == REPLIES_OF_ONE_ROOT + 2
    rows = rows[: REPLIES_OF_ONE_ROOT + 1]
    page = new_page(thread, viewer, language, Order())
    page.single_root = True
    heads = [row for row in rows if row.depth == 1]
    page.nodes = nodes_of(heads, rows, viewer, page)
    # A root that the viewer may not see takes the number of its replies with it.
    if heads and there_are_more:
        page.more_url = page_url(thread, root=root, behind=rows[-1].reply_number)
    for node in page.nodes:
        node.more_replies = 0
    return page


def shown(thread: Thread, viewer: Viewer) -> CommentSet:
    """Return the thread's comments as visible to this viewer, with authors and own marks."""
    marks = HelpfulMark.objects.filter(comment=OuterRef("pk"), learner=getattr(viewer, "pk", None))
    marked = Exists(marks) if is_signed_in(viewer) else Value(False, output_field=BooleanField())
    rows = Comment.objects.in_conversation(viewer).filter(thread=thread)
    return rows.annotate(marked=marked).select_related("author").only(*COLUMNS)


def new_page(
    thread: Thread, viewer: Viewer, language: str, order: Order, follow: str | None = None
) -> ThreadPage:
    """Return an empty page; reads a member's follow state unless it is given."""
    member = is_signed_in(viewer)
    if follow is None:
        follow = follow_state(thread, viewer) if member else ""
    return ThreadPage(
        thread=thread,
        nodes=[],
        order=order,
        language=language,
        member=member,
        moderator=is_moderator(viewer),
        follow=follow,
        form_token=str(uuid.uuid4()) if member else "",
        # Resolving an address for every link of a hundred comments would take half of the time.
        comments_url=reverse("comment", args=[0]).removesuffix("0/"),
    )


def follow_state(thread: Thread, viewer: Viewer) -> str:
    """Return "following", "muted" or ""."""
    states = Follow.objects.filter(thread=thread, learner_id=viewer.pk).values_list(
        "state", flat=True
    )
    return states.first() or ""


def nodes_of(
    roots: Iterable[Comment], rows: Iterable[Comment], viewer: Viewer, page: ThreadPage
) -> list[Node]:
    """Return the comments in reading order: each root, then its replies by path."""
    replies: dict[int, list[Comment]] = {}
    for row in sorted(rows, key=lambda row: row.path):
        if row.depth > 1:
            replies.setdefault(row.root, []).append(row)
    nodes = []
    for root in roots:
        below = replies.get(root.number, [])
        nodes += answering([node_of(row, viewer, page) for row in (root, *below)])
        # Own and, for moderators, removed ones are not among those counted.
        nodes[-1].more_replies = root.replies_shown - sum(row.shown for row in below)
        nodes[-1].more_url = page_url(page.thread, root=root.number)
    return nodes


def answering(nodes: list[Node]) -> list[Node]:
    """Say of the deepest replies to each other whom they answer: they stand side by side."""
    known = {node.comment.pk: node for node in nodes}
    for node in nodes:
        parent = known.get(node.comment.parent_id or 0)
        if parent and parent.comment.depth == node.comment.depth and parent.readable:
            handle = parent.comment.author.handle if parent.comment.author else ""
            node.to = f"@{handle}" if handle else parent.name
    return nodes


def node_of(row: Any, viewer: Viewer, page: ThreadPage) -> Node:
    """Return a comment with what the viewer may do and see."""
    return Node(
        comment=row,
        url=f"{page.comments_url}{row.pk}/",
        name=row.author_name,
        html=row.shown_html,
        readable=row.readable,
        own=page.member and row.author_id == viewer.pk,
        marked=row.marked,
        foreign=row.language != page.language,
    )


def page_url(thread: Thread, **query: Any) -> str:
    """Return the URL of a page of the thread."""
    return f"{reverse('thread', args=[thread.pk])}?{urlencode(query)}"


def single_node(comment: Comment, viewer: Viewer) -> Node:
    """Return a fetched comment as the only node of a page."""
    return Node(
        comment=comment,
        url=comment.get_absolute_url(),
        name=comment.author_name,
        html=comment.html,
        readable=True,
        own=comment.author_id == getattr(viewer, "pk", None),
        marked=False,
        foreign=False,
    )
