"""The model of devices; it is one of `accounts.models`."""

from hashlib import sha256

from django.conf import settings
from django.db import models
from django.utils import timezone


class PushSubscription(models.Model):
    """A browser in which a learner switched pushes on: where to send, and keys to encrypt for."""

    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="push_subscriptions"
    )
    endpoint = models.CharField(max_length=1000, unique=True)
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    browser = models.CharField(max_length=200, blank=True)  # its User-Agent
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        app_label = "accounts"

    def __str__(self) -> str:
        return f"since {self.created_at:%Y-%m-%d}"

    @property
    def mark(self) -> str:
        """What a browser recognizes its own subscription by; the endpoint itself is a secret."""
        return sha256(self.endpoint.encode()).hexdigest()
