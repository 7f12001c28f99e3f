"""Accounts of a development site."""

import secrets
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db import transaction

from accounts.models import User

MODERATORS = "Moderator"


@dataclass(frozen=True)
class DemoPerson:
    """Sign-in data of a new demo account."""

    role: str
    email: str
    password: str


# Role, address, handle, display name.
PEOPLE = (
    ("learner", "learner@example.com", "demo-learner", "민지"),
    ("staff", "staff@example.com", "demo-staff", "소라"),
    ("moderator", "moderator@example.com", "demo-moderator", "하늘"),
)


def make_people() -> list[DemoPerson]:
    """Create missing demo accounts, each with its own password. Returns the new ones."""
    known = set(User.objects.values_list("email", flat=True))
    return [make_person(*person) for person in PEOPLE if person[1] not in known]


@transaction.atomic
def make_person(role: str, email: str, handle: str, display_name: str) -> DemoPerson:
    """Create one demo account with a verified address."""
    password = secrets.token_urlsafe(9)
    user = User.objects.create_user(
        email,
        password,
        handle=handle,
        display_name=display_name,
        is_staff=role != "learner",
        is_superuser=role == "staff",
    )
    if role == "moderator":
        user.groups.add(Group.objects.get_or_create(name=MODERATORS)[0])
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return DemoPerson(role, email, password)
