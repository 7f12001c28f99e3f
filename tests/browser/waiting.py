"""Wait for what a page's own script sees."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

PAUSE = 50  # milliseconds


def until(page: Page, condition: str | Callable[[], bool], seconds: int = 30) -> None:
    """Wait until a JavaScript expression, or what a function returns, is true.

    Page.wait_for_function evaluates it within the page when it is not true at once, which the
    Content-Security-Policy forbids.
    """
    for _time in range(seconds * 1000 // PAUSE):
        if condition() if callable(condition) else page.evaluate(condition):
            return
        page.wait_for_timeout(PAUSE)
    pytest.fail(f"It did not come true: {condition}")
