"""Pictures of a foreign course: found anywhere in its folder, named once, checked."""

import io
import os
import re
from hashlib import sha256
from pathlib import PurePosixPath
from urllib.parse import unquote

from PIL import Image as Pillow

from course.content.images.cleaning import (
    MAX_BYTES,
    ImageRefused,
    clean_drawing,
    decode,
    kind_of,
)
from course.foreign.includes import normal
from course.foreign.pages import Course, Page
from course.foreign.plain import title_of_name
from markup.policy import SAFE_URL

ENDINGS = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp"}
PICTURE = (
    ".png",
    ".jpg",
    ".jpeg",
    ".webp",
    ".svg",
    ".gif",
    ".bmp",
    ".avif",
    ".tif",
    ".tiff",
    ".ico",
)
MAX_ALT = 300
# What drawing programs write and nobody needs; a document type with entities is still refused.
DOCTYPE = re.compile(rb"<!DOCTYPE[^\[>]*>")
HARMLESS = re.compile(
    rb"\s(?:overflow|isolation|baseProfile|zoomAndPan|contentScriptType)=(?:\"[^\"]*\"|'[^']*')"
)


class Pictures:
    """The pictures of a course; each file is looked at once."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.ready: dict[str, tuple[bytes, str, str]] = {}  # path -> (content, ending, why not)
        self.names: dict[str, str] = {}  # name -> hash of its content
        self.everywhere: dict[str, list[str]] | None = None

    def written(self, page: Page, address: str, alt: str, title: str, number: int) -> str:
        """Return a picture in our Markdown; a link or its words when it can't come."""
        report = self.course.report
        if re.match(r"(?:https?:)?//", address):
            report.lost("a picture of another site, now a link", page.path, number, address)
            safe = re.sub(r"^//", "https://", address).replace(" ", "%20")
            target = f"<{safe}>" if re.search(r"[()]", safe) else safe
            return f"[{alt or safe}]({target})" if SAFE_URL.fullmatch(safe) else alt
        found = self.find(page, address)
        if found is None:
            report.lost("a picture that is not in the folder", page.path, number, address)
            return alt
        file, content, ending, why = found
        if why:
            report.lost("a picture that can't be shown", page.path, number, f"{address}: {why}")
            return alt
        if not alt:
            alt = title_of_name(PurePosixPath(file).stem)
            kind = "a picture without a description, now its file's name"
            report.changed(kind, page.path, number, address)
        if len(alt) > MAX_ALT:
            kind = "a picture's description, shortened to 300 characters"
            report.changed(kind, page.path, number, address)
            alt = f"{alt[: MAX_ALT - 1].rpartition(' ')[0]}…"
        name = self.name(file, content, ending)
        page.pictures[name] = content
        return f"![{plain_alt(alt)}]({name}{title})"

    def find(self, page: Page, address: str) -> tuple[str, bytes, str, str] | None:
        """Return (file, content, ending, why it can't be shown) of a picture."""
        name = unquote(re.split(r"[?#]", address)[0])
        attached = page.attachments.get(name.removeprefix("attachment:"))
        if attached is not None:
            return (name.removeprefix("attachment:"), *checked(attached, name))
        file = self.file(page, re.sub(r"^(?:pathname://|@site/)", "/", name))
        if file is None:
            return None
        if file not in self.ready:
            path = self.course.root / file
            too_large = path.stat().st_size > MAX_BYTES
            self.ready[file] = (
                (b"", "", "larger than 10 MB") if too_large else checked(path.read_bytes(), file)
            )
        return (file, *self.ready[file])

    def file(self, page: Page, name: str) -> str | None:
        """Return the file that a page names: beside it, at the site's top, or by its bare name."""
        course = self.course
        here = str(PurePosixPath(page.path).parent)
        bases = [here, page.path.rpartition(".")[0], course.content, "", *course.statics]
        for base in bases if not name.startswith("/") else bases[2:]:
            candidate = normal(f"{base}/{name.lstrip('/')}")
            if candidate and course.inside(course.root / candidate):
                return candidate
        same = self.by_name().get(PurePosixPath(name).name.lower(), [])
        return same[0] if len(same) == 1 else None

    def by_name(self) -> dict[str, list[str]]:
        """Return all pictures of the folder by their bare names."""
        if self.everywhere is None:
            self.everywhere = {}
            for folder, folders, names in os.walk(self.course.root):
                folders[:] = sorted(
                    each for each in folders if not each.startswith(".") and each != "node_modules"
                )
                for name in sorted(names):
                    if name.lower().endswith(PICTURE):
                        inner = os.path.relpath(os.path.join(folder, name), self.course.root)
                        if self.course.inside(self.course.root / inner):
                            self.everywhere.setdefault(name.lower(), []).append(
                                PurePosixPath(inner).as_posix()
                            )
        return self.everywhere

    def name(self, file: str, content: bytes, ending: str) -> str:
        """Return the name under which a picture comes: one name is one picture in a quest."""
        stem = (
            re.sub(r"[^A-Za-z0-9_-]+", "-", PurePosixPath(file).stem).strip("-_")[:80] or "picture"
        )
        digest = sha256(content).hexdigest()
        number = 1
        while True:
            name = f"images/{stem}{f'-{number}' if number > 1 else ''}.{ending}"
            if self.names.setdefault(name, digest) == digest:
                return name
            number += 1


def plain_alt(alt: str) -> str:
    """Return a description without what would end it."""
    return re.sub(r"[\[\]\\]", "", alt).strip()[:MAX_ALT] or "…"


def checked(data: bytes, name: str) -> tuple[bytes, str, str]:
    """Return (content, ending, why it can't be shown) of a picture, as a lesson takes it."""
    try:
        if name.lower().endswith(".svg") or b"<svg" in data[:512].lower():
            data = HARMLESS.sub(b"", DOCTYPE.sub(b"", data))
            clean_drawing(data)
            return data, "svg", ""
        if data.startswith((b"\x89PNG", b"\xff\xd8\xff", b"RIFF")):
            decode(data)
            return data, ENDINGS[kind_of(data)], ""
        return as_png(data), "png", ""
    except ImageRefused as refused:
        return b"", "", str(refused)


def as_png(data: bytes) -> bytes:
    """Return a picture of another format as PNG; of one that moves, the first frame."""
    try:
        with Pillow.open(
            io.BytesIO(data), formats=["GIF", "BMP", "AVIF", "TIFF", "ICO"]
        ) as picture:
            if picture.size[0] * picture.size[1] > 40_000_000:
                raise ImageRefused("has too many pixels")
            picture.seek(0)
            buffer = io.BytesIO()
            picture.convert("RGBA").save(buffer, "PNG")
            return buffer.getvalue()
    except (OSError, ValueError, SyntaxError, EOFError, KeyError, Pillow.DecompressionBombError):
        raise ImageRefused("This is not a picture in PNG, JPEG, WebP, GIF or SVG.") from None
