"""Listeners that other apps register for runs that have a result."""

from collections.abc import Callable

from runner.models import Run

Listener = Callable[[Run], None]
_listeners: dict[str, Listener] = {}


def register_listener(name: str, listener: Listener) -> None:
    """Call `listener` with each run that has a result, inside the storing transaction.

    If it raises, the result is rolled back and the run is repeated.
    """
    _listeners[name] = listener


def notify_listeners(run: Run) -> None:
    """Call all listeners."""
    for listener in _listeners.values():
        listener(run)


def forget_listener(name: str) -> None:
    """Remove a listener."""
    _listeners.pop(name, None)
