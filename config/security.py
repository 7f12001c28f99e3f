"""The site's Content-Security-Policy."""

from functools import lru_cache

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import override

# What csp's decorators leave on a response that wants a policy of its own.
OWN_POLICY = {"_csp_config", "_csp_update", "_csp_replace", "_csp_exempt"}


@lru_cache(maxsize=1)
def admin_prefixes() -> tuple[str, ...]:
    """Return the admin's path in each language."""
    prefixes = []
    for code, _name in settings.LANGUAGES:
        with override(code):
            prefixes.append(reverse("admin:index"))
    return tuple(prefixes)


@lru_cache(maxsize=2)
def policy(for_admin: bool) -> str:
    """Return the policy header; in the admin scripts may also define a default trusted type.

    Django's admin uses jQuery, which writes HTML from strings. static/js/admin/trusted.js accepts
    only HTML without scripts; no other page has such a policy.
    """
    return build_policy(update={"trusted-types": ["default"]} if for_admin else None)


class ContentPolicyMiddleware(CSPMiddleware):
    """django-csp with both policies built once instead of for each response."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Set the header, unless the response has its own policy or is a debug page."""
        own = not OWN_POLICY.isdisjoint(response.__dict__) or "_csp_nonce" in request.__dict__
        if own or (settings.DEBUG and response.status_code == 500):
            return super().process_response(request, response)
        for_admin = request.path_info.startswith(admin_prefixes())
        response.headers.setdefault(HEADER, policy(for_admin))
        return response
