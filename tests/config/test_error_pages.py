"""Error pages are translated and independent of what failed."""

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory

from comments.models import CannedReply
from config.errors import DatabaseDownMiddleware, server_error


@pytest.mark.django_db
def test_a_missing_page_offers_a_search(client):
    response = client.get("/en/nowhere/")
    assert response.status_code == 404
    assert "There is nothing here" in response.text


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/en/nowhere/", "/en/quests/nowhere/", "/en/quests/none/none/"])
def test_a_newcomer_who_slips_while_developing_sees_our_own_404(client, settings, path):
    settings.DEBUG = True
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "config.errors.OwnNotFoundMiddleware"]
    response = client.get(path)
    assert response.status_code == 404
    assert "There is nothing here" in response.text
    assert "URLconf" not in response.text


@pytest.mark.django_db
def test_a_missing_slash_is_still_added_while_developing(client, settings):
    settings.DEBUG = True
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "config.errors.OwnNotFoundMiddleware"]
    assert client.get("/en/stream").url == "/en/stream/"


@pytest.mark.django_db
def test_a_form_without_its_token_says_what_to_do():
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {})
    assert response.status_code == 403
    assert "새로 고친" in response.text


def test_a_fault_of_ours_is_a_500_page_that_needs_no_database():
    response = server_error(RequestFactory().get("/"))
    assert (response.status_code, "여러분 잘못이 아니에요" in response.text) == (500, True)


def test_a_lost_database_is_a_503_that_says_when_to_come_back():
    middleware = DatabaseDownMiddleware(lambda request: None)
    request = RequestFactory().get("/")
    response = middleware.process_exception(request, OperationalError("connection refused"))
    assert (response.status_code, response["Retry-After"]) == (503, "15")
    assert middleware.process_exception(request, ValueError("ours")) is None


@pytest.mark.parametrize("page", ["change", "delete"])
@pytest.mark.parametrize("odd", ["", "\x00"])
def test_a_field_without_a_name_is_no_fault_of_ours(client, staff, page, odd):
    client.force_login(staff)
    canned = CannedReply.objects.create()
    url = f"/admin/comments/cannedreply/{canned.pk}/{page}/"
    assert client.get(url, {"_to_field": odd}).status_code in {400, 404}
    assert client.post(url, {"_to_field": odd}).status_code in {400, 404}


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 2**200])
def test_a_number_that_no_row_can_have_is_no_fault_of_ours(client, staff, number):
    client.force_login(staff)
    answer = client.get("/admin/course/lesson/", {"pk__in": number})
    assert answer.status_code in {200, 302, 404}
