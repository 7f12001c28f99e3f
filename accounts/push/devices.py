"""The browsers in which a learner switched pushes on."""

import base64
import binascii

from django.db import transaction

from accounts.models import MailPreference, PushSubscription, User
from accounts.push.services import host_of
from accounts.registry import Kind, kinds_for

MOST = 20  # devices of one learner; the oldest leave
KEY_BYTES, SECRET_BYTES = 65, 16  # by RFC 8291


class NoSubscription(ValueError):
    """What a browser sent is no subscription with a known push service."""


@transaction.atomic
def subscribe(*, learner: User, endpoint: str, p256dh: str, auth: str, browser: str) -> None:
    """Keep a browser's subscription; one that another account had in the same browser moves.

    Raises NoSubscription for unknown services and malformed keys.
    """
    if not host_of(endpoint) or not is_key(p256dh, KEY_BYTES) or not is_key(auth, SECRET_BYTES):
        raise NoSubscription
    PushSubscription.objects.update_or_create(
        endpoint=endpoint,
        defaults={"learner": learner, "p256dh": p256dh, "auth": auth, "browser": browser[:200]},
    )
    own = PushSubscription.objects.filter(learner=learner).order_by("-created_at", "-pk")
    own.filter(pk__in=list(own.values_list("pk", flat=True)[MOST:])).delete()


def is_key(text: str, size: int) -> bool:
    """Return whether the text is base64url of so many bytes."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return False
    return len(raw) == size and (size != KEY_BYTES or raw[0] == 4)


def wants_push(learner: User, kind: Kind) -> bool:
    """Return whether the learner has this kind pushed; one query."""
    rows = MailPreference.objects.filter(learner=learner, kind=kind.name)
    chosen = rows.values_list("push", flat=True).first()
    return bool(kind.push if chosen is None else chosen)


def chosen_kinds(learner: User) -> dict[str, bool]:
    """Return for each kind whether it is pushed; one query."""
    rows = MailPreference.objects.filter(learner=learner, push__isnull=False)
    chosen = dict(rows.values_list("kind", "push"))
    return {
        kind.name: bool(chosen.get(kind.name, kind.push))
        for kind in kinds_for(learner)
        if kind.pushable
    }


def choose_kinds(*, learner: User, pushed: set[str]) -> None:
    """Have these kinds pushed and no others; how they are mailed stays as it is."""
    rows = [
        MailPreference(
            learner=learner, kind=kind.name, choice=kind.default, push=kind.name in pushed
        )
        for kind in kinds_for(learner)
        if kind.pushable
    ]
    MailPreference.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["learner", "kind"], update_fields=["push"]
    )
