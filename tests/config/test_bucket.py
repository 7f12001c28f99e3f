"""Uploads in object storage: moto stands in for S3."""

import zipfile

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from moto import mock_aws

from config import checks
from config.backup.restoring import restore
from config.backup.writing import write
from config.bucket import Bucket
from config.errors import UploadsAway
from course.content.images.cleaning import clean
from course.content.images.storing import store_image
from course.models import Image
from tests.course.authoring.folders import picture

pytestmark = pytest.mark.django_db(transaction=True)
BUCKET = "uploads"


@pytest.fixture
def bucket(settings, monkeypatch):
    """The site keeps its uploads in a bucket, below a folder."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with mock_aws():
        made = boto3.resource("s3", region_name="us-east-1").create_bucket(Bucket=BUCKET)
        use_bucket(settings, location="site")
        yield made
    storages._storages.clear()


def use_bucket(settings, **options):
    settings.MEDIA_S3_BUCKET = BUCKET
    options = {"bucket_name": BUCKET, "region_name": "us-east-1", **options}
    default = {"BACKEND": "config.bucket.Bucket", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "default": default}


@pytest.fixture
def image(bucket) -> Image:
    return store_image(cleaned=clean(picture(900, 500), "plot.png"), alt="")


def names(bucket) -> list[str]:
    return sorted(each.key for each in bucket.objects.all())


def test_a_picture_and_its_sizes_are_put_into_the_bucket(bucket, image):
    expected = [image.file, *map(image.variant_file, image.variants)]
    assert names(bucket) == sorted(f"site/{name}" for name in expected)
    assert len(expected) > 1


def test_the_same_picture_is_not_sent_twice(bucket, image, monkeypatch):
    monkeypatch.setattr(Bucket, "_save", lambda *_: pytest.fail("sent again"))
    assert store_image(cleaned=clean(picture(900, 500), "plot.png"), alt="") == image


def test_readers_get_it_from_the_site(client, image):
    answer = client.get(f"/media/{image.file}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/png"
    assert "immutable" in answer["Cache-Control"]
    assert answer.content[:4] == b"\x89PNG"


def test_a_picture_that_is_not_there_is_not_found(client, bucket):
    assert client.get(f"/media/images/00/{'0' * 64}.png").status_code == 404


def test_a_storage_that_is_away_is_told_with_503(client, settings, image):
    use_bucket(settings, endpoint_url="http://127.0.0.1:9", access_key="k", secret_key="s")
    answer = client.get(f"/media/{image.file}")
    assert (answer.status_code, answer["Retry-After"]) == (503, "15")


def test_a_storage_that_refuses_is_away_too(bucket):
    bucket.delete()
    with pytest.raises(UploadsAway, match="NoSuchBucket"):
        storages["default"].save("images/a.png", ContentFile(b"x"))


def test_a_backup_has_what_is_in_the_bucket(bucket, image, tmp_path):
    manifest = write(tmp_path / "b.zip")
    expected = {image.file, *map(image.variant_file, image.variants)}
    assert set(manifest["media"]) == expected
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert archive.read(f"media/{image.file}")[:4] == b"\x89PNG"


def test_a_restore_puts_back_what_is_missing_and_removes_nothing(bucket, image, tmp_path):
    write(tmp_path / "b.zip")
    before = names(bucket)
    bucket.Object(f"site/{image.file}").delete()
    bucket.put_object(Key="site/images/later.png", Body=b"x")
    restore(tmp_path / "b.zip", overwrite=True)
    assert names(bucket) == sorted([*before, "site/images/later.png"])
    assert Image.objects.get().sha256 == image.sha256


def test_a_bucket_without_its_packages_is_a_fault_of_the_settings(settings, monkeypatch):
    settings.MEDIA_S3_BUCKET = BUCKET
    assert checks.uploads_have_their_packages(None) == []
    monkeypatch.setattr(checks, "find_spec", lambda _name: None)
    assert [each.id for each in checks.uploads_have_their_packages(None)] == ["config.E008"]
