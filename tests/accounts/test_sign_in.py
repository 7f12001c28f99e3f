"""Sign-up, sign-in and reset, and that they don't reveal which addresses exist."""

import re
from collections import Counter

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from accounts.forms.signup import SignupForm
from accounts.models import OutgoingMail, User
from tests.accounts.conftest import code_in, newest_mail
from tests.accounts.test_settings import sign_in

PASSWORD = "stars-over-seoul-7"


def sign_up(client, email, prefix="", **fields):
    return client.post(
        f"{prefix}/accounts/signup/", {"email": email, "password1": PASSWORD, **fields}, follow=True
    )


def test_signing_up_verifies_the_address_by_code(client, db):
    sign_up(client, "new@example.com", time_zone="Europe/Berlin")
    user = User.objects.get()
    assert (user.time_zone, user.time_zone_confirmed) == ("Europe/Berlin", False)
    assert user.handle.startswith("learner-")
    assert "_auth_user_id" not in client.session
    code = code_in(newest_mail())
    client.post("/accounts/confirm-email/", {"code": code})
    assert EmailAddress.objects.get().verified
    assert "_auth_user_id" in client.session


def test_a_zone_that_does_not_exist_is_ignored(client, db):
    sign_up(client, "new@example.com", time_zone="Mars/Olympus")
    assert User.objects.get().time_zone == "Asia/Seoul"


def test_people_who_sign_up_in_english_are_written_to_in_english(client, db):
    sign_up(client, "new@example.com", prefix="/en")
    assert User.objects.get().language == "en"
    assert "code" in newest_mail().body


def test_signing_in_by_password(client, member):
    answer = client.post(
        "/accounts/login/", {"login": "Minji@Example.com", "password": "minji-minji"}
    )
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_signing_in_by_mailed_code(client, member):
    client.post("/accounts/login/code/", {"email": "minji@example.com"})
    client.post("/accounts/login/code/confirm/", {"code": code_in(newest_mail())})
    assert client.session["_auth_user_id"] == str(member.pk)


def test_resetting_the_password_by_code(client, member):
    client.post("/accounts/password/reset/", {"email": "minji@example.com"})
    client.post("/accounts/password/reset/confirm/", {"code": code_in(newest_mail())})
    client.post(
        "/accounts/password/reset/complete/", {"password1": PASSWORD, "password2": PASSWORD}
    )
    member.refresh_from_db()
    assert member.check_password(PASSWORD)
    assert mail.outbox[-1].to == newest_mail().to == ["minji@example.com"]


def without_address(answer, email):
    """The page as text, without the address and the one-time values in it."""
    text = answer.content.decode().replace(email, "ADDRESS")
    return re.sub(r'(name="csrfmiddlewaretoken" value=)"[^"]*"', r"\1", text)


FORMS = [
    ("/accounts/signup/", "email", {"password1": PASSWORD}),
    ("/accounts/password/reset/", "email", {}),
    ("/accounts/login/code/", "email", {}),
    ("/accounts/login/", "login", {"password": "wrong-password-1"}),
]


@pytest.mark.parametrize(("url", "field", "extra"), FORMS)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_answer_is_the_same_for_known_and_unknown_addresses(member, url, field, extra, prefix):
    pages = []
    for email in ("minji@example.com", "nobody@example.com"):
        answer = Client().post(prefix + url, {field: email, **extra}, follow=True)
        pages.append((answer.redirect_chain, answer.status_code, without_address(answer, email)))
    assert pages[0] == pages[1]


@pytest.mark.parametrize(
    "url",
    [
        "/accounts/confirm-email/",
        "/accounts/login/code/confirm/",
        "/accounts/password/reset/confirm/",
    ],
)
def test_a_wrong_code_is_refused_alike_for_known_and_unknown_addresses(member, url):
    start = {
        "/accounts/confirm-email/": ("/accounts/signup/", {"password1": PASSWORD}),
        "/accounts/login/code/confirm/": ("/accounts/login/code/", {}),
        "/accounts/password/reset/confirm/": ("/accounts/password/reset/", {}),
    }[url]
    pages = []
    for email in ("minji@example.com", "nobody@example.com"):
        client = Client()
        client.post(start[0], {"email": email, **start[1]})
        answer = client.post(url, {"code": "WRNG42"})
        pages.append((answer.status_code, without_address(answer, email)))
    assert pages[0] == pages[1]


class CountingHasher(MD5PasswordHasher):
    """Counts hashed passwords, the slow part on a real site."""

    algorithm = "counting"
    hashed = 0

    def encode(self, password, salt):
        CountingHasher.hashed += 1
        return super().encode(password, salt)


WRITES = re.compile(r'(INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')


def work_of_post(url, data):
    """Return the cost of a request: hashes, writes by table, mails, and number of reads."""
    hashed, mails = CountingHasher.hashed, OutgoingMail.objects.count()
    with CaptureQueriesContext(connection) as queries:
        answer = Client().post(url, data)
    statements = [query["sql"] for query in queries]
    writes = Counter(found.groups() for sql in statements if (found := WRITES.match(sql)))
    reads = sum(sql.startswith("SELECT") for sql in statements)
    cookies = {name: (each["max-age"], each["path"]) for name, each in answer.cookies.items()}
    headers = set(answer.headers) - {"Expires", "X-Request-ID"}
    new_mails = OutgoingMail.objects.count() - mails
    work = (CountingHasher.hashed - hashed, writes, new_mails, answer.status_code, cookies, headers)
    return work, reads


@pytest.mark.parametrize(
    ("url", "field", "extra"), [*FORMS, ("/accounts/signup/passkey/", "email", {})]
)
@override_settings(PASSWORD_HASHERS=["tests.accounts.test_sign_in.CountingHasher"])
def test_the_work_is_the_same_for_known_and_unknown_addresses(member, url, field, extra):
    """Time tells nothing: as many hashes, the same rows written, at most one read of a row more."""
    member.set_password("minji-minji")
    member.save()
    known, reads = work_of_post(url, {field: "minji@example.com", **extra})
    unknown, other_reads = work_of_post(url, {field: "nobody@example.com", **extra})
    assert known == unknown
    assert abs(reads - other_reads) <= 1


def test_of_two_sign_ups_at_the_same_moment_one_finds_a_known_address(db, monkeypatch):
    check = SignupForm.validate_unique_email

    def then_somebody_is_faster(form, value):
        found = check(form, value)
        User.objects.create_user(value)
        return found

    monkeypatch.setattr(SignupForm, "validate_unique_email", then_somebody_is_faster)
    answer = Client().post("/accounts/signup/", {"email": "new@example.com", "password1": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/confirm-email/")
    assert User.objects.count() == 1


def test_a_password_from_before_the_address_was_proved_opens_nothing(db):
    sign_up(Client(), "victim@example.com")  # by somebody who waits for the owner to come
    owner = Client()
    owner.post("/accounts/login/code/", {"email": "victim@example.com"})
    owner.post("/accounts/login/code/confirm/", {"code": code_in(newest_mail())})
    assert "_auth_user_id" in owner.session
    stranger = Client()
    stranger.post("/accounts/login/", {"login": "victim@example.com", "password": PASSWORD})
    assert "_auth_user_id" not in stranger.session
    assert owner.get("/settings/data/").status_code == 200


def test_a_password_stays_when_its_own_sign_up_is_verified(client, db):
    sign_up(client, "new@example.com")
    client.post("/accounts/confirm-email/", {"code": code_in(newest_mail())})
    assert User.objects.get().check_password(PASSWORD)


def test_who_proves_an_address_gets_it_from_those_who_only_named_it(client, member):
    sign_up(Client(), "mine@example.com")
    cache.clear()  # as if it was long ago
    sign_in(client)
    client.post("/accounts/email/", {"email": "mine@example.com", "action_add": ""})
    client.post("/accounts/confirm-email/", {"code": code_in(newest_mail())})
    client.post("/accounts/email/", {"email": "mine@example.com", "action_primary": ""})
    member.refresh_from_db()
    assert member.email == "mine@example.com"
    assert list(User.objects.all()) == [member]


def test_a_wrong_code_takes_an_address_from_nobody(client, member):
    sign_up(Client(), "mine@example.com")
    cache.clear()
    sign_in(client)
    client.post("/accounts/email/", {"email": "mine@example.com", "action_add": ""})
    client.post("/accounts/confirm-email/", {"code": "WRNG42"})
    assert User.objects.count() == 2


def test_no_mail_is_sent_while_the_page_is_made(client, member):
    client.post("/accounts/login/code/", {"email": "minji@example.com"})
    assert mail.outbox == []
    assert OutgoingMail.objects.get().to == "minji@example.com"


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_five_wrong_codes_end_the_attempt(client, member, prefix):
    client.post(f"{prefix}/accounts/login/code/", {"email": "minji@example.com"})
    right = code_in(newest_mail())
    for _attempt in range(5):
        client.post(f"{prefix}/accounts/login/code/confirm/", {"code": "WRNG42"})
    client.post(f"{prefix}/accounts/login/code/confirm/", {"code": right})
    assert "_auth_user_id" not in client.session


def test_wrong_passwords_are_limited_per_account_from_any_address(member):
    for attempt in range(6):
        Client(REMOTE_ADDR=f"10.0.0.{attempt}").post(
            "/accounts/login/", {"login": "minji@example.com", "password": "wrong-wrong"}
        )
    answer = Client(REMOTE_ADDR="10.0.1.1").post(
        "/accounts/login/", {"login": "minji@example.com", "password": "minji-minji"}
    )
    assert answer.status_code == 200  # the form again, although the password was right


def test_a_forged_forwarded_header_does_not_escape_the_limits(db):
    answers = [
        Client(HTTP_X_FORWARDED_FOR=f"10.0.0.{n}").post(
            "/accounts/login/", {"login": f"p{n}@example.com", "password": "wrong-wrong"}
        )
        for n in range(31)
    ]
    assert answers[-1].status_code == 429


@override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=1)
def test_behind_a_proxy_everybody_has_limits_of_their_own(db):
    answers = [
        Client(HTTP_X_FORWARDED_FOR=f"10.0.0.{n}").post(
            "/accounts/login/", {"login": f"p{n}@example.com", "password": "wrong-wrong"}
        )
        for n in range(31)
    ]
    assert {answer.status_code for answer in answers} == {200}


@pytest.mark.parametrize("provider", ["google", "github", "kakao", "naver"])
@pytest.mark.parametrize("path", ["login/", "login/callback/"])
def test_a_provider_without_keys_is_not_found(client, db, provider, path):
    assert client.get(f"/accounts/{provider}/{path}").status_code == 404


def test_security_events_are_mailed(client, member):
    client.force_login(member)
    client.post(
        "/accounts/password/change/",
        {"oldpassword": "minji-minji", "password1": PASSWORD, "password2": PASSWORD},
    )
    message = newest_mail()
    assert message.to == ["minji@example.com"]
    assert "127.0.0.1" in message.body


@pytest.mark.parametrize(
    "url",
    [
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/login/code/",
        "/accounts/password/reset/",
        "/accounts/signup/passkey/",
    ],
)
def test_pages_with_a_form_token_are_never_cached(client, db, url):
    answer = client.get(url)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]


def test_the_site_stores_passwords_with_argon2():
    from config import settings

    assert settings.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("page", "way_on"),
    [
        ("/en/accounts/password/reset/done/", "/en/accounts/login/"),
        ("/en/accounts/inactive/", "/en/"),
    ],
)
def test_no_page_of_the_entrance_is_a_dead_end(client, page, way_on):
    main = client.get(page).text.partition("<main")[2].partition("</main")[0]
    assert f'href="{way_on}"' in main
