"""Finding an account and acting on it, for the commands of operators."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.management.base import CommandError
from django.db import transaction

from accounts import security_log
from accounts.handles import normalize_handle
from accounts.models import User
from comments.groups import GROUP


def find_person(text: str) -> User:
    """Return the account with this address or handle. Raises CommandError."""
    if "@" in text.lstrip("@"):
        found = User.objects.filter(email__iexact=text).first()
    else:
        found = User.objects.filter(handle=normalize_handle(text.lstrip("@"))).first()
    if found is None:
        raise CommandError("There is no account with this address or handle.")
    return found


@transaction.atomic
def make_moderator(person: User) -> bool:
    """Make the person a moderator. Returns False for somebody who is one already."""
    if person.is_staff and person.groups.filter(name=GROUP).exists():
        return False
    person.is_staff = True
    person.save(update_fields=["is_staff"])
    person.groups.add(person.groups.model.objects.get(name=GROUP))
    security_log.write("made moderator", person)
    return True


@transaction.atomic
def stop_being_moderator(person: User) -> bool:
    """Take the role away. Returns False for somebody who hasn't got it.

    Who writes lessons or may do everything keeps access to the admin.
    """
    group = person.groups.filter(name=GROUP).first()
    if group is None:
        return False
    person.groups.remove(group)
    person.is_staff = person.is_superuser or person.groups.exists()
    person.save(update_fields=["is_staff"])
    security_log.write("no moderator any more", person)
    return True


@transaction.atomic
def reset_second_factor(person: User) -> int:
    """Remove the second factors and sign out everywhere. Returns the number removed."""
    removed = Authenticator.objects.filter(user=person).delete()[0]
    security_log.write("second factor reset", person)
    sign_out(person)
    return removed


@transaction.atomic
def sign_out(person: User) -> int:
    """End every session of the person. Returns their number."""
    sessions = list(UserSession.objects.filter(user=person))
    for session in sessions:
        session.end()
    security_log.write("signed out everywhere", person)
    return len(sessions)


def has_verified_address(person: User) -> bool:
    """Return whether the person has confirmed an address, as everybody who signs in has."""
    return EmailAddress.objects.filter(user=person, verified=True).exists()
