"""Store pictures, and resolve them for pages."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from course.content.images.cleaning import Cleaned, smaller
from course.content.images.references import canonical
from course.models import Image, Quest, QuestImage
from markup import Image as Shown

WIDTHS = (480, 960, 1600)


def variants_of(width: int, extension: str) -> list[int]:
    """Return the widths of a picture's smaller copies; none for a drawing."""
    if extension == "svg":
        return []
    return [each for each in WIDTHS if each < width] or [width]


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
