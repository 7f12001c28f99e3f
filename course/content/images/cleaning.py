"""Sanitize uploaded pictures, or reject them with a reason.

The type is read from the content, never from the name or the browser's claim. Pixels are decoded
and encoded anew, so nothing else survives: no metadata, no second file appended to the picture.
Cleaning a cleaned picture gives the same bytes, so exports and imports agree.
"""

import io
import warnings
from dataclasses import dataclass
from hashlib import sha256

from django.utils.translation import gettext as _
from PIL import Image as Pillow
from PIL import ImageOps, UnidentifiedImageError

from markup.svg import clean_svg, svg_size
from markup.svg_tree import SvgError

MAX_BYTES = 10_000_000
MAX_PIXELS = 40_000_000
MAX_SIDE = 12_000
# Format as Pillow names it -> the file extensions that may stand for it.
FORMATS = {"PNG": ("png",), "JPEG": ("jpg", "jpeg"), "WEBP": ("webp",)}
# Start-of-image, quantisation, Huffman, frame, scan and JFIF: all that a bare JPEG needs.
BARE_SEGMENTS = {0xDB, 0xC0, 0xC2, 0xC4, 0xDA, 0xDD, 0xE0}


class ImageRefused(Exception):
    """The file is not a picture that a lesson can show; the message says why."""


@dataclass(frozen=True)
class Cleaned:
    """A sanitized picture: only pixels in PNG, JPEG or WebP, or an SVG."""

    data: bytes
    extension: str
    width: int
    height: int

    @property
    def sha256(self) -> str:
        """The hash under which the picture is stored."""
        return sha256(self.data).hexdigest()


def clean(data: bytes, name: str) -> Cleaned:
    """Return the sanitized picture; `name` must match its content. Raises ImageRefused."""
    if len(data) > MAX_BYTES:
        raise ImageRefused(_("The image is larger than 10 MB."))
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    if extension == "svg":
        return clean_drawing(data)
    kind = kind_of(data)
    if extension not in FORMATS[kind]:
        message = _("The file is called .%(extension)s but its content is %(kind)s.")
        raise ImageRefused(message % {"extension": extension[:20], "kind": kind})
    picture = decode(data)
    if kind == "JPEG" and is_bare_jpeg(data):
        return Cleaned(data, "jpg", *picture.size)  # our own work: a second pass would blur it
    return Cleaned(encode(picture, kind), FORMATS[kind][0], *picture.size)


def clean_drawing(data: bytes) -> Cleaned:
    """Return the sanitized SVG drawing. Raises ImageRefused."""
    try:
        drawing = clean_svg(data)
    except SvgError as error:
        raise ImageRefused(str(error)) from None
    return Cleaned(drawing, "svg", *svg_size(drawing))


def kind_of(data: bytes) -> str:
    """Return PNG, JPEG or WEBP by the first bytes. Raises ImageRefused otherwise."""
    head = data[:512].lstrip().lower()
    if head.startswith((b"<svg", b"<?xml", b"<!doctype", b"<html")) or b"<svg" in head:
        raise ImageRefused(
            _("An SVG drawing needs a name ending in .svg, and HTML is not a picture.")
        )
    if data.startswith((b"GIF87a", b"GIF89a")):
        raise ImageRefused(_("GIF is not accepted. Please use PNG, JPEG or WebP."))
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    raise ImageRefused(_("This is not a picture in PNG, JPEG or WebP."))


def decode(data: bytes) -> Pillow.Image:
    """Return the pixels, rotated upright. Raises ImageRefused if huge, animated or broken."""
    try:
        with warnings.catch_warnings():
            # Size is checked from the header, before memory is taken for the pixels.
            warnings.simplefilter("error", Pillow.DecompressionBombWarning)
            picture = Pillow.open(io.BytesIO(data), formats=list(FORMATS))
            check_size(*picture.size)
            if getattr(picture, "n_frames", 1) > 1:
                raise ImageRefused(_("Animated images are not accepted: they distract readers."))
            picture.load()
            return plain(ImageOps.exif_transpose(picture))
    except (Pillow.DecompressionBombError, Pillow.DecompressionBombWarning):
        raise ImageRefused(too_large()) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
        raise ImageRefused(_("The picture is damaged.")) from None


def check_size(width: int, height: int) -> None:
    """Raise ImageRefused for too many pixels."""
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise ImageRefused(too_large())


def too_large() -> str:
    """Return the message about a picture with too many pixels."""
    return _("The picture has too many pixels: at most 40 megapixels and 12,000 on a side.")


def plain(picture: Pillow.Image) -> Pillow.Image:
    """Return the pixels in grey, RGB or RGBA, without palette, profile and metadata."""
    if picture.mode in ("L", "RGB", "RGBA"):
        mode = picture.mode
    elif picture.mode in ("1", "I", "I;16", "F"):
        mode = "L"
    else:
        has_alpha = picture.mode in ("LA", "PA") or "transparency" in picture.info
        mode = "RGBA" if has_alpha else "RGB"
    found = picture.convert(mode)
    copy = Pillow.new(mode, found.size)
    copy.paste(found)
    return copy


def encode(picture: Pillow.Image, kind: str) -> bytes:
    """Return the picture's bytes; PNG and WebP are lossless."""
    buffer = io.BytesIO()
    if kind == "PNG":
        picture.save(buffer, "PNG", optimize=True)
    elif kind == "WEBP":
        picture.save(buffer, "WEBP", lossless=True, exact=True, quality=80, method=4)
    else:
        picture.convert("RGB").save(buffer, "JPEG", quality=88, optimize=True)
    return buffer.getvalue()


def is_bare_jpeg(data: bytes) -> bool:
    """Return whether a JPEG has only necessary segments, and nothing after its end."""
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF or data[at + 1] not in BARE_SEGMENTS:
            return False
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == 0xE0 and (length != 16 or data[at + 4 : at + 9] != b"JFIF\0"):
            return False
        at += 2 + length
        if marker == 0xDA and is_last_scan(data, at):
            return True
    return False


def is_last_scan(data: bytes, start: int) -> bool:
    """Return whether scan data runs from here to the end marker that ends the file."""
    at = data.find(b"\xff", start)
    while 0 <= at < len(data) - 1:
        following = data[at + 1]
        if following == 0xD9:
            return at + 2 == len(data)
        if following != 0 and not 0xD0 <= following <= 0xD7:
            return False
        at = data.find(b"\xff", at + 2)
    return False


def smaller(cleaned: Cleaned, width: int) -> bytes:
    """Return a WebP copy that is `width` pixels wide."""
    with Pillow.open(io.BytesIO(cleaned.data)) as picture:
        height = max(1, round(cleaned.height * width / cleaned.width))
        buffer = io.BytesIO()
        scaled = plain(picture).resize((width, height), Pillow.Resampling.LANCZOS)
        scaled.save(buffer, "WEBP", quality=82, method=4)
    return buffer.getvalue()
