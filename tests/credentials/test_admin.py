from django.contrib.auth.models import Permission

from tests.credentials.test_pages import words

LIST = "/admin/credentials/certificate/"


def test_staff_find_a_certificate_by_its_printed_number(client, staff, certificate):
    client.force_login(staff)
    page = words(client.get(LIST, {"q": certificate.shown_number}))
    assert certificate.shown_number in page
    assert "김민지" in page
    assert certificate.shown_number not in words(client.get(LIST, {"q": "0000-0000-0000"}))


def test_staff_revoke_with_a_reason(client, staff, certificate):
    client.force_login(staff)
    row = f"{LIST}{certificate.pk}"
    assert f"{row}/revoke/" in words(client.get(f"{row}/change/"))
    assert client.post(f"{row}/revoke/", {"reason": ""}).status_code == 400
    certificate.refresh_from_db()
    assert certificate.revoked_at is None
    assert client.post(f"{row}/revoke/", {"reason": "대신 했어요"}).status_code == 302
    certificate.refresh_from_db()
    assert certificate.revoked_at
    page = words(client.get(f"{row}/change/"))
    assert "대신 했어요" in page
    assert f"{row}/revoke/" not in page
    assert client.get(f"{row}/revoke/").status_code == 404


def test_revoking_needs_the_permission(client, moderator, certificate):
    client.force_login(moderator)
    url = f"{LIST}{certificate.pk}/revoke/"
    assert client.post(url, {"reason": "x"}).status_code == 403
    moderator.user_permissions.add(Permission.objects.get(codename="change_certificate"))
    assert client.post(url, {"reason": "x"}).status_code == 302


def test_visitors_and_learners_get_no_admin(client, finisher, certificate):
    client.force_login(finisher)
    assert client.get(LIST).status_code == 302
