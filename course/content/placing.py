"""Samples and questions placed in a lesson's text."""

from markup import Placed, split_placed


def placed_in(html: str) -> set[tuple[str, str]]:
    """Return (kind, id) of everything a rendered text places."""
    return {(each.kind, each.id) for each in split_placed(html) if isinstance(each, Placed)}
