"""Every account page, both languages, light and dark, two widths: no fault in the browser."""

import pytest
from allauth.account.models import EmailAddress

from accounts.models import User
from accounts.notifications import Notice, notify_many
from accounts.registry import profile_sections
from tests.browser.gate import Watch, axe_violations, faults_of, overflow
from tests.browser.test_accounts_journeys import confirm_password, make_member, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

FOR_STRANGERS = [
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/signup/passkey/",
    "/accounts/login/code/",
    "/accounts/password/reset/",
]
PERSONAL = [
    "/notifications/",
    "/notifications/?page=2",
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
    "/accounts/sessions/",
    "/accounts/logout/",
    "/accounts/reauthenticate/",
]


def faults_at_both_widths(page, path: str, watch: Watch) -> list[str]:
    """What is wrong with a page on a phone and on a desk."""
    page.set_viewport_size({"width": 360, "height": 800})
    found = faults_of(page, path, watch)
    page.set_viewport_size({"width": 1280, "height": 800})
    found += [f"{path} at 1280: {fault}" for fault in [*overflow(page), *axe_violations(page)]]
    # Leaving a page early ends the loading of its icon, which harms nobody.
    return [fault for fault in found if "icon.svg" not in fault]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("prefix", ["", "/en"], ids=["ko", "en"])
def test_account_pages_have_no_fault(new_context, prefix, theme):
    member = make_member()
    User.objects.update(
        time_zone_confirmed=False, profile_public=True, profile_sections=list(profile_sections)
    )
    EmailAddress.objects.create(
        user=member, email="a.second.and.much.longer@example.com", verified=True
    )
    text = "준님이 「jit으로 함수 빠르게 만들기」에 답글을 남겼어요"
    notify_many([Notice(member, f"r:{n}", "reply", text, "/", "본문") for n in range(25)])
    page = new_context(color_scheme=theme).new_page()
    watch = Watch(page)
    found = []
    for path in FOR_STRANGERS:
        found += faults_at_both_widths(page, prefix + path, watch)
    sign_in(page, prefix)
    page.goto(f"{prefix}/accounts/reauthenticate/?next={prefix}/settings/data/")
    confirm_password(page)
    for path in PERSONAL:
        found += faults_at_both_widths(page, prefix + path, watch)
    assert found == []
