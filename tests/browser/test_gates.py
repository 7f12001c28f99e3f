"""Every page, both languages, light and dark, two widths: nothing is broken, ugly or heavy."""

import pytest
from django.conf import settings

from course.importing.importer import import_quest
from course.models import LessonText
from tests.browser.gate import Watch, faults_of

pytestmark = pytest.mark.django_db(transaction=True)

LONGEST_FIRST_VISIT = 50_000  # bytes, compressed
PUBLIC = [
    "/",
    "/quests/jax/",
    "/quests/jax/what-is-jax/",
    "/quests/jax/grad/",
    "/tags/jit/",
    "/stream/",
    "/search/",
    "/search/?q=jax",
    "/search/?q=zzzz",
]


@pytest.fixture
def jax(transactional_db):
    """The quest that ships with the site."""
    import_quest(folder=settings.BASE_DIR / "fixtures" / "quests" / "jax")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("prefix", ["", "/en"], ids=["ko", "en"])
def test_public_pages_have_no_fault(new_context, jax, prefix, theme, width):
    context = new_context(viewport={"width": width, "height": 800}, color_scheme=theme)
    page = context.new_page()
    watch = Watch(page)
    found = [fault for path in PUBLIC for fault in faults_of(page, prefix + path, watch)]
    assert found == []


def test_the_first_visit_to_the_longest_lesson_is_light(new_context, jax):
    texts = LessonText.objects.select_related("lesson__quest")
    longest = max(texts, key=lambda text: len(text.body_html))
    prefix = "" if longest.language == "ko" else "/en"
    page = new_context().new_page()
    watch = Watch(page)
    page.goto(f"{prefix}/quests/{longest.lesson.quest.slug}/{longest.lesson.slug}/")
    page.wait_for_load_state("networkidle")
    weights = watch.transferred()
    assert sum(weights.values()) <= LONGEST_FIRST_VISIT, weights
