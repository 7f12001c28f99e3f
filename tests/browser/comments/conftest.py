"""Users and threads for the comment journeys."""

from tests.comments.conftest import (  # noqa: F401
    _no_counters,
    _settled,
    draft_thread,
    say,
    thread,
)
from tests.course.conftest import quest, quest_folder  # noqa: F401
