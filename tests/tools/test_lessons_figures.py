"""Figures that samples leave open are kept beside the captures."""

import io

from PIL import Image, ImageDraw

from course.content.images.cleaning import clean
from tests.tools.quests import Quest
from tools.lessons.captures import read_capture
from tools.lessons.figures import MAX_BYTES, same_picture

# Stands for matplotlib, which the site's environment lacks: figures of one colour.
PLOTTING = """\
import sys, types
from PIL import Image

class Figure:
    def __init__(self, picture): self.picture = picture
    def savefig(self, path, metadata): self.picture.save(path)

plt = types.ModuleType("matplotlib.pyplot")
plt.open = {}
plt.get_fignums = lambda: sorted(plt.open)
plt.figure = lambda number: plt.open[number]
plt.close = lambda which: plt.open.clear()
sys.modules["matplotlib.pyplot"] = plt

def draw(colour, size=(20, 10)):
    plt.open[len(plt.open) + 1] = Figure(Image.new("RGBA", size, colour))

"""


def drawing(code: str) -> str:
    return f"a.py {PLOTTING}{code}\n"


def described(number: int) -> str:
    return "  figures: [" + ", ".join(["what it shows"] * number) + "]\n"


def test_open_figures_are_written_in_order_and_named_in_the_capture(quest: Quest) -> None:
    quest.lesson("01-one", drawing("draw('red'); draw('blue')"), extra=described(2))

    assert quest.run() == 0

    capture = read_capture(quest.capture("a.py"))
    assert capture is not None
    assert capture.figures == ["a.fig-1.png", "a.fig-2.png"]
    colours = [
        Image.open(quest.capture("a.py").with_name(name)).getpixel((0, 0))
        for name in capture.figures
    ]
    assert colours == [(255, 0, 0, 255), (0, 0, 255, 255)]


def test_the_next_sample_begins_without_figures(quest: Quest) -> None:
    quest.lesson("01-one", drawing("draw('red')"), "b.py print(plt.open)\n", extra="")

    quest.run()

    capture = read_capture(quest.capture("b.py"))
    assert capture is not None
    assert (capture.figures, capture.output) == ([], "{}\n")
    assert "figures" not in quest.capture("b.py").read_text()


def test_every_figure_needs_its_description(quest: Quest) -> None:
    lesson = quest.lesson("01-one", drawing("draw('red')"))

    assert quest.run() == 2
    assert quest.said[1] == f"{lesson}:4: a has 1 figures, but 0 are described"


def test_too_many_figures_are_a_problem(quest: Quest) -> None:
    quest.lesson("01-one", drawing("for _ in range(5): draw('red')"))

    assert quest.run() == 1
    assert "leaves more than 4 figures open" in quest.said[0]


def test_a_figure_that_is_too_large_is_a_problem(quest: Quest) -> None:
    code = "import random\nrandom.seed(1)\nnoise = Image.frombytes('RGBA', (300, 300), "
    quest.lesson("01-one", drawing(f"{code}random.randbytes(360_000))\ndraw('red')\n"
                                   "plt.open[1].picture = noise"))  # fmt: skip

    assert quest.run() == 1
    assert f"KB, more than {MAX_BYTES // 1024}" in quest.said[0]


def test_a_figure_that_is_no_longer_drawn_is_deleted(quest: Quest) -> None:
    quest.lesson("01-one", drawing("draw('red'); draw('blue')"), extra=described(2))
    quest.run()
    quest.lesson("01-one", drawing("draw('red')"), extra=described(1))

    assert quest.run() == 0
    assert [path.name for path in sorted(quest.chapter.rglob("*.png"))] == ["a.fig-1.png"]


def test_check_reports_figures_that_lack_differ_or_are_too_many(quest: Quest) -> None:
    quest.lesson("01-one", drawing("draw('red'); draw('blue')"), extra=described(2))
    quest.run()
    first, second = sorted(quest.chapter.rglob("*.png"))
    first.write_bytes(second.read_bytes())
    second.rename(second.with_name("a.fig-3.png"))

    assert quest.check() == 3
    assert [line.split(": ", 2)[2] for line in quest.said[:3]] == [
        "a.fig-3.png is there, but the sample draws no such figure",
        "a.fig-1.png shows something else than what the sample draws now",
        "a.fig-2.png is missing; run `make lessons-update`",
    ]


def test_a_figure_that_shows_the_same_keeps_its_file_and_date(quest: Quest) -> None:
    quest.lesson("01-one", drawing("draw((200, 0, 0, 255))"), extra=described(1))
    quest.run()
    picture = quest.chapter / "samples" / "a.fig-1.png"
    picture.write_bytes(png((205, 3, 0, 255)))
    before = picture.read_bytes(), quest.capture("a.py").read_bytes()

    assert quest.run(everything=True) == 0
    assert before == (picture.read_bytes(), quest.capture("a.py").read_bytes())


def test_a_figure_of_measured_times_may_look_different_but_not_be_larger(quest: Quest) -> None:
    measuring = "from time import perf_counter; perf_counter(); draw('red')"
    quest.lesson("01-one", drawing(measuring), extra=described(1))
    quest.run()
    picture = quest.chapter / "samples" / "a.fig-1.png"
    picture.write_bytes(png((0, 0, 255, 255)))
    assert quest.check(everything=True) == 0
    picture.write_bytes(png((0, 0, 255, 255), (30, 10)))
    assert quest.check(everything=True) == 1


def test_the_site_keeps_the_bytes_of_a_figure(quest: Quest) -> None:
    """Else an exported quest would not be the one that was imported."""
    quest.lesson("01-one", drawing("draw((200, 0, 0, 128))"), extra=described(1))
    quest.run()
    data = (quest.chapter / "samples" / "a.fig-1.png").read_bytes()

    assert clean(data, "a.fig-1.png").data == data


def png(colour: tuple[int, ...], size: tuple[int, int] = (20, 10), *dots: int) -> bytes:
    """A picture of one colour, with a black column at each of some places."""
    picture = Image.new("RGBA", size, colour)
    for x in dots:
        ImageDraw.Draw(picture).line((x, 0, x, size[1]), fill="black")
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def test_pictures_are_the_same_when_nobody_sees_a_difference() -> None:
    red = png((255, 0, 0, 255))

    assert same_picture(red, png((250, 5, 5, 255)))
    assert same_picture(png((255, 0, 0, 0)), png((0, 255, 0, 0)))
    assert not same_picture(red, png((255, 0, 0, 255), (20, 10), 3))
    assert not same_picture(red, png((255, 0, 0, 255), (21, 10)))
    assert not same_picture(red, png((255, 0, 0, 100)))
