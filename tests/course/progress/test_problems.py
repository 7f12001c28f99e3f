"""Every error code of the sync protocol has an explanation on the page."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

from course.models import Lesson
from pagecache.changes import memory
from tests.course.progress.browser import op, post_json
from tests.factories import make_quest

SOURCE = Path(settings.BASE_DIR, "course", "progress")
RAISED = re.compile(r'(?:Malformed|NotYet)\("([a-z-]+)"\)')
REFUSED = re.compile(r'refuse_beyond\(.*?"([a-z-]+)", result\)|"code": "([a-z-]+)"')


def codes() -> set[str]:
    """Every code that a single operation can be given."""
    found = set()
    for name in ("wire_operations", "arrivals", "syncing"):
        text = (SOURCE / f"{name}.py").read_text()
        found |= set(RAISED.findall(text))
        found |= {code for pair in REFUSED.findall(text) for code in pair if code}
    return found


def words_in(language: str) -> dict[str, str]:
    """The words for each code, as the page holds them."""
    with translation.override(language):
        html = render_to_string("course/_problems.html")
    rows = re.findall(r'<p data-codes="([^"]+)">(.*?)</p>', html)
    return {code: words for listed, words in rows for code in listed.split()}


def test_every_code_has_words_in_both_languages():
    assert {"unknown-lesson", "newer-version", "bad-undo", "log-full", "too-large"} <= codes()
    english, korean = words_in("en"), words_in("ko")
    assert codes() | {"*"} == english.keys() == korean.keys()
    for code in codes():
        assert re.search("[가-힣]", korean[code])
        assert english[code] != korean[code]


@pytest.mark.django_db
def test_who_has_no_account_is_told_what_does_not_count_and_why():
    make_quest(lessons=2)
    Lesson.objects.filter(uid="jax-001").update(status="draft")
    memory.clear()
    fine, draft, strange, broken = (
        op("c", "jax-000"),
        op("c", "jax-001"),
        op() | {"k": "star"},
        op(),
    )
    body = {"v": 1, "ops": [fine, draft, strange, broken | {"at": None}, 7, {"id": 5}]}
    answer = post_json(Client(), "/progress/evaluate/", body).json()
    assert answer["problems"] == {
        draft["id"]: "unknown-lesson",
        strange["id"]: "unknown-kind",
        broken["id"]: "bad-time",
    }
    assert answer["bar"]["lessons_done"] == 1
