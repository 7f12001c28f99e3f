"""Which passwords are refused."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import User


@pytest.mark.parametrize(
    "password",
    [
        "C.W.K.2026!!",
        "cwk-cwk-cwk-1",
        "JAXquest2026",
        "ＣＷＫ-ｌｅｓｓｏｎ-1",
        "비밀번호비밀번호99",
        "learn-jax-abc",
    ],
)
def test_a_password_of_the_sites_own_words_is_refused(settings, password):
    settings.SITE_NAME = "C.W.K."
    with pytest.raises(ValidationError, match="사이트 이름"):
        validate_password(password)


def test_the_sites_address_counts_as_its_words(settings):
    settings.SITE_HOST = "academy.example.org"
    with pytest.raises(ValidationError, match="사이트 이름"):
        validate_password("Academy-2026-!")


@pytest.mark.parametrize(
    "password",
    [
        "jax is my favourite toy",
        "quiet-otter-9-lamps",
        "12ab!한글로만든것",
        "가나다라마바사아자차",
    ],
)
def test_other_passwords_are_fine(password):
    validate_password(password)


def test_whoever_signs_up_is_told_why(client, db):
    form = {"email": "new@example.com", "password1": "jaxquest2026"}
    page = client.post(reverse("account_signup"), form)
    assert "사이트 이름" in page.content.decode()
    assert not User.objects.exists()
