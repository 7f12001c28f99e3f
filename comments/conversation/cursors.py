"""Sort orders of root comments, and their keyset cursors."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.params import parse_int
from comments.models import Comment

OLDEST, NEWEST, HELPFUL = "oldest", "newest", "helpful"
LABELS = {OLDEST: _("Oldest first"), NEWEST: _("Newest first"), HELPFUL: _("Most helpful first")}
ORDERS = {
    OLDEST: ("number",),
    NEWEST: ("-number",),
    HELPFUL: ("-helpful_count", "number"),
}
MOST = 10**9


@dataclass(frozen=True)
class Order:
    """A sort order and position in a thread; `after` is the cursor of the last root shown."""

    sort: str = OLDEST
    after: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns to order by."""
        return ORDERS[self.sort]

    def beyond(self) -> Q:
        """Return the roots after the cursor; all roots without a valid cursor."""
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
        """Sort key for roots that are loaded already."""
        if self.sort == HELPFUL:
            return (-root.helpful_count, root.number)
        return (root.number if self.sort == OLDEST else -root.number,)

    def cursor(self, root: Comment) -> str:
        """Return the cursor of this root."""
        return f"{root.helpful_count}-{root.number}" if self.sort == HELPFUL else str(root.number)


def order_of(sort: str, after: str) -> Order:
    """Return the order of a request; an unknown one means oldest first."""
    return Order(sort if sort in ORDERS else OLDEST, after)


def read(cursor: str) -> list[int]:
    """Parse a cursor's numbers; empty for an invalid one."""
    numbers = [parse_int(part, most=MOST) for part in cursor.split("-")]
    found = [number for number in numbers if number is not None]
    return found if len(found) == len(numbers) else []
