"""Journeys from sign-up to account deletion, in Chromium and both languages."""

import io
import json
import re
import zipfile

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail

from accounts.mailing.delivery import deliver_due
from accounts.models import User
from accounts.notifications import Notice, notify
from tests.accounts.conftest import code_in
from tests.factories import make_person, verify

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "stars-over-seoul-7"
LANGUAGES = pytest.mark.parametrize("prefix", ["", "/en"], ids=["ko", "en"])


@pytest.fixture
def watched(page):
    """The page; the test fails if the browser reports an error or a blocked resource."""
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "console",
        lambda message: (
            errors.append(message.text)
            if message.type == "error" and "status of 4" not in message.text
            else None
        ),
    )
    yield page
    assert errors == []


def mailed_code() -> str:
    """Deliver queued mails and return the code in the newest."""
    deliver_due()
    return code_in(mail.outbox[-1])


def make_member(email="minji@example.com") -> User:
    person = make_person(
        "minji", email=email, password=PASSWORD, display_name="민지", time_zone_confirmed=True
    )
    return verify(person)


def submit(page) -> None:
    """Press the page's main button and wait for the answer."""
    with page.expect_navigation():
        page.locator("main form .button--primary").first.click()


def sign_in(page, prefix="") -> None:
    page.goto(f"{prefix}/accounts/login/")
    page.fill("input[name=login]", "minji@example.com")
    page.fill("input[name=password]", PASSWORD)
    submit(page)


def sign_out(page) -> None:
    page.click("details.menu[data-theme-url] summary")
    with page.expect_navigation():
        page.click("[data-sign-out] button")


def is_signed_in(page) -> bool:
    return page.locator("body[data-learner]").count() == 1


def confirm_password(page) -> None:
    """Answer the question for the password, if it is asked."""
    if "/reauthenticate/" in page.url:
        page.fill("input[name=password]", PASSWORD)
        submit(page)


def add_authenticator(page):
    """A virtual passkey device in this browser."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session


@LANGUAGES
def test_sign_up_then_passkey_then_sign_in_with_it(watched, prefix):
    page = watched
    add_authenticator(page)
    page.goto(f"{prefix}/accounts/signup/")
    page.fill("input[name=email]", "new@example.com")
    page.fill("input[name=password1]", PASSWORD)
    submit(page)
    page.fill("input[name=code]", mailed_code())
    submit(page)
    assert is_signed_in(page)
    user = User.objects.get()
    assert EmailAddress.objects.get(user=user).verified
    assert user.time_zone == "Asia/Seoul"

    page.goto(f"{prefix}/accounts/2fa/webauthn/add/")
    confirm_password(page)
    page.check("input[name=passwordless]")
    with page.expect_navigation():
        page.click("#mfa_webauthn_add")
    assert Authenticator.objects.filter(user=user, type="webauthn").exists()

    sign_out(page)
    assert not is_signed_in(page)
    page.goto(f"{prefix}/accounts/login/")
    with page.expect_navigation():
        page.click("#passkey_login")
    page.wait_for_selector("body[data-learner]")


@LANGUAGES
def test_sign_up_with_a_passkey_and_no_password(watched, prefix):
    page = watched
    add_authenticator(page)
    page.goto(f"{prefix}/accounts/signup/passkey/")
    page.fill("input[name=email]", "new@example.com")
    submit(page)
    page.fill("input[name=code]", mailed_code())
    submit(page)
    with page.expect_navigation():
        page.click("#mfa_webauthn_signup")
    page.wait_for_selector("body[data-learner]")
    user = User.objects.get()
    assert not user.has_usable_password()
    assert Authenticator.objects.filter(user=user, type="webauthn").exists()


@LANGUAGES
def test_sign_in_with_a_mailed_code(watched, prefix):
    page = watched
    make_member()
    page.goto(f"{prefix}/accounts/login/code/")
    page.fill("input[name=email]", "minji@example.com")
    submit(page)
    page.fill("input[name=code]", mailed_code())
    submit(page)
    assert is_signed_in(page)


@LANGUAGES
def test_reset_the_password(watched, prefix):
    page = watched
    member = make_member()
    page.goto(f"{prefix}/accounts/password/reset/")
    page.fill("input[name=email]", "minji@example.com")
    submit(page)
    page.fill("input[name=code]", mailed_code())
    submit(page)
    page.fill("input[name=password1]", "another-night-sky-3")
    page.fill("input[name=password2]", "another-night-sky-3")
    submit(page)
    member.refresh_from_db()
    assert member.check_password("another-night-sky-3")


def totp_code(secret: str) -> str:
    """What an authenticator app shows now."""
    import time

    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@LANGUAGES
def test_an_authenticator_app_is_asked_for_at_sign_in(watched, prefix):
    page = watched
    make_member()
    sign_in(page, prefix)
    page.goto(f"{prefix}/accounts/2fa/totp/activate/")
    confirm_password(page)
    secret = page.input_value("#authenticator_secret")
    assert page.locator("img.qr").evaluate("image => image.naturalWidth") > 0
    page.fill("input[name=code]", totp_code(secret))
    submit(page)
    codes = page.locator("textarea, pre").first
    recovery = re.findall(r"\b\d{8}\b", page.content() + codes.inner_text())
    assert recovery
    sign_out(page)
    sign_in(page, prefix)
    assert not is_signed_in(page)
    page.fill("input[name=code]", recovery[0])
    submit(page)
    assert is_signed_in(page)


@LANGUAGES
def test_signing_out_another_device(watched, new_context, prefix):
    page = watched
    make_member()
    phone = new_context(user_agent="Mozilla/5.0 (iPhone; CPU iPhone OS) Safari/605").new_page()
    sign_in(phone, prefix)
    sign_in(page, prefix)
    page.goto(f"{prefix}/accounts/sessions/")
    device = page.locator("li", has_text="Safari · iPhone")
    with page.expect_navigation():
        device.locator("button").click()
    phone.goto(f"{prefix}/settings/data/")
    assert "/accounts/login/" in phone.url


@LANGUAGES
def test_leaving_and_coming_back(watched, prefix):
    page = watched
    member = make_member()
    sign_in(page, prefix)
    page.goto(f"{prefix}/settings/delete/")
    confirm_password(page)
    with page.expect_navigation():
        page.locator("main form .button--danger").click()
    sign_out(page)
    sign_in(page, prefix)
    page.goto(f"{prefix}/notifications/")
    with page.expect_navigation():
        page.locator(".notice--warning button").first.click()
    member.refresh_from_db()
    assert member.delete_at is None


@LANGUAGES
def test_the_export_can_be_opened(watched, prefix):
    page = watched
    member = make_member()
    notify(Notice(member, "reply:1", "reply", "준님이 답글을 남겼어요", "/"))
    sign_in(page, prefix)
    page.goto(f"{prefix}/accounts/reauthenticate/?next={prefix}/settings/data/")
    confirm_password(page)
    with page.expect_download() as download:
        page.locator("form[action$='download/'] button").click()
    archive = zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes()))
    assert json.loads(archive.read("account/account.json"))["handle"] == "minji"
    told = json.loads(archive.read("account/notifications.json"))
    assert told[0]["text"] == "준님이 답글을 남겼어요"


@LANGUAGES
def test_the_theme_button_is_remembered_on_other_devices(watched, new_context, prefix):
    page = watched
    make_member()
    sign_in(page, prefix)
    page.goto(f"{prefix}/settings/data/")
    for _click in range(2):
        with page.expect_response("**/settings/theme/"):
            page.click("[data-theme-switch]")
    other = new_context().new_page()
    sign_in(other, prefix)
    other.goto(f"{prefix}/settings/data/")
    assert other.locator("html").get_attribute("data-theme") == "dark"


def theme_of(page):
    return page.evaluate("[document.documentElement.dataset.theme ?? 'auto', localStorage.theme]")


def test_the_settings_win_over_what_the_theme_button_once_chose(watched):
    page = watched
    member = make_member()
    sign_in(page)
    page.goto("/settings/preferences/")
    for _click in range(2):
        with page.expect_response("**/settings/theme/"):
            page.click("[data-theme-switch]")
    assert theme_of(page) == ["dark", "dark"]
    page.reload()
    page.select_option("select[name=theme]", "auto")
    with page.expect_navigation():
        page.click("#main form button[type=submit]")
    member.refresh_from_db()
    assert member.theme == "auto"
    assert theme_of(page) == ["auto", None]
    # Chosen on another device: this browser's own pages follow.
    User.objects.update(theme="light")
    page.reload()
    assert theme_of(page) == ["light", "light"]
    page.context.clear_cookies()
    page.goto("/")
    assert theme_of(page) == ["light", "light"]


def test_the_browser_proposes_its_time_zone(new_context):
    member = make_member()
    User.objects.update(time_zone_confirmed=False)
    page = new_context(timezone_id="Europe/Berlin").new_page()
    sign_in(page)
    page.goto("/")
    assert page.inner_text("[data-zone-name]") == "Europe/Berlin"
    with page.expect_navigation():
        page.click("[data-zone-yes]")
    member.refresh_from_db()
    assert (member.time_zone, member.time_zone_confirmed) == ("Europe/Berlin", True)


def test_everything_but_passkeys_works_without_javascript(new_context):
    member = make_member()
    page = new_context(java_script_enabled=False).new_page()
    notify(Notice(member, "reply:1", "reply", "준님이 답글을 남겼어요", "/"))
    page.goto("/accounts/login/code/")
    page.fill("input[name=email]", "minji@example.com")
    submit(page)
    page.fill("input[name=code]", mailed_code())
    submit(page)
    page.goto("/notifications/")
    page.locator(".told form button").first.click()
    page.wait_for_load_state()
    assert not member.notifications.unread().exists()
    page.goto("/settings/profile/")
    page.fill("input[name=display_name]", "별민지")
    submit(page)
    member.refresh_from_db()
    assert member.display_name == "별민지"
