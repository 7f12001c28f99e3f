"""Atom feeds that strict readers can read, whatever stands in a title."""

import re
from typing import Any

from django.utils.feedgenerator import Atom1Feed

# What XML 1.0 has no way to write. Django raises for some of it, which would take the whole feed
# from everybody for one odd title.
UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class AtomFeed(Atom1Feed):
    """An Atom feed without characters that XML can't hold."""

    def __init__(self, *args: Any, **fields: Any) -> None:
        super().__init__(*map(writable, args), **writable_fields(fields))

    def add_item(self, *args: Any, **fields: Any) -> None:
        """Add an entry."""
        super().add_item(*map(writable, args), **writable_fields(fields))


def writable_fields(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields with texts that XML can hold."""
    return {name: writable(value) for name, value in fields.items()}


def writable(value: Any) -> Any:
    """Return a text without what XML can't hold; anything else unchanged."""
    return UNWRITABLE.sub("", value) if isinstance(value, str) else value
