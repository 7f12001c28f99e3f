"""How far a long work has come: `progress(step, done, every)` is called after each part."""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]


def no_progress(step: str, done: int, every: int) -> None:
    """Tell nobody."""
