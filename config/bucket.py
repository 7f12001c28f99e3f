"""Uploads in S3-compatible storage (MEDIA_S3_BUCKET), with django-storages."""

from collections.abc import Callable
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage

from config.errors import UploadsAway

# A reader waits for the answer; the storage beside the site answers in milliseconds.
PATIENT = Config(connect_timeout=2, read_timeout=10, retries={"max_attempts": 2})


def told(name: str) -> Callable[..., Any]:
    """Return the storage's method `name`, which raises UploadsAway when the storage fails."""

    def method(self: "Bucket", *args: Any, **kwargs: Any) -> Any:
        try:
            return getattr(super(Bucket, self), name)(*args, **kwargs)
        except (BotoCoreError, ClientError) as error:
            raise UploadsAway(type(error).__name__) from error

    method.__name__ = name
    return method


class Bucket(S3Storage):
    """A bucket that only the site reads: `course.pages.media` serves the pictures.

    A missing file is a FileNotFoundError, as on disk.
    """

    def get_default_settings(self) -> dict[str, Any]:
        """Add what is the same for every site."""
        return {
            **super().get_default_settings(),
            "client_config": PATIENT,
            # The name is the hash of the content, so the same name is the same file.
            "file_overwrite": True,
        }

    _open = told("_open")
    _save = told("_save")
    delete = told("delete")
    exists = told("exists")
    listdir = told("listdir")
    size = told("size")
