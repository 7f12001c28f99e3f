"""Display names: nobody can pass for the site, for its staff, or for nobody at all."""

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from accounts.names import clean_name, validate_name
from tests.accounts.test_settings import sign_in
from tests.factories import make_person, verify

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("민지", "민지"),
        ("\u1106\u1175\u11ab\u110c\u1175", "민지"),  # decomposed, as macOS writes it
        ("a\u202eb", "ab"),
        ("\u200b", ""),
        ("\u3164\u2800", ""),
        ("a\r\nb\x1b[31m", "a b[31m"),
        ("  Minji\u00a0  Kim ", "Minji Kim"),
        ("\U000e0041x", "x"),
    ],
)
def test_a_name_is_one_visible_line(given, stored):
    assert clean_name(given) == stored


@pytest.mark.parametrize(
    "name",
    [
        "운영자",
        "관리자",
        "C.W.K. 운영진",
        "Admin",
        "adm1n",
        "Site Moderator",
        "운 영 자",
        "관리쟈",
        "ㄱㅘㄴㄹㅣㅈㅏ",
        "ㄱㅗㅏㄴㄹㅣ자",
        "윤영쟈",
        "운영ㅈㅏ",
        "mㅇderator",
        "admㅣn",
        "꽌리자",
    ],
)
def test_a_name_of_the_site_is_refused(name):
    with pytest.raises(ValidationError) as refused:
        validate_name(name, own=None)
    assert refused.value.code == "reserved"


@pytest.mark.parametrize("name", ["소라", "소 라", "SORA", "s0ra", "쏘라", "소랴", "ㅅㅗㄹㅏ"])
def test_a_name_of_staff_is_refused_to_others_alone(staff, name):
    with pytest.raises(ValidationError) as refused:
        validate_name(name, own=None)
    assert refused.value.code == "staff"
    validate_name("소라", own=staff.pk)


@pytest.mark.parametrize("name", ["민지", "Minji Kim", "🐢", "José", "공부하는 사람"])
def test_any_other_name_is_fine(staff, name):
    validate_name(name, own=None)


def test_the_profile_form_cleans_and_refuses_names(client, staff):
    member = verify(make_person("minji"))
    sign_in(client)
    for given, stored in (("a\u202eb", "ab"), ("\u200b\u3164", ""), ("운영자", "")):
        client.post("/settings/profile/", {"handle": "minji", "display_name": given})
        member.refresh_from_db()
        assert member.display_name == stored


def test_a_name_from_a_provider_passes_the_same_gate(rf, staff):
    from types import SimpleNamespace

    from accounts.adapter import SocialAdapter

    for given, stored in (("소라", ""), ("a\u202eb", "ab"), ("관리자", "")):
        login = SimpleNamespace(user=User())
        user = SocialAdapter().populate_user(rf.get("/"), login, {"name": given})
        assert user.display_name == stored
