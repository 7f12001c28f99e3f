"""Sort orders of roots, and the keyset cursors that go through them."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comments.models import Comment

OLDEST, NEWEST, HELPFUL = "oldest", "newest", "helpful"
LABELS = {OLDEST: _("Oldest first"), NEWEST: _("Newest first"), HELPFUL: _("Most helpful first")}
ORDERS = {
    OLDEST: ("number",),
    NEWEST: ("-number",),
    HELPFUL: ("-helpful_count", "number"),
}
MOST_DIGITS = 10


@dataclass(frozen=True)
class Order:
    """One way through the roots of a thread; `after` is the cursor of the last root seen."""

    sort: str = OLDEST
    after: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """What to order by."""
        return ORDERS[self.sort]

    def beyond(self) -> Q:
        """The roots behind the cursor; all of them without a cursor or with a broken one."""
        numbers = read(self.after)
        if self.sort == HELPFUL and len(numbers) == 2:
            helpful, number = numbers
            return Q(helpful_count__lt=helpful) | Q(helpful_count=helpful, number__gt=number)
        if self.sort == OLDEST and len(numbers) == 1:
            return Q(number__gt=numbers[0])
        if self.sort == NEWEST and len(numbers) == 1:
            return Q(number__lt=numbers[0])
        return Q()

    def key(self, root: Comment) -> tuple[int, ...]:
        """Sorts roots that are loaded already."""
        if self.sort == HELPFUL:
            return (-root.helpful_count, root.number)
        return (root.number if self.sort == OLDEST else -root.number,)

    def cursor(self, root: Comment) -> str:
        """The cursor behind this root."""
        return f"{root.helpful_count}-{root.number}" if self.sort == HELPFUL else str(root.number)


def order_of(sort: str, after: str) -> Order:
    """The order a request asks for; unknown sorts are the oldest first."""
    return Order(sort if sort in ORDERS else OLDEST, after)


def read(cursor: str) -> list[int]:
    """The numbers of a cursor; empty when it is none."""
    parts = cursor.split("-")
    good = all(part.isascii() and part.isdigit() and len(part) < MOST_DIGITS for part in parts)
    return [int(part) for part in parts] if good else []
