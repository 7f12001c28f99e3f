"""Template context of the signed-in user."""

from django.http import HttpRequest


def learner(request: HttpRequest) -> dict[str, object]:
    """Return the signed-in user or None. Reading it accesses the session, so it is lazy."""
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    return {"learner": user if signed_in else None}
