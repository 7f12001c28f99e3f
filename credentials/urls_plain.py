"""URLs without language prefix: what verifiers fetch."""

from django.urls import path, register_converter

from credentials.views import badges


class ListNumber:
    """A number that a column holds."""

    regex = "0|[1-9][0-9]{0,7}"

    def to_python(self, value: str) -> int:
        """Return the number."""
        return int(value)

    def to_url(self, value: int) -> str:
        """Return the number as text."""
        return str(value)


register_converter(ListNumber, "list_number")

urlpatterns = [
    path(".well-known/did.json", badges.did_document, name="did-document"),
    path(".well-known/jwks.json", badges.key_set, name="key-set"),
    path(".well-known/openbadges/issuer.json", badges.issuer_profile, name="issuer-profile"),
    path("credentials/status/<list_number:number>", badges.status_list, name="status-list"),
]
