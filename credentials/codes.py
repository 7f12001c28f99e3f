"""The QR code of a certificate: it leads to the check of its number."""

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from credentials.models import Certificate

BORDER = 2  # modules of white; the page and the picture add theirs


def check_address(certificate: Certificate) -> str:
    """Return the full address that says whether the certificate is valid."""
    return f"{settings.SITE_URL}{reverse('certificate-check')}?number={certificate.shown_number}"


def modules_of(certificate: Certificate) -> list[list[bool]]:
    """Return the code as rows of dark modules, without a border."""
    code = segno.make(check_address(certificate), error="m", micro=False)
    return [[bool(module) for module in row] for row in code.matrix]


def inline_code(certificate: Certificate) -> SafeString:
    """Return the code as SVG for the page, with a text alternative."""
    code = segno.make(check_address(certificate), error="m", micro=False)
    picture = code.svg_inline(
        border=BORDER, dark="#000", light=None, svgclass="certificate__qr", lineclass=None,
        omitsize=True,
    )  # fmt: skip
    label = _("QR code that leads to the check of this number")
    # It holds numbers and our own class only: the address is drawn, not written.
    return format_html('<span role="img" aria-label="{}">{}</span>', label, mark_safe(picture))
