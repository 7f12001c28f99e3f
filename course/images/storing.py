"""Store pictures and say what a page needs to show them."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from course.images.cleaning import Cleaned, smaller
from course.models import Image, Quest, QuestImage
from markup import Image as Shown

WIDTHS = (480, 960, 1600)


def variants_of(width: int) -> list[int]:
    """The widths of the copies of a picture; the picture itself is always there as well."""
    return [each for each in WIDTHS if each < width] or [width]


def describe(cleaned: Cleaned, alt: str) -> Image:
    """The picture as a row that is not saved yet."""
    return Image(
        sha256=cleaned.sha256,
        extension=cleaned.extension,
        width=cleaned.width,
        height=cleaned.height,
        alt=alt[:300],
        variants=variants_of(cleaned.width),
    )


def store_image(*, cleaned: Cleaned, alt: str) -> Image:
    """The row of this picture, its files written first; the same bytes are stored once.

    Files that got lost, or that a crash left half-written, are written again.
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
    """Whether the file is there, and as large as it should be."""
    try:
        found = default_storage.size(path)
    except OSError:
        return False
    return found == size if size is not None else found > 0


def write(path: str, data: bytes) -> None:
    """Write a file, unless it is there: its name is the hash of its content."""
    if is_stored(path, len(data)):
        return
    default_storage.delete(path)
    default_storage.save(path, ContentFile(data))


def name_image(*, quest: Quest, name: str, image: Image) -> QuestImage:
    """Let the quest's lessons show the image as `name`; a name that was taken moves to it."""
    return QuestImage.objects.update_or_create(quest=quest, name=name, defaults={"image": image})[0]


def shown(image: Image) -> Shown:
    """What the renderer needs."""
    base = settings.MEDIA_URL
    sources = [f"{base}{image.variant_file(width)} {width}w" for width in image.variants]
    return Shown(f"{base}{image.file}", image.width, image.height, ", ".join(sources))


def image_resolver(quest_id: int) -> Callable[[str], Shown | None]:
    """Resolves `images/name.png` in the texts of a quest; one query at the first image."""
    known: dict[str, Shown] | None = None

    def resolve(name: str) -> Shown | None:
        nonlocal known
        if known is None:
            rows: Any = QuestImage.objects.filter(quest_id=quest_id).select_related("image")
            known = {row.name: shown(row.image) for row in rows}
        return known.get(name)

    return resolve
