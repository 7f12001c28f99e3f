"""Log of security events: who by public id, and what; never an address or what was typed.

The logger `security` logs at INFO whatever LOG_LEVEL says. Failed sign-ins name no account, since
the address may be anybody's: the same address has the same short hash within the log.
"""

import logging
from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.utils.crypto import salted_hmac

log = logging.getLogger("security")
# What happened, by the signal that tells it.
EVENTS = {
    account.user_signed_up: "signed up",
    account.user_logged_in: "signed in",
    account.password_set: "password set",
    account.password_changed: "password changed",
    account.password_reset: "password reset",
    account.email_confirmed: "address confirmed",
    account.email_changed: "address changed",
    account.email_added: "address added",
    account.email_removed: "address removed",
    account.login_code_rejected: "sign-in code rejected",
    account.password_reset_code_rejected: "reset code rejected",
    account.email_verification_code_rejected: "address code rejected",
    mfa.authenticator_added: "second factor added",
    mfa.authenticator_removed: "second factor removed",
    mfa.authenticator_reset: "recovery codes renewed",
    mfa.authentication_failed: "second factor wrong",
    user_logged_out: "signed out",
}


def connect() -> None:
    """Log every event; called once, when the app is ready."""
    for signal, what in EVENTS.items():
        signal.connect(Listener(what), weak=False, dispatch_uid=f"security {what}")
    user_login_failed.connect(sign_in_failed, dispatch_uid="security sign-in failed")


class Listener:
    """Logs one kind of event."""

    def __init__(self, what: str) -> None:
        self.what = what

    def __call__(self, **details: Any) -> None:
        """Log it with the account that the signal names."""
        user = details.get("user") or getattr(details.get("email_address"), "user", None)
        write(self.what, user)


def write(what: str, user: Any = None, **more: str) -> None:
    """Write one line."""
    who = getattr(user, "public_id", None) or "nobody"
    log.info("%s: %s%s", what, who, "".join(f" {name}={text}" for name, text in more.items()))


def sign_in_failed(credentials: dict[str, Any], **_details: Any) -> None:
    """Log it by a hash of the address."""
    write("sign-in failed", address=hashed(credentials))


def hashed(credentials: dict[str, Any]) -> str:
    """Return 12 characters that stand for an address in this site's log."""
    given = str(credentials.get("email") or credentials.get("username") or "").strip().lower()
    return salted_hmac("accounts.security_log", given).hexdigest()[:12]
