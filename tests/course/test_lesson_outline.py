"""The outline on a lesson's page: its own chapter in full, the others as links."""

import brotli
import pytest
from django.test import Client

from tests.course.readers import member
from tests.factories import make_quest

pytestmark = pytest.mark.django_db
# Of the outline alone; with all 508 lessons it were 240,000.
MOST_BYTES = 16_000
MOST_COMPRESSED = 2_500


def test_the_other_chapters_are_links(client):
    make_quest(lessons=6, chapters=3)
    page = client.get("/quests/jax/jax-002/").text
    assert [f'data-lesson-uid="jax-{n:03d}"' in page for n in range(6)] == [
        False, False, True, True, False, False,
    ]  # fmt: skip
    assert 'href="/quests/jax/#chapter-ch0"' in page
    assert 'href="/quests/jax/#chapter-ch2"' in page
    assert 'id="chapter-ch2"' in client.get("/quests/jax/").text


def test_a_quest_of_508_lessons_keeps_its_lessons_pages_small(learner):
    make_quest(lessons=508, chapters=36)
    for reader in (Client(), member(learner)):
        page = reader.get("/quests/jax/jax-250/").text
        outline = page.partition('data-outline="jax"')[2].partition("</aside>")[0].encode()
        assert 1_000 < len(outline) < MOST_BYTES
        assert len(brotli.compress(outline, quality=5)) < MOST_COMPRESSED
