"""Signed credentials, verified by openbadgeslib, which fetches from the site as from the web."""

import json
from hashlib import sha256

import jwt
import pytest
from django.test import Client
from django.utils import timezone
from openbadgeslib.ob3 import OB3Verifier
from openbadgeslib.ob3.verifier import OB3VerificationError

from accounts.deletion import erase
from accounts.models import User
from credentials.badges.building import Revoked, signed_certificate
from credentials.badges.keys import rotated
from credentials.issuing import change, revoke
from credentials.models import Credential
from gamification.models import Achievement, Granted
from pagecache.changes import memory
from tests.credentials.conftest import DID, a_key_set, certify, fetched, finish
from tests.factories import make_achievement


@pytest.fixture(autouse=True)
def keys(settings) -> str:
    """A site with a key at its own address."""
    settings.SITE_URL = "https://learn.example.org"
    settings.BADGE_KEYS = a_key_set()
    return settings.BADGE_KEYS


def verify(token: str, **options):
    """Verify as a stranger does who knows the issuer's name: signature, status, everything."""
    verifier = OB3Verifier.for_issuer_did(DID, download=fetched)
    return verifier.verify(token, check_status=True, download=fetched, **options)


@pytest.fixture
def token(client, certificate) -> str:
    """The downloaded credential of Minji's certificate."""
    client.force_login(certificate.learner)
    answer = client.post(f"{certificate.get_absolute_url()}credential/")
    assert answer["Content-Type"] == "application/vc+jwt"
    assert answer["Content-Disposition"] == f'attachment; filename="{certificate.number}.jwt"'
    return answer.content.decode()


def claims(token: str) -> dict:
    return jwt.decode(token, options={"verify_signature": False})


def test_a_stranger_can_verify_a_downloaded_certificate(token, certificate):
    found = verify(token)
    assert found.issuer.id == DID
    assert found.achievement.name == "jax ko"
    names = [each.identity_hash for each in found.identifiers if each.identity_type == "name"]
    assert names == ["김민지"]


def test_downloading_again_gives_the_same_credential_with_the_present_name(
    client, token, certificate
):
    change(certificate=certificate, name="Minji Kim", public=False)
    again = client.post(f"{certificate.get_absolute_url()}credential/").content.decode()
    assert claims(again)["id"] == claims(token)["id"]
    assert verify(again).identifiers[1].identity_hash == "Minji Kim"
    assert Credential.objects.count() == 1


def test_a_tampered_credential_is_refused(token):
    head, body, signature = token.split(".")
    other = claims(token)
    other["credentialSubject"]["identifier"][1]["identityHash"] = "준"
    forged = jwt.encode(other, "x" * 32, algorithm="HS256").split(".")[1]
    for wrong in (f"{head}.{forged}.{signature}", f"{head}.{body}.{signature[:-4]}AAAA"):
        with pytest.raises(OB3VerificationError):
            verify(wrong)


def test_a_credential_of_another_key_is_refused(client, token, certificate, settings):
    settings.BADGE_KEYS = a_key_set("another site's")
    with pytest.raises(OB3VerificationError):
        verify(token)


def test_a_revoked_credential_is_refused(token, certificate):
    verify(token)
    revoke(certificate=certificate, reason="x")
    with pytest.raises(OB3VerificationError, match="revocation"):
        verify(token)


def test_after_erasure_a_credential_is_refused(token, finisher):
    User.objects.update(delete_at=timezone.now())
    assert erase(finisher.pk)
    with pytest.raises(OB3VerificationError, match="revocation"):
        verify(token)


def test_revoking_one_leaves_the_others_valid(client, token, certificate, other_learner, lessons):
    finish(other_learner, lessons)
    other = certify(other_learner, name="준")
    client.force_login(other_learner)
    theirs = client.post(f"{other.get_absolute_url()}credential/").content.decode()
    revoke(certificate=certificate, reason="x")
    assert verify(theirs).identifiers[1].identity_hash == "준"


def test_after_a_rotation_old_and_new_credentials_verify(
    client, token, certificate, settings, keys
):
    for _time in range(2):
        settings.BADGE_KEYS = rotated(settings.BADGE_KEYS)
    verify(token)
    newer = client.post(f"{certificate.get_absolute_url()}credential/").content.decode()
    assert jwt.get_unverified_header(newer)["kid"] != jwt.get_unverified_header(token)["kid"]
    verify(newer)
    published = json.loads(fetched("https://learn.example.org/.well-known/jwks.json"))["keys"]
    assert len(published) == 3
    assert not any("d" in key for key in published)
    revoke(certificate=certificate, reason="x")
    with pytest.raises(OB3VerificationError, match="revocation"):
        verify(token)


def test_a_rotated_key_can_sign_nothing_any_more(keys):
    rows = json.loads(rotated(keys))["keys"]
    assert ["d" in row for row in rows] == [True, False]
    assert rows[1]["n"] == json.loads(keys)["keys"][0]["n"]


def test_nobody_is_named_but_by_the_chosen_name_and_a_salted_hash(token, finisher):
    text = json.dumps(claims(token), ensure_ascii=False)
    for personal in (finisher.email, finisher.handle, finisher.public_id, '"민지"'):
        assert personal not in text
    address = claims(token)["credentialSubject"]["identifier"][0]
    digest = sha256(f"{finisher.email}{address['salt']}".encode()).hexdigest()
    assert address["identityHash"] == f"sha256${digest}"
    assert len(address["salt"]) == 32


def test_the_header_has_what_the_specification_allows(token):
    header = jwt.get_unverified_header(token)
    assert set(header) == {"alg", "typ", "kid", "jwk"}
    assert (header["alg"], header["typ"]) == ("RS256", "JWT")
    assert "d" not in header["jwk"]
    body = claims(token)
    assert body["sub"] == body["credentialSubject"]["id"]
    assert (body["iss"], body["jti"]) == (DID, body["id"])


def test_an_achievement_is_signed_for_those_who_have_it(client, learner):
    make_achievement("first", "lessons", n=1)
    memory.clear()
    client.force_login(learner)
    url = "/achievements/first/credential/"
    assert client.post(url).status_code == 404
    Granted.objects.create(learner=learner, achievement=Achievement.objects.get())
    assert url in client.get("/achievements/").content.decode()
    found = verify(client.post(url).content.decode())
    assert found.achievement.name == "업적 first"
    assert [each.identity_type for each in found.identifiers] == ["emailAddress"]


def test_only_the_owner_can_download(client, certificate, other_learner):
    url = f"{certificate.get_absolute_url()}credential/"
    assert client.post(url)["Location"].startswith("/accounts/login/")
    client.force_login(other_learner)
    assert client.post(url).status_code == 404


def test_following_a_link_makes_no_credential(client, certificate):
    client.force_login(certificate.learner)
    assert client.get(f"{certificate.get_absolute_url()}credential/").status_code == 405
    assert not Credential.objects.exists()


def test_a_revoked_certificate_is_not_signed_again(client, certificate):
    client.force_login(certificate.learner)
    revoke(certificate=certificate, reason="x")
    assert client.post(f"{certificate.get_absolute_url()}credential/").status_code == 404


def test_a_certificate_revoked_meanwhile_gets_no_credential(certificate):
    revoke(certificate=certificate, reason="x")
    with pytest.raises(Revoked):
        signed_certificate(certificate, certificate.learner)
    assert not Credential.objects.exists()


def test_without_a_key_certificates_work_and_nothing_is_signed(client, certificate, settings):
    settings.BADGE_KEYS = ""
    client.force_login(certificate.learner)
    page = client.get(certificate.get_absolute_url())
    assert page.status_code == 200
    assert "credential/" not in page.content.decode()
    answer = client.post(f"{certificate.get_absolute_url()}credential/")
    assert (answer.status_code, Credential.objects.exists()) == (404, False)
    for path in (
        "/.well-known/did.json",
        "/.well-known/jwks.json",
        "/.well-known/openbadges/issuer.json",
        "/credentials/status/0",
    ):
        assert client.get(path).status_code == 404, path


def test_the_issuer_says_who_it_is(settings):
    found = json.loads(fetched("https://learn.example.org/.well-known/openbadges/issuer.json"))
    assert found["id"] == DID
    assert found["name"] == settings.SITE_NAME


def test_a_status_list_costs_the_same_for_many_credentials(
    token, finisher, django_assert_num_queries
):
    def cost():
        with django_assert_num_queries(2):
            assert Client().get("/credentials/status/0").status_code == 200

    cost()
    now = finisher.date_joined
    rows = [Credential(status_list=0, place=n, revoked_at=now) for n in range(10_000)]
    Credential.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    cost()
