import pytest
from django.conf import settings
from django.core.management import call_command

from gamification import providers
from gamification.models import Achievement
from tests.factories import make_facts

pytestmark = pytest.mark.django_db(transaction=True)


def test_staff_try_a_rule_before_saving_it(
    new_context, client, live_server, staff, learner, monkeypatch
):
    call_command("load_rules")
    facts = {learner.pk: make_facts(lessons=3, lessons__quest__jax=3)}
    monkeypatch.setattr(providers, "_facts", [lambda ids: {i: facts[i] for i in ids if i in facts}])
    monkeypatch.setattr(providers, "_possible", [])  # no lessons here: nothing is judged
    client.force_login(staff)
    context = new_context(viewport={"width": 1280, "height": 900})
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    url = live_server.url.replace("127.0.0.1", "localhost")
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": url}])
    page = context.new_page()
    complaints = []
    page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
    row = Achievement.objects.get(slug="jax-five-lessons")
    page.goto(f"/en/admin/gamification/achievement/{row.pk}/change/")
    assert page.locator("#id_n").input_value() == "5"
    page.fill("#id_n", "3")
    page.get_by_text("Who would earn this? (dry run)").click()
    page.get_by_text("1 learner would earn this now. Nothing was stored.").wait_for()
    assert learner.name in page.locator("#content-main").inner_text()
    row.refresh_from_db()
    assert row.params["n"] == 5
    assert complaints == []
