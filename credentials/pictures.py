"""The picture of a certificate for sharing, 1200 by 630 pixels, drawn without a browser.

Drawn with a font that has Hangul: that of the settings, or Noto Sans CJK where Debian puts it.
Without one, by the font within Pillow, which has Latin letters only. A line that the font can't
write is left out, so that a picture never shows empty boxes.
"""

from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from PIL import Image, ImageDraw, ImageFont

from credentials.codes import modules_of
from credentials.models import Certificate

WIDTH, HEIGHT = 1200, 630
MARGIN = 36
PAPER, INK, SOFT, ACCENT, JOY = "#fbfaf6", "#22262a", "#565b5f", "#17614a", "#e9a820"
MODULE = 4  # pixels of the QR code
INNER = 72  # from the edge to the text
ACROSS = WIDTH - 2 * INNER
BESIDE_CODE = 840  # pixels for what may stand left of the QR code
LINES = 2  # of a long title
NO_LETTER = "\uffff"  # no font has it
# Where Debian and Ubuntu put fonts-noto-cjk; the second face of the collection is Korean.
DEBIAN = (Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc"), 1)

Font = ImageFont.FreeTypeFont


@lru_cache(maxsize=32)
def font_of(name: str, size: int) -> tuple[Font, bool]:
    """Return the font in this size, and whether it has Hangul. `name`: that of the settings."""
    path, index = (Path(name), 0) if name else DEBIAN
    if path.is_file():
        try:
            return ImageFont.truetype(path, size, index=index), True
        except OSError:  # not a font after all
            pass
    built_in = ImageFont.load_default(size)
    assert isinstance(built_in, ImageFont.FreeTypeFont)  # noqa: S101 - for the type checker
    return built_in, False


def drawn(certificate: Certificate) -> bytes:
    """Return the picture in the active language as PNG."""
    if not font_of(settings.CERTIFICATE_FONT, 40)[1]:
        with override("en"):
            return Sheet(certificate).png()
    return Sheet(certificate).png()


class Sheet:
    """A picture while it is drawn, from top to bottom."""

    def __init__(self, certificate: Certificate) -> None:
        self.certificate = certificate
        self.image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
        self.draw = ImageDraw.Draw(self.image)
        self.y = INNER

    def png(self) -> bytes:
        """Draw everything and return the file."""
        found = self.certificate
        for inset, width in ((MARGIN - 10, 3), (MARGIN, 1)):
            edge = (inset, inset, WIDTH - inset, HEIGHT - inset)
            self.draw.rectangle(edge, outline=ACCENT, width=width)
        self.say(settings.SITE_NAME, 30, ACCENT, after=18)
        self.say(_("Certificate of completion"), 44, INK, after=26)
        if self.say(found.name, 60, INK, after=10):
            self.draw.line((INNER, self.y, INNER + 420, self.y), fill=JOY, width=4)
            self.y += 24
        for line in self.wrapped(found.title, 40):
            self.say(line, 40, INK, after=4, room=BESIDE_CODE)
        self.y = HEIGHT - 150
        date = date_format(found.finished_on, "DATE_FORMAT") if found.finished_on else ""
        number = len(found.lessons)
        count = ngettext("%(count)d lesson", "%(count)d lessons", number) % {"count": number}
        self.say(f"{date} · {count}", 28, SOFT, after=12)
        self.say(found.shown_number, 32, ACCENT)
        self.code()
        file = BytesIO()
        self.image.quantize(64).save(file, "PNG", optimize=True)
        return file.getvalue()

    def font(self, size: int) -> Font:
        """Return the font in this size."""
        return font_of(settings.CERTIFICATE_FONT, size)[0]

    def can_say(self, text: str) -> bool:
        """Whether the font has these letters: none looks like what stands for a missing one."""
        font = self.font(40)
        missing = bytes(font.getmask(NO_LETTER))
        letters = {letter for letter in text if not letter.isspace()}
        return all(bytes(font.getmask(letter)) != missing for letter in letters)

    def say(self, text: str, size: int, colour: str, after: int = 0, room: int = ACROSS) -> bool:
        """Write a line, smaller if it is too wide, and go on below it. Returns whether it did."""
        if not text or not self.can_say(text):
            return False
        while size > 18 and self.font(size).getlength(text) > room:
            size -= 2
        self.draw.text((INNER, self.y), text, font=self.font(size), fill=colour)
        self.y += round(size * 1.3) + after
        return True

    def wrapped(self, text: str, size: int) -> Iterator[str]:
        """Break a title between words into at most LINES lines."""
        line, left = "", LINES
        for word in text.split():
            longer = f"{line} {word}".strip()
            if line and left > 1 and self.font(size).getlength(longer) > BESIDE_CODE:
                yield line
                line, left = word, left - 1
            else:
                line = longer
        yield line

    def code(self) -> None:
        """Draw the QR code on white at the lower right."""
        rows = modules_of(self.certificate)
        side = (len(rows) + 8) * MODULE  # four modules of white on each side
        left, top = WIDTH - INNER - side, HEIGHT - INNER - side
        self.draw.rectangle((left, top, left + side, top + side), fill="white")
        for y, row in enumerate(rows):
            for x, dark in enumerate(row):
                if dark:
                    at = (left + (x + 4) * MODULE, top + (y + 4) * MODULE)
                    end = (at[0] + MODULE - 1, at[1] + MODULE - 1)
                    self.draw.rectangle((*at, *end), fill="black")
