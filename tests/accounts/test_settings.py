"""The settings pages."""

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.test import Client

from accounts.forms.settings import ProfileForm, ThemeForm
from accounts.models import MailPreference, User
from accounts.registry import register_kind, register_profile_section
from tests.accounts.conftest import code_in, newest_mail
from tests.factories import make_notice

PAGES = [
    "/notifications/",
    "/settings/profile/",
    "/settings/preferences/",
    "/settings/mail/",
    "/settings/data/",
    "/settings/delete/",
    "/u/minji/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/2fa/",
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/add/",
    "/accounts/2fa/webauthn/",
    "/accounts/sessions/",
    "/accounts/3rdparty/",
    "/accounts/logout/",
    "/accounts/reauthenticate/",
]


def sign_in(client: Client) -> Client:
    """Sign Minji in as the pages do, and confirm her password for sensitive acts."""
    client.post("/accounts/login/", {"login": "minji@example.com", "password": "minji-minji"})
    client.post("/accounts/reauthenticate/", {"password": "minji-minji"})
    return client


@pytest.mark.parametrize("url", PAGES)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_personal_page_opens_and_stays_out_of_caches(client, member, url, prefix):
    answer = sign_in(client).get(prefix + url)
    assert answer.status_code == 200
    assert {"private", "no-store"} <= set(answer["Cache-Control"].replace(",", " ").split())


@pytest.mark.parametrize("url", [url for url in PAGES if not url.startswith("/u/")])
def test_strangers_are_asked_to_sign_in(client, member, url):
    answer = client.get(url)
    assert answer.status_code == 302
    assert not any(word in answer["Location"] for word in ("minji", "민지"))


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_no_page_of_a_korean_visitor_has_english_sentences(client, member, prefix):
    answer = sign_in(client).get("/accounts/2fa/")
    assert "Two-Factor" not in answer.content.decode()


def test_a_learner_changes_handle_and_name(client, member):
    answer = sign_in(client).post(
        "/settings/profile/", {"handle": "Min-Ji", "display_name": "별민지"}, follow=True
    )
    member.refresh_from_db()
    assert (member.handle, member.display_name) == ("min-ji", "별민지")
    assert "저장" in answer.content.decode()


@pytest.mark.parametrize("handle", ["jun", "JUN", "ј un", "admin", "a", "준/", "jսn"])
def test_a_handle_of_somebody_else_or_of_the_site_is_refused(client, member, other_learner, handle):
    answer = sign_in(client).post("/settings/profile/", {"handle": handle})
    member.refresh_from_db()
    assert (answer.status_code, member.handle) == (400, "minji")
    assert 'aria-invalid="true"' in answer.content.decode()


def test_of_two_who_take_a_handle_at_once_the_later_is_told(client, member, monkeypatch):
    check = ProfileForm.clean_handle

    def then_somebody_is_faster(form):
        handle = check(form)
        User.objects.create_user("fast@example.com", handle="st4rs")
        return handle

    monkeypatch.setattr(ProfileForm, "clean_handle", then_somebody_is_faster)
    answer = sign_in(client).post("/settings/profile/", {"handle": "st4rs"})
    member.refresh_from_db()
    assert (answer.status_code, member.handle) == (400, "minji")
    assert 'aria-invalid="true"' in answer.content.decode()


def test_an_address_that_is_confirmed_in_two_tabs_at_once_is_confirmed(client, member, monkeypatch):
    set_verified = EmailAddress.set_verified

    def after_the_other_tab(address, commit=True):
        EmailAddress.objects.create(user=member, email=address.email, verified=True)
        return set_verified(address, commit)

    sign_in(client).post("/accounts/email/", {"email": "second@example.com", "action_add": ""})
    monkeypatch.setattr(EmailAddress, "set_verified", after_the_other_tab)
    answer = client.post("/accounts/confirm-email/", {"code": code_in(newest_mail())})
    assert answer.status_code == 302
    assert member.emailaddress_set.filter(email="second@example.com").exists()


def test_a_form_writes_nothing_but_what_it_shows(member):
    seen = User.objects.get(pk=member.pk)
    User.objects.filter(pk=member.pk).update(is_active=False)
    form = ThemeForm({"theme": "dark"}, instance=seen)
    assert form.is_valid()
    form.save()
    member.refresh_from_db()
    assert (member.theme, member.is_active) == ("dark", False)


def test_a_learner_changes_language_theme_and_zone(client, member):
    sign_in(client).post(
        "/settings/preferences/",
        {"language": "en", "theme": "dark", "time_zone": "Europe/Berlin"},
    )
    member.refresh_from_db()
    assert (member.language, member.theme, member.time_zone) == ("en", "dark", "Europe/Berlin")
    assert member.time_zone_confirmed
    assert 'data-theme="dark"' in client.get("/settings/preferences/").content.decode()


def test_a_page_says_what_the_account_chose_even_if_that_is_the_system(client, member):
    page = sign_in(client).get("/settings/preferences/").content.decode()
    assert '<html lang="ko" data-account-theme="auto">' in page
    client.logout()
    assert "data-account-theme" not in client.get("/").content.decode()


@pytest.mark.parametrize(
    "wrong", [{"time_zone": "Mars/Olympus"}, {"language": "xx"}, {"theme": "pink"}]
)
def test_a_preference_that_does_not_exist_is_refused(client, member, wrong):
    right = {"language": "ko", "theme": "auto", "time_zone": "Asia/Seoul"}
    answer = sign_in(client).post("/settings/preferences/", {**right, **wrong})
    assert answer.status_code == 400


def test_the_home_page_alone_asks_for_the_zone_until_it_was_answered(client, member):
    sign_in(client)
    assert "data-zone-notice" not in client.get("/settings/mail/").content.decode()
    assert "data-zone-notice" in client.get("/").content.decode()
    answer = client.post(
        "/settings/time-zone/", {"time_zone": "Asia/Tokyo", "next": "/"}, follow=True
    )
    member.refresh_from_db()
    assert (member.time_zone, member.time_zone_confirmed) == ("Asia/Tokyo", True)
    assert "data-zone-notice" not in answer.content.decode()


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:x"])
def test_the_zone_answer_leads_nowhere_else(client, member, target):
    answer = sign_in(client).post(
        "/settings/time-zone/", {"time_zone": "Asia/Tokyo", "next": target}
    )
    assert answer["Location"] == "/"


def test_a_made_up_zone_gets_a_clear_answer(client, member):
    answer = sign_in(client).post("/settings/time-zone/", {"time_zone": "x"}, follow=True)
    assert answer.redirect_chain[-1][0] == "/settings/preferences/"


def test_the_theme_button_is_remembered(client, member):
    assert sign_in(client).post("/settings/theme/", {"theme": "light"}).status_code == 204
    assert client.post("/settings/theme/", {"theme": "pink"}).status_code == 400
    member.refresh_from_db()
    assert member.theme == "light"


def test_mail_preferences_are_kept_per_kind(client, member):
    register_kind("reply", "Replies")
    register_kind("level", "Levels", default="none")
    page = sign_in(client).get("/settings/mail/").content.decode()
    assert page.count("checked") == 2
    client.post("/settings/mail/", {"reply": "digest", "level": "immediate"})
    client.post("/settings/mail/", {"reply": "none", "level": "immediate"})
    chosen = dict(MailPreference.objects.values_list("kind", "choice"))
    assert chosen == {"reply": "none", "level": "immediate"}


def test_a_choice_that_does_not_exist_is_refused(client, member):
    register_kind("reply", "Replies")
    assert sign_in(client).post("/settings/mail/", {"reply": "hourly"}).status_code == 400


def test_a_profile_is_private_at_first(client, member, other_learner):
    assert client.get("/u/minji/").status_code == 404
    assert client.get("/u/nobody-here/").status_code == 404
    assert client.get("/u/%00/").status_code == 404
    client.force_login(other_learner)
    assert client.get("/u/minji/").status_code == 404
    client.force_login(member)
    assert "나만 볼 수 있" in client.get("/u/minji/").content.decode()


def test_a_private_profile_looks_like_none(client, member):
    private, missing = client.get("/u/minji/"), client.get("/u/nobody/")
    assert private.content.replace(b"minji", b"nobody") == missing.content


@pytest.fixture
def section_template(settings, tmp_path):
    """A template section.html that only this test has."""
    (tmp_path / "section.html").write_text("section: {{ text }}")
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**engine, "DIRS": [*engine["DIRS"], tmp_path]}]


def test_a_public_profile_shows_what_its_owner_allows(client, member, section_template):
    for name in ("level", "badges", "empty"):
        register_profile_section(
            name,
            "section.html",
            lambda owner, viewer, name=name: None if name == "empty" else {"text": name},
            label=name.title(),
        )
    member.profile_public, member.profile_sections = True, ["level", "empty"]
    member.save()
    page = client.get("/u/MINJI/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "section: level" in text
    assert "badges" not in text
    assert "minji@example.com" not in text


def test_each_device_can_be_signed_out_alone(client, member):
    sign_in(client)
    phone = sign_in(Client(HTTP_USER_AGENT="Phone"))
    tablet = sign_in(Client(HTTP_USER_AGENT="Tablet"))
    number = UserSession.objects.get(user_agent="Phone").pk
    assert "Phone" in client.get("/accounts/sessions/").content.decode()
    client.post(f"/settings/sessions/{number}/end/")
    assert phone.get("/settings/data/").status_code == 302
    assert tablet.get("/settings/data/").status_code == 200


def test_nobody_signs_out_somebody_elses_device(client, member, other_learner):
    sign_in(client)
    number = UserSession.objects.get().pk
    stranger = Client()
    stranger.force_login(other_learner)
    assert stranger.post(f"/settings/sessions/{number}/end/").status_code == 404
    assert client.get("/settings/data/").status_code == 200


def test_the_header_shows_how_much_is_unread(client, member):
    from accounts.notifications import notify_many

    notify_many([make_notice(member, f"reply:{n}") for n in range(3)])
    page = sign_in(client).get("/settings/data/").content.decode()
    assert '<span class="tool__count" aria-hidden="true">3</span>' in page
