"""An address is the same in any case of letters (reports on other sites: two accounts, a crash)."""

from allauth.account.models import EmailAddress
from django.test import Client

from accounts.models import User
from tests.accounts.conftest import code_in, newest_mail
from tests.accounts.test_sign_in import PASSWORD, sign_up


def sign_in(client, email):
    return client.post("/accounts/login/", {"login": email, "password": PASSWORD})


def test_whoever_signed_up_with_a_capital_signs_in_in_any_case(client, db):
    sign_up(client, "Junk@Example.com")
    client.post("/accounts/confirm-email/", {"code": code_in(newest_mail())})
    for email in ("junk@example.com", "JUNK@EXAMPLE.COM", "Junk@Example.com"):
        again = Client()
        assert sign_in(again, email).status_code == 302
        assert "_auth_user_id" in again.session
    assert EmailAddress.objects.count() == User.objects.count() == 1


def test_signing_up_again_in_another_case_makes_no_second_account(client, db):
    sign_up(client, "Junk@Example.com")
    client.post("/accounts/confirm-email/", {"code": code_in(newest_mail())})
    sign_up(Client(), "jUNK@example.com")
    assert User.objects.count() == 1
