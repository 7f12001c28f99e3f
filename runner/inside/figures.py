"""Open matplotlib figures of a program, as base64-encoded PNG files."""

import base64
import io
import os
import shutil
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(os.environ.get("MPLCONFIGDIR", "/tmp/.matplotlib"))  # noqa: S108
FAMILY = "font.family: DejaVu Sans"
KOREAN_FONT = "Noto Sans CJK KR"
STYLE = Path(__file__).with_name("matplotlibrc")


def prepare_matplotlib() -> None:
    """Write matplotlib's settings, and its font cache if the daemon has one."""
    FOLDER.mkdir(exist_ok=True)
    style = STYLE.read_text()
    for fonts in Path("/runner-fonts").glob("fontlist-*.json"):
        shutil.copy(fonts, FOLDER)
        if f'"{KOREAN_FONT}"' in fonts.read_text():
            style = style.replace(FAMILY, f"{FAMILY}, {KOREAN_FONT}")
    (FOLDER / "matplotlibrc").write_text(style)


def take_figures(limits: dict[str, Any]) -> dict[str, Any]:
    """Return the open figures in order, and how many were too large or too many."""
    if "matplotlib.pyplot" not in sys.modules:
        return {"figures": [], "figures_dropped": 0}
    pyplot = sys.modules["matplotlib.pyplot"]
    numbers = pyplot.get_fignums()
    pictures = [picture_of(pyplot.figure(each)) for each in numbers[: limits["figures"]]]
    kept = [png for png in pictures if png and len(png) <= limits["figure_bytes"]]
    return {
        "figures": [base64.b64encode(png).decode() for png in kept],
        "figures_dropped": len(numbers) - len(kept),
    }


def picture_of(figure: Any) -> bytes:
    """Return one figure as a PNG; empty when it can't be drawn."""
    buffer = io.BytesIO()
    try:
        figure.savefig(buffer, format="png", metadata={"Software": None})
    except Exception:  # a label with broken maths, say
        return b""
    return buffer.getvalue()
