import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from credentials.finished import Scope
from credentials.issuing import revoke
from credentials.models import Certificate
from tests.browser.world import sign_in
from tests.credentials.conftest import FIRST, certify, finish
from tests.factories import make_quest
from tests.test_every_page import Jar

NEW = "/certificates/new/quest/jax/"


def words(answer) -> str:
    """The text of a page with single spaces."""
    return " ".join(answer.content.decode().split())


def test_a_learner_chooses_the_name_and_gets_the_certificate(client, finisher):
    client.force_login(finisher)
    assert 'value="민지"' in words(client.get(NEW))
    answer = client.post(NEW, {"name": "  김 민지\u202e ", "public": "on"})
    made = Certificate.objects.get()
    assert answer["Location"] == f"/certificates/{made.number}/"
    assert (made.name, made.public) == ("김 민지", True)
    page = words(client.get(answer["Location"]))
    for each in ("김 민지", "jax ko", made.shown_number, "jax-003 ko"):
        assert each in page


def test_it_is_private_unless_the_learner_says_otherwise(client, finisher):
    client.force_login(finisher)
    client.post(NEW, {"name": "김민지"})
    made = Certificate.objects.get()
    assert not made.public
    client.logout()
    assert client.get(made.get_absolute_url()).status_code == 404


def test_posting_twice_leads_to_the_same(client, finisher):
    client.force_login(finisher)
    pages = {client.post(NEW, {"name": name})["Location"] for name in ("하나", "둘")}
    assert len(pages) == 1
    assert client.get(NEW)["Location"] in pages


@pytest.mark.parametrize("name", ["", "   ", "\u3164", "운영자", "가" * 61])
def test_odd_names_are_refused(client, finisher, name):
    client.force_login(finisher)
    assert client.post(NEW, {"name": name}).status_code == 400
    assert not Certificate.objects.exists()


def test_the_page_says_what_is_still_open(client, learner, lessons):
    client.force_login(learner)
    finish(learner, lessons[:3])
    assert "레슨 1개가 아직 남았어요" in words(client.get(NEW))
    assert client.post(NEW, {"name": "민지"}).status_code == 409
    assert not Certificate.objects.exists()


@pytest.mark.parametrize("path", ["quest/nothing/", "site/jax/", "chapter/jax/"])
def test_there_is_none_for_what_does_not_exist(client, finisher, path):
    client.force_login(finisher)
    assert client.get(f"/certificates/new/{path}").status_code == 404


def test_the_list_shows_what_is_ready_and_what_is_issued(client, finisher):
    certify(finisher, FIRST)
    client.force_login(finisher)
    page = words(client.get("/certificates/"))
    assert "/certificates/new/quest/jax/" in page
    assert "/certificates/new/chapter/jax-ch1/" in page
    assert "/certificates/new/chapter/jax-ch0/" not in page
    assert Certificate.objects.get().shown_number in page


def test_visitors_are_asked_to_sign_in(client, db):
    for path in ("/certificates/", NEW, "/certificates/0123456789AB/choices/"):
        assert client.get(path)["Location"].startswith("/accounts/login/")


def test_a_public_page_opens_for_everybody_in_both_languages(client, certificate):
    url = certificate.get_absolute_url()
    assert "수료증" in words(client.get(url))
    english = words(client.get(f"/en{url}"))
    assert "Certificate of completion" in english
    assert "jax en" in english
    assert 'content="noindex"' in english


def test_a_number_with_hyphens_opens_the_same_page(client, certificate):
    assert client.get(f"/certificates/{certificate.shown_number}/").status_code == 200


def test_the_page_of_an_account_that_leaves_is_closed(client, certificate, finisher):
    User.objects.update(delete_at=timezone.now())
    assert client.get(certificate.get_absolute_url()).status_code == 404


def test_what_learners_wrote_is_never_markup(client, finisher):
    made = certify(finisher, name="<b>x</b>")
    assert "&lt;b&gt;x&lt;/b&gt;" in client.get(made.get_absolute_url()).content.decode()


def test_name_and_visibility_can_be_changed_by_the_owner_alone(client, certificate, other_learner):
    url = f"{certificate.get_absolute_url()}choices/"
    client.force_login(other_learner)
    assert client.post(url, {"name": "준"}).status_code == 404
    client.force_login(certificate.learner)
    assert client.post(url, {"name": ""}).status_code == 400
    assert client.post(url, {"name": "Minji"}).status_code == 302
    certificate.refresh_from_db()
    assert (certificate.name, certificate.public) == ("Minji", False)


def test_a_revoked_page_is_gone_and_shows_no_name(client, certificate, finisher):
    revoke(certificate=certificate, reason="베낀 답이에요")
    answer = client.get(certificate.get_absolute_url())
    assert answer.status_code == 410
    assert "김민지" not in words(answer)
    assert "베낀" not in words(answer)
    client.force_login(finisher)
    assert "베낀 답이에요" in words(client.get(certificate.get_absolute_url()))
    assert client.get(f"{certificate.get_absolute_url()}choices/").status_code == 302


def test_quest_and_chapter_lead_to_the_certificate(client, finisher):
    client.force_login(finisher)
    assert NEW in words(client.get("/quests/jax/"))
    assert "/certificates/new/chapter/jax-ch0/" in words(client.get("/chapters/jax-ch0/"))


def test_they_do_not_before_everything_is_done(client, learner, lessons):
    finish(learner, lessons[:1])
    client.force_login(learner)
    assert "/certificates/new/" not in words(client.get("/quests/jax/"))
    assert "/certificates/new/" not in words(client.get("/chapters/jax-ch0/"))


def costs_of(client, paths) -> list[int]:
    """The queries of each page, the second time it is asked for."""
    found = []
    for path in paths:
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        found.append(len(queries))
    return found


def test_the_pages_cost_the_same_for_many_lessons_and_certificates(client, finisher):
    sign_in(Jar(client), finisher, settings.SITE_URL)
    made = certify(finisher)
    paths = ["/certificates/", made.get_absolute_url(), "/certificates/new/chapter/jax-ch0/"]
    before = costs_of(client, paths)
    assert before == [3, 2, 4]
    for number in range(12):
        _quest, lessons = make_quest(f"quest-{number}", lessons=4, chapters=2)
        finish(finisher, lessons)
        certify(finisher, Scope("quest", f"quest-{number}"))
    Certificate.objects.filter(pk=made.pk).update(lessons=made.lessons * 2500)
    assert costs_of(client, paths) == before
