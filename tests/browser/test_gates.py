"""Every page, for the role that sees it, in both languages, both themes and both widths."""

import zlib

import pytest
from django.test import Client

from course.models import LessonText
from gamification.models import Achievement, Level
from tests.browser.gate import Watch, faults_of, look_at
from tests.browser.world import PAGES, sign_in

# What a browser shows doesn't depend on the database, so one of the two runs is enough.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]

LONGEST_FIRST_VISIT = 50_000  # bytes, compressed
BOTH = pytest.mark.parametrize("prefix", ["", "/en"], ids=["ko", "en"])


@pytest.fixture
def open_as(new_context, live_server):
    """`open_as(person or None)`: a page in a new browser where that person is signed in."""

    def make(person=None):
        context = new_context(reduced_motion="reduce")
        if person is not None:
            sign_in(context, person, live_server.url.replace("127.0.0.1", "localhost"))
        return context.new_page()

    return make


@BOTH
@pytest.mark.parametrize("role", PAGES)
def test_no_page_has_a_fault(world, open_as, role, prefix):
    page = open_as(getattr(world, role, None))
    watch = Watch(page)
    found = [
        fault for path in PAGES[role](world) for fault in faults_of(page, prefix + path, watch)
    ]
    assert not found, "\n".join(found)


@BOTH
@pytest.mark.parametrize("rule", ["level", "achievement"])
def test_no_dry_run_has_a_fault(world, open_as, rule, prefix):
    page = open_as(world.staff)
    watch = Watch(page)
    row = {"level": Level, "achievement": Achievement}[rule].objects.earliest("pk").pk
    page.goto(f"{prefix}/admin/gamification/{rule}/{row}/change/")
    page.click("[formaction$='/preview/']")
    page.wait_for_url("**/preview/")
    found = [*look_at(page), *watch.faults]
    assert not found, "\n".join(found)


def test_the_first_visit_to_the_longest_lesson_is_light(world, open_as):
    page = open_as()
    watch = Watch(page)
    page.goto(heaviest_lesson())
    page.wait_for_load_state("networkidle")
    weights = watch.transferred()
    assert sum(weights.values()) <= LONGEST_FIRST_VISIT, weights


def heaviest_lesson() -> str:
    """The address of the lesson whose page has most bytes, compressed."""
    visitor = Client()
    addresses = [
        f"{'' if text.language == 'ko' else '/en'}{text.lesson.get_absolute_url()}"
        for text in LessonText.objects.select_related("lesson__quest")
        if text.lesson.is_public
    ]
    return max(addresses, key=lambda address: len(zlib.compress(visitor.get(address).content)))


@pytest.mark.parametrize("role", ["everyone", "learner"])
def test_the_html_of_a_lesson_names_every_script_that_it_needs(world, open_as, role):
    page = open_as(getattr(world, role, None))
    watch = Watch(page)
    page.goto("/quests/jax/grad/")
    page.wait_for_load_state("networkidle")
    named = page.evaluate(
        """() => [...document.querySelectorAll("link[rel=modulepreload], script[src]")]
          .map((each) => each.href || each.src)"""
    )
    scripts = {url for url in watch.bodies if url.endswith(".js") and "/static/" in url}
    assert scripts - set(named) == set()
    assert set(named) - scripts == set(), "fetched in vain"
