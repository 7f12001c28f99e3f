"""What templates may know of the person who looks."""

from django.http import HttpRequest


def learner(request: HttpRequest) -> dict[str, object]:
    """The signed-in learner, or None; reading it opens the session, so pages ask only if needed."""
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    return {"learner": user if signed_in else None}
