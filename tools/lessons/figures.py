"""Figures of samples: their files, and comparison of their pixels."""

import io
import re
from pathlib import Path

from PIL import Image, ImageChops

MAX_FIGURES = 4
MAX_BYTES = 300 * 1024
# Between two machines a font's or a line's edge moves by a fraction of a pixel; a changed curve
# changes whole pixels. A channel differs when it is off by more than a fifth of its range.
CHANNEL_TOLERANCE = 51
PIXELS_TOLERANCE = 0.002
# What a sample measured is drawn differently each time, as the seconds that it prints.
CLOCK = re.compile(r"\b(?:perf_counter|process_time|monotonic|timeit)\b|\btime\.time\(")


def figure_name(stem: str, place: int) -> str:
    """Return the file name of a sample's figure; numbers start at 1."""
    return f"{stem}.fig-{place}.png"


def figure_paths(sample: Path) -> list[Path]:
    """Return a sample's figure files, sorted by name."""
    return sorted(sample.parent.glob(f"{sample.stem}.fig-*.png"))


def bare(png: bytes) -> bytes:
    """Return the same pixels as the site stores them, compact and without metadata."""
    buffer = io.BytesIO()
    with Image.open(io.BytesIO(png)) as picture:
        plain = Image.frombytes("RGBA", picture.size, picture.convert("RGBA").tobytes())
    plain.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def same_picture(old: bytes, new: bytes, *, timed: bool = False) -> bool:
    """Return whether two PNG files look the same, on a light and a dark background.

    Two that show measured times only need the same size.
    """
    if old == new:
        return True
    first, second = _pixels(old), _pixels(new)
    if first.size != second.size:
        return False
    return timed or _differing_share(first, second) <= PIXELS_TOLERANCE


def reads_a_clock(sample: Path) -> bool:
    """Return whether the sample measures times."""
    return bool(CLOCK.search(sample.read_text(encoding="utf-8")))


def _pixels(png: bytes) -> Image.Image:
    with Image.open(io.BytesIO(png)) as picture:
        return picture.convert("RGBA")


def _differing_share(first: Image.Image, second: Image.Image) -> float:
    bands = ImageChops.difference(_premultiplied(first), _premultiplied(second)).split()
    strongest = bands[0]
    for band in bands[1:]:
        strongest = ImageChops.lighter(strongest, band)
    counts = strongest.histogram()
    return sum(counts[CHANNEL_TOLERANCE + 1 :]) / (first.width * first.height)


def _premultiplied(picture: Image.Image) -> Image.Image:
    # The colour of a pixel that nobody sees says nothing.
    ground = Image.new("RGBA", picture.size, (0, 0, 0, 255))
    shown = Image.alpha_composite(ground, picture)
    shown.putalpha(picture.getchannel("A"))
    return shown


def write_figures(sample: Path, figures: tuple[bytes, ...]) -> bool:
    """Write changed figures of a sample and delete old ones. Returns whether any changed."""
    wanted = {
        sample.with_name(figure_name(sample.stem, place)): figure
        for place, figure in enumerate(figures, start=1)
    }
    gone = [path for path in figure_paths(sample) if path not in wanted]
    timed = reads_a_clock(sample)
    new = {path: data for path, data in wanted.items() if not _is_shown_by(path, data, timed)}
    for path in gone:
        path.unlink()
    for path, data in new.items():
        path.write_bytes(data)
    return bool(gone or new)


def _is_shown_by(path: Path, figure: bytes, timed: bool) -> bool:
    return path.is_file() and same_picture(path.read_bytes(), figure, timed=timed)


def figure_problems(sample: Path, figures: tuple[bytes, ...]) -> list[str]:
    """Return messages where stored figures differ from those drawn now."""
    names = [figure_name(sample.stem, place) for place in range(1, len(figures) + 1)]
    extra = [path.name for path in figure_paths(sample) if path.name not in names]
    problems = [f"{name} is there, but the sample draws no such figure" for name in extra]
    for name, figure in zip(names, figures, strict=True):
        path = sample.with_name(name)
        if not path.is_file():
            problems.append(f"{name} is missing; run `make lessons-update`")
        elif not _is_shown_by(path, figure, reads_a_clock(sample)):
            problems.append(f"{name} shows something else than what the sample draws now")
    return problems
