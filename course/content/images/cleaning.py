"""Sanitize uploaded pictures, or reject them with a reason.

The type is read from the content, never from the name or the browser's claim. Only pixels survive:
no metadata, no second file appended to the picture. Where that takes no new encoding, a file of
pixels alone stays as it is to the byte. Cleaning a cleaned picture gives the same bytes, so exports
and imports agree.
"""

import io
import warnings
from dataclasses import dataclass
from hashlib import sha256

from django.utils.translation import gettext as _
from PIL import Image as Pillow
from PIL import ImageOps, UnidentifiedImageError

from course.content.images.stripping import stripped_jpeg, stripped_png
from markup.svg import clean_svg, svg_size
from markup.svg_tree import SvgError

MAX_BYTES = 10_000_000
MAX_PIXELS = 40_000_000
MAX_SIDE = 12_000
ORIENTATION = 0x0112
# Format as Pillow names it -> the file extensions that may stand for it.
FORMATS = {"PNG": ("png",), "JPEG": ("jpg", "jpeg"), "WEBP": ("webp",)}
STRIPPED = {"PNG": stripped_png, "JPEG": stripped_jpeg}


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
    picture, as_it_is = decode(data)
    stripped = STRIPPED[kind](data) if as_it_is and kind in STRIPPED else None
    return Cleaned(stripped or encode(picture, kind), FORMATS[kind][0], *picture.size)


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


def decode(data: bytes) -> tuple[Pillow.Image, bool]:
    """Return the pixels, upright, and whether the file shows them so without its metadata.

    Raises ImageRefused if huge, animated or broken.
    """
    try:
        with warnings.catch_warnings():
            # Size is checked from the header, before memory is taken for the pixels.
            warnings.simplefilter("error", Pillow.DecompressionBombWarning)
            picture = Pillow.open(io.BytesIO(data), formats=list(FORMATS))
            check_size(*picture.size)
            if getattr(picture, "n_frames", 1) > 1:
                raise ImageRefused(_("Animated images are not accepted: they distract readers."))
            picture.load()
            turned = picture.getexif().get(ORIENTATION, 1) != 1
            as_it_is = not turned and not (picture.format == "JPEG" and picture.mode == "CMYK")
            return plain(ImageOps.exif_transpose(picture)), as_it_is
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


def smaller(cleaned: Cleaned, width: int) -> bytes:
    """Return a WebP copy that is `width` pixels wide."""
    with Pillow.open(io.BytesIO(cleaned.data)) as picture:
        height = max(1, round(cleaned.height * width / cleaned.width))
        buffer = io.BytesIO()
        scaled = plain(picture).resize((width, height), Pillow.Resampling.LANCZOS)
        scaled.save(buffer, "WEBP", quality=82, method=4)
    return buffer.getvalue()
