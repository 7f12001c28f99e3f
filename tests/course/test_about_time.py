"""The time that a quest takes, as home and quest pages show it."""

import pytest
from django.utils import translation

from course.templatetags.course import about_time


@pytest.mark.parametrize(
    ("minutes", "korean", "english"),
    [
        (18, "약 18분", "about 18 min"),
        (120, "약 120분", "about 120 min"),
        (121, "약 2시간", "about 2 hours"),
        (487, "약 8시간", "about 8 hours"),
    ],
)
def test_long_times_are_said_in_hours(minutes, korean, english):
    assert about_time(minutes) == korean
    with translation.override("en"):
        assert about_time(minutes) == english
