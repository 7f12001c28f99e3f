"""Send one encrypted push to one device. The worker imports it when there is one to send."""

import json
import logging
from enum import Enum
from typing import Any

import requests
from django.conf import settings
from pywebpush import WebPushException, webpush

from accounts.models import PushSubscription
from accounts.push.services import host_of

log = logging.getLogger(__name__)
TIMEOUT = 10  # seconds
GONE = {404, 410}


class Result(Enum):
    """What became of a push."""

    SENT = "sent"
    GONE = "gone"
    FAILED = "failed"


class NoRedirects(requests.Session):
    """A session that goes where it is sent and no further."""

    def request(self, *args: Any, **options: Any) -> requests.Response:
        """Send a request without following a redirect."""
        return super().request(*args, **{**options, "allow_redirects": False})


def new_session() -> requests.Session:
    """Return the session of a run over the outbox."""
    return NoRedirects()


def send(
    session: requests.Session, device: PushSubscription, payload: dict[str, Any], *, ttl: int
) -> Result:
    """Encrypt and send; `ttl` in seconds: how long the service keeps it for a device that is off.

    Never raises for what the service answers or how it fails.
    """
    if not host_of(device.endpoint):
        return Result.GONE
    try:
        webpush(
            {"endpoint": device.endpoint, "keys": {"p256dh": device.p256dh, "auth": device.auth}},
            json.dumps(payload, ensure_ascii=False),
            vapid_private_key=settings.PUSH_KEY,
            vapid_claims={"sub": settings.PUSH_CONTACT},
            timeout=TIMEOUT,
            ttl=ttl,
            headers={"Topic": payload["tag"], "Urgency": "normal"},
            requests_session=session,
        )
    except WebPushException as error:
        status = error.response.status_code if error.response is not None else 0
        if status in GONE:
            return Result.GONE
        log.warning("The push service %s answered %s", host_of(device.endpoint), status)
        return Result.FAILED
    except requests.RequestException as error:
        log.warning("No answer of %s: %s", host_of(device.endpoint), type(error).__name__)
        return Result.FAILED
    return Result.SENT
