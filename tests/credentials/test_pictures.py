from io import BytesIO

import pytest
from PIL import Image, ImageChops

from credentials import pictures
from credentials.codes import check_address, inline_code
from credentials.issuing import change, revoke
from tests.credentials.conftest import certify


def opened(answer) -> Image.Image:
    """The picture of an answer."""
    assert answer["Content-Type"] == "image/png"
    return Image.open(BytesIO(answer.content)).convert("RGB")


def ink(image: Image.Image, top: int, bottom: int) -> int:
    """How many pixels of these rows are not paper, within the frame."""
    part = image.crop((60, top, 1140, bottom))
    plain = Image.new("RGB", part.size, pictures.PAPER)
    strong = ImageChops.difference(part, plain).convert("L").point(lambda p: 255 * (p > 40))
    return strong.histogram()[255]


def picture_of(client, certificate, prefix: str = "") -> Image.Image:
    return opened(client.get(f"{prefix}{certificate.get_absolute_url()}picture.png"))


def test_everybody_gets_the_picture_of_a_public_certificate(client, certificate):
    answer = client.get(f"{certificate.get_absolute_url()}picture.png")
    assert opened(answer).size == (1200, 630)
    assert len(answer.content) < 100_000
    assert "public" in answer["Cache-Control"]


def test_the_page_names_the_picture_for_those_who_share_it(client, certificate):
    page = client.get(f"/en{certificate.get_absolute_url()}").content.decode()
    assert f'/en/certificates/{certificate.number}/picture.png"' in page
    change(certificate=certificate, name="x", public=False)
    client.force_login(certificate.learner)
    assert "og:image" not in client.get(certificate.get_absolute_url()).content.decode()


def test_a_private_and_a_revoked_one_have_none(client, certificate):
    url = f"{certificate.get_absolute_url()}picture.png"
    change(certificate=certificate, name="x", public=False)
    assert client.get(url).status_code == 404
    client.force_login(certificate.learner)
    assert "private" in client.get(url)["Cache-Control"]
    revoke(certificate=certificate, reason="x")
    assert client.get(url).status_code == 404


def test_another_name_is_another_picture(client, certificate):
    before = picture_of(client, certificate)
    change(certificate=certificate, name="Somebody Else", public=True)
    assert ImageChops.difference(before, picture_of(client, certificate)).getbbox()


def test_without_a_font_for_hangul_latin_is_drawn_and_the_rest_left_out(
    client, finisher, monkeypatch
):
    monkeypatch.setattr(pictures, "DEBIAN", (pictures.Path("/nowhere.ttc"), 0))
    pictures.font_of.cache_clear()
    try:
        hangul = picture_of(client, certify(finisher))
        change(certificate=finisher.certificates.get(), name="Minji Kim", public=True)
        latin = picture_of(client, finisher.certificates.get())
    finally:
        pictures.font_of.cache_clear()
    assert ink(hangul, 60, 200) > 1000  # the site and the kind, in English
    assert ink(latin, 60, 480) > ink(hangul, 60, 480)


@pytest.mark.parametrize(
    "name", ["가" * 60, "W" * 60, "\u0e01\u0e33", "🌱", "ا ب"], ids=["ko", "w", "th", "emoji", "ar"]
)
def test_odd_names_stay_within_the_frame(client, finisher, name):
    image = picture_of(client, certify(finisher, name=name))
    right = image.crop((1180, 0, 1200, 630))
    assert len(right.getcolors()) == 1


def test_the_code_leads_to_the_check_of_the_number(certificate, settings):
    settings.SITE_URL = "https://learn.example.org"
    number = certificate.shown_number
    assert check_address(certificate).endswith(f"/certificates/check/?number={number}")
    assert check_address(certificate).startswith("https://learn.example.org/")
    assert 'role="img"' in inline_code(certificate)
    assert "style=" not in inline_code(certificate)


def test_letters_that_the_font_lacks_are_left_out(certificate):
    sheet = pictures.Sheet(certificate)
    assert sheet.can_say("Kim Minji · 1-2")
    assert not sheet.can_say("🌱")
