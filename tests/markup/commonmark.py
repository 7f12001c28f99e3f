"""The examples of the CommonMark specification, fetched and never kept: its text is CC-BY-SA."""

import json
import re
import shutil
import subprocess
import tarfile
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

from markup.policy import LESSON
from markup.sanitise import first_clean, last_word

VERSION = "0.31.2"
CACHE = Path(__file__).resolve().parents[2] / "var" / "commonmark-spec"
EXAMPLE = re.compile(
    r"^`{32} example\n(?P<source>.*?)^\.\n(?P<html>.*?)^`{32}$|^#{1,6} (?P<section>[^\n]+)$",
    re.M | re.S,
)
BLOCKS = """
    p h2 h3 h4 h5 h6 ul ol li blockquote pre hr table thead tbody tr th td div dl dt dd details
    summary section
"""
BLOCK_TAGS = frozenset(BLOCKS.split())
LINE_END = "⏎"
KEPT_ATTRIBUTES = {"href", "title", "src", "alt", "start", "align", "open"}


def specification():
    """The text of the specification; None when npm or the network is missing."""
    kept = CACHE / f"{VERSION}.txt"
    if not kept.exists():
        npm = shutil.which("npm")
        if npm is None or not _fetch(npm, kept):
            return None
    return kept.read_text(encoding="utf-8")


def _fetch(npm, kept):
    CACHE.mkdir(parents=True, exist_ok=True)
    command = [npm, "pack", "--json", f"commonmark-spec@{VERSION}"]
    try:
        done = subprocess.run(command, cwd=CACHE, capture_output=True, timeout=120, check=True)
    except (OSError, subprocess.SubprocessError):
        return False
    archive = CACHE / json.loads(done.stdout)[0]["filename"]
    with tarfile.open(archive) as package:
        kept.write_bytes(package.extractfile("package/spec.txt").read())
    return True


def examples(text):
    """(number, section, Markdown, HTML) of each example."""
    section, number, found = "", 0, []
    for part in EXAMPLE.finditer(text.replace("→", "\t")):
        if part["section"]:
            section = part["section"]
            continue
        number += 1
        found.append((number, section, part["source"], part["html"]))
    return found


def as_policy(html):
    """What the specification expects, as far as this site shows HTML at all."""
    html = re.sub(r"<(/?)h1>", r"<\1h2>", html.strip())
    html = re.sub(r"(<pre><code[^>]*>.*?)\n(?=</code></pre>)", r"\1", html, flags=re.DOTALL)
    return last_word(first_clean(html, LESSON), LESSON)


class Shape(HTMLParser):
    """The structure of HTML: tags, what they mean, and words; no ids, classes or white space."""

    def __init__(self):
        super().__init__()
        self.parts = []
        self.in_pre = self.skipped = 0

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if given.get("class") == "anchor":
            self.skipped += 1
        elif tag == "pre":
            self.in_pre += 1
        if not self._is_furniture(tag, given):
            kept = sorted(
                (name, unquote(value)) for name, value in attrs if name in KEPT_ATTRIBUTES
            )
            self.parts.append((tag, kept))

    def handle_endtag(self, tag):
        if self.skipped and tag == "a":
            self.skipped -= 1
            return
        self.in_pre -= tag == "pre"
        if not self._is_furniture(tag, {}):
            self.parts.append((f"/{tag}", []))

    def _is_furniture(self, tag, given):
        return self.skipped or tag == "span" or given.get("class") == "table-scroll"

    def handle_data(self, data):
        # The end of each line of code is written as a sign: only there it means something.
        code = data.replace("\n", LINE_END)
        self.parts.append(code if self.in_pre else re.sub(r"\s+", " ", data))


def shape(html):
    """A text for comparing: one line for each block."""
    reader = Shape()
    reader.feed(html)
    reader.close()
    out = ""
    for part in reader.parts:
        if isinstance(part, str):
            out += part
            continue
        tag, attrs = part
        written = f"<{tag}{''.join(f' {name}={value}' for name, value in attrs)}>"
        is_block = tag.strip("/") in BLOCK_TAGS
        out += f"\n{written}\n" if is_block else written
    out = re.sub(r" *<br> *", "<br>", out.replace("\u2060", ""))
    lines = (line.strip(" ") for line in out.split("\n"))
    return "\n".join(line for line in lines if line)
