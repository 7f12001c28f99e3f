import pytest
from django.conf import settings
from django.core.management import call_command
from django.template.loader import render_to_string

from gamification.bar import evaluate
from gamification.xp import award
from tests.factories import lesson_grants, make_facts

pytestmark = pytest.mark.django_db(transaction=True)
SHOW = """async ([module, name, args]) => {
  const found = await import(`/static/js/gamification/${module}.js`);
  found[name](...args);
}"""


@pytest.fixture
def outcome(learner):
    call_command("load_rules")
    return award(
        learner=learner,
        grants=lesson_grants(5),
        facts=lambda: make_facts(lessons=5, lessons__quest__jax=1),
    )


@pytest.fixture
def sign_in(client, live_server):
    def into(context, person):
        client.force_login(person)
        context.add_cookies(
            [
                {
                    "name": settings.SESSION_COOKIE_NAME,
                    "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
                    "url": live_server.url.replace("127.0.0.1", "localhost"),
                }
            ]
        )

    return into


@pytest.fixture
def celebrate(client, learner, outcome):
    """Leaves the outcome in the learner's session, as a form post does."""

    def leave():
        session = client.session
        session["moments"] = outcome.as_json()["moments"]
        session.save()

    return leave


def test_a_moment_is_shown_said_and_closed_by_escape(page, outcome):
    page.goto("/achievements/")
    page.evaluate(SHOW, ["moments", "showMoments", [outcome.as_json()]])
    card = page.locator("[data-moments] [data-moment]")
    assert card.locator("li").count() == 2
    assert "레벨 1 · 첫 불꽃" in card.inner_text()
    assert "첫 새싹" in page.locator("[data-announcer]").inner_text(timeout=2000)
    assert page.evaluate("document.activeElement === document.body")
    page.keyboard.press("Escape")
    assert card.count() == 0


def test_an_outcome_without_news_shows_nothing(page, outcome):
    page.goto("/achievements/")
    page.evaluate(SHOW, ["moments", "showMoments", [{"points": 20, "moments": []}]])
    page.evaluate(SHOW, ["moments", "showMoments", [None]])
    assert page.locator("[data-moments] [data-moment]").count() == 0


def test_words_of_a_moment_are_text_never_markup(page, outcome):
    page.goto("/achievements/")
    moment = {"icon": "x", "kicker": "k", "title": "<img src=x onerror=alert(1)>", "text": ""}
    page.evaluate(SHOW, ["moments", "showMoments", [{"moments": [moment]}]])
    assert page.locator(".moment__title").inner_text() == moment["title"]
    assert page.locator("[data-moments] img").count() == 0


def test_after_a_form_post_the_server_shows_the_moment_and_the_button_closes_it(
    new_context, sign_in, celebrate, learner
):
    context = new_context()
    sign_in(context, learner)
    celebrate()
    page = context.new_page()
    page.goto("/xp/")
    page.locator("[data-dismiss]").click()
    assert page.locator("[data-moment]").count() == 0


def test_without_javascript_the_moment_stands_above_the_page(
    new_context, sign_in, celebrate, learner
):
    context = new_context(java_script_enabled=False)
    sign_in(context, learner)
    celebrate()
    page = context.new_page()
    page.goto("/xp/")
    moment = page.locator("[data-moments] [data-moment]").bounding_box()
    assert moment["y"] + moment["height"] <= page.locator("h1").bounding_box()["y"]


@pytest.mark.parametrize(("motion", "moves"), [("reduce", False), ("no-preference", True)])
def test_moments_move_only_for_those_who_like_motion(new_context, outcome, motion, moves):
    page = new_context(reduced_motion=motion).new_page()
    page.goto("/achievements/")
    page.evaluate(SHOW, ["moments", "showMoments", [outcome.as_json()]])
    animation = page.locator(".moment").evaluate("e => getComputedStyle(e).animationName")
    assert (animation != "none") is moves


def test_new_numbers_reach_every_field_of_the_bar(page, outcome, live_server):
    def bar_at(count):
        facts = make_facts(lessons=count)
        grants = lesson_grants(count)
        return evaluate(
            grants=grants, facts=facts, lessons_done=count, lessons_total=73, scope="jax"
        )

    html = render_to_string("gamification/_bar.html", {"bar": bar_at(0), "bar_scope": "jax"})
    page.route(
        "**/bar-page/",
        lambda route: route.fulfill(
            body=f"<!doctype html><meta charset=utf-8>{html}", content_type="text/html"
        ),
    )
    page.goto("/bar-page/")
    page.evaluate(SHOW, ["bar", "showBar", [bar_at(8).as_json(), "elsewhere"]])
    assert "0/73" in page.locator("[data-bar]").inner_text()
    page.evaluate(SHOW, ["bar", "showBar", [bar_at(8).as_json(), "jax"]])
    words = " ".join(page.locator("[data-bar]").inner_text().split())
    for part in ("레벨 1", "첫 불꽃", "160 XP", "8/73", "60/150", "90 XP", "10%"):
        assert part in words
    meter = page.locator("progress")
    assert meter.evaluate("m => [m.value, m.max]") == [60, 150]
    top = {**bar_at(8).as_json(), "level_span": 0}
    page.evaluate(SHOW, ["bar", "showBar", [top, "jax"]])
    assert "가장 높은 레벨" in page.locator("[data-bar]").inner_text()
