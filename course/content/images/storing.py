"""Store pictures, and resolve them for pages."""

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, NamedTuple

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from course.content.images.cleaning import FORMATS, Cleaned, clean, smaller
from course.content.images.references import canonical
from course.models import Image, Quest, QuestImage
from markup import Image as Shown

WIDTHS = (480, 960, 1600)


def variants_of(width: int, extension: str) -> list[int]:
    """Return the widths of a picture's smaller copies; none for a drawing."""
    if extension == "svg":
        return []
    return [each for each in WIDTHS if each < width] or [width]


class Measured(NamedTuple):
    """What is known of a stored picture: its extension, width and height."""

    extension: str
    width: int
    height: int


def known_pictures() -> dict[str, Measured]:
    """Return the stored pictures by hash; one query.

    Not drawings: what they may contain is checked anew each time, by rules that may have changed.
    """
    rows = Image.objects.exclude(extension="svg")
    return {row[0]: Measured(*row[1:]) for row in rows.values_list("sha256", *Measured._fields)}


def cleaned_or_known(data: bytes, name: str, known: Mapping[str, Measured]) -> Cleaned:
    """Return the sanitized picture; one that is stored just so is not decoded again.

    Raises ImageRefused.
    """
    found = known.get(sha256(data).hexdigest())
    if found and name.rpartition(".")[2].lower() in extensions_of(found.extension):
        return Cleaned(data, *found)
    return clean(data, name)


def extensions_of(extension: str) -> tuple[str, ...]:
    """Return the endings that a name of such a picture may have."""
    return next((each for each in FORMATS.values() if extension in each), ())


def describe(cleaned: Cleaned, alt: str) -> Image:
    """Return the unsaved row of a picture."""
    return Image(
        sha256=cleaned.sha256,
        extension=cleaned.extension,
        width=cleaned.width,
        height=cleaned.height,
        alt=alt[:300],
        variants=variants_of(cleaned.width, cleaned.extension),
    )


def store_image(*, cleaned: Cleaned, alt: str) -> Image:
    """Store the picture's files, then its row; identical bytes are stored once.

    Files that were lost, or left half-written by a crash, are written again.
    """
    known = Image.objects.filter(sha256=cleaned.sha256).first()
    image = known or describe(cleaned, alt)
    if not is_stored(image.file, len(cleaned.data)):
        write(image.file, cleaned.data)
    for width in image.variants:
        path = image.variant_file(width)
        if known is None or not is_stored(path):
            write(path, smaller(cleaned, width))
    if known:
        return known
    fields = {
        name: getattr(image, name) for name in ("extension", "width", "height", "alt", "variants")
    }
    return Image.objects.get_or_create(sha256=image.sha256, defaults=fields)[0]


def is_stored(path: str, size: int | None = None) -> bool:
    """Return whether the file exists with the right size."""
    try:
        found = default_storage.size(path)
    except OSError:
        return False
    return found == size if size is not None else found > 0


def write(path: str, data: bytes) -> None:
    """Write a file unless it exists: its name is the hash of its content."""
    if is_stored(path, len(data)):
        return
    default_storage.delete(path)
    default_storage.save(path, ContentFile(data))


def name_image(*, quest: Quest, name: str, image: Image) -> QuestImage:
    """Assign the name to this image within the quest; replaces an earlier assignment."""
    return QuestImage.objects.update_or_create(quest=quest, name=name, defaults={"image": image})[0]


def shown(image: Image) -> Shown:
    """Return the image as the renderer needs it."""
    base = settings.MEDIA_URL
    sources = [f"{base}{image.variant_file(width)} {width}w" for width in image.variants]
    return Shown(f"{base}{image.file}", image.width, image.height, ", ".join(sources))


def image_resolver(quest_id: int) -> Callable[[str], Shown | None]:
    """Return a resolver of `images/name.png` in a quest; one query at the first image."""
    known: dict[str, Shown] | None = None

    def resolve(name: str) -> Shown | None:
        nonlocal known
        if known is None:
            rows: Any = QuestImage.objects.filter(quest_id=quest_id).select_related("image")
            known = {row.name: shown(row.image) for row in rows}
        return known.get(canonical(name))

    return resolve
