"""One run over the notifications that are to be pushed: claim, recheck, send.

A push is sent once or not at all: the claim comes before the sending. When no device could be
reached, it is tried again for an hour.
"""

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.mailing.delivery import recheck
from accounts.mailing.messages import default_choice
from accounts.models import MailPreference, Notification, PushSubscription
from accounts.notifications import Notice
from accounts.push.devices import wants_push
from accounts.push.keys import is_on
from accounts.registry import kinds
from accounts.zones import is_quiet, next_hour_of_day, zone_named

if TYPE_CHECKING:
    import requests

log = logging.getLogger(__name__)
AT_ONCE = 200
WAIT = timedelta(minutes=5)
GIVE_UP_AFTER = timedelta(hours=1)
TTL = 24 * 3600  # seconds; of what is for a day alone, less
TIMED_TTL = 2 * 3600
LONGEST_TEXT = 300


def push_due() -> int:
    """Push what is due. Returns how many notifications reached a device; no query when off."""
    if not is_on():
        return 0
    due = Notification.objects.filter(push_at__lte=timezone.now()).select_related("learner")
    rows = list(due.order_by("push_at")[:AT_ONCE])
    if not rows:
        return 0
    from accounts.push.sending import new_session

    with new_session() as session:
        return sum(pushed_or_logged(session, row) for row in rows)


def pushed_or_logged(session: "requests.Session", row: Notification) -> bool:
    """Push one notification and log an error, so that the others are still pushed."""
    try:
        return push(session, row)
    except Exception:
        log.exception("The notification %s could not be pushed", row.pk)
        return False


def push(session: "requests.Session", row: Notification) -> bool:
    """Push one notification to all devices of its learner. Returns whether one has it."""
    learner, now = row.learner, timezone.now()
    hour = now.astimezone(zone_named(learner.time_zone)).hour
    if is_quiet(hour, learner.quiet_from, learner.quiet_until):
        claim(row, next_hour_of_day(now, learner.quiet_until, learner.time_zone))
        return False
    if not claim(row, None):
        return False
    devices = list(PushSubscription.objects.filter(learner=learner).order_by("pk"))
    if not devices or row.kind not in kinds or not wants_push(learner, kinds[row.kind]):
        return False
    notices = recheck([row])
    if not notices:
        return False
    return send_to_all(session, row, payload_of(row, notices[0]), devices)


def claim(row: Notification, following: Any) -> bool:
    """Move the time of the push on. Returns False when another worker did."""
    # The condition on `push_at` is the lock: a row that another worker claimed has another time.
    return bool(
        Notification.objects.filter(pk=row.pk, push_at=row.push_at).update(push_at=following)
    )


def send_to_all(
    session: "requests.Session",
    row: Notification,
    payload: dict[str, Any],
    devices: list[PushSubscription],
) -> bool:
    """Send to each device, forgetting those that are gone. Tries again later if all failed."""
    from accounts.push.sending import Result, send

    ttl = TIMED_TTL if kinds[row.kind].timed else TTL
    results = [send(session, device, payload, ttl=ttl) for device in devices]
    gone = [
        device.pk for device, result in zip(devices, results, strict=True) if result is Result.GONE
    ]
    PushSubscription.objects.filter(pk__in=gone).delete()
    if Result.SENT in results:
        return True
    if Result.FAILED in results and timezone.now() - row.created_at < GIVE_UP_AFTER:
        Notification.objects.filter(pk=row.pk).update(push_at=timezone.now() + WAIT)
    return False


def payload_of(row: Notification, notice: Notice) -> dict[str, Any]:
    """Return what the service worker shows, in the learner's language.

    The tag is one for all devices and for every try; of a timed kind one for all its notifications,
    so that a new one takes the place of the old.
    """
    kind = kinds[row.kind]
    preference, _made = MailPreference.objects.get_or_create(
        learner=row.learner, kind=row.kind, defaults={"choice": default_choice(row.kind)}
    )
    with override(row.learner.language):
        return {
            "id": row.pk,
            "tag": f"k-{row.kind}"[:32] if kind.timed else f"n-{row.pk}",
            "title": settings.SITE_NAME,
            "body": notice.text[:LONGEST_TEXT],
            "lang": row.learner.language,
            "url": reverse("notification", args=[row.pk]),
            "stop": reverse("push-stop", args=[preference.token]),
            "stop_label": _("Stop these"),
            "stopped": _("You won't be shown these any more. Your settings can bring them back."),
        }
