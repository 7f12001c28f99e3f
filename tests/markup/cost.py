"""The cost of rendering in function calls, which don't depend on the machine's load."""

import contextlib
import signal
import sys


def python_calls(act):
    """How many functions (of Python and of C) the act calls; a refusal is a way to end, too."""
    count = 0

    def tell(frame, event, argument):
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(tell)
    try:
        act()
    finally:
        sys.setprofile(None)
    return count


class HangError(AssertionError):
    """Nobody would wait this long for a page."""


@contextlib.contextmanager
def no_hang(seconds=20):
    """Fail after far more CPU time than any machine needs; only for inputs that would never end."""

    def give_up(number, frame):
        raise HangError(f"still busy after {seconds} s of CPU time")

    before = signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
