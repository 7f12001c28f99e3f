"""Write a quest as an mdBook: common Markdown with plain links, for other programs.

https://rust-lang.github.io/mdBook/format/summary.html
"""

import json
import posixpath
import re
from base64 import b64decode
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from django.utils.translation import override

from course.authoring.notebook_writing import NotebookCells, folded, full_address
from course.content.images.references import canonical
from course.content.resolvers import Resolvers, stored_resolvers
from course.models import Chapter, Lesson, LessonText, Quest, Status
from course.models.languages import in_language
from markup import Portable, Term

Files = dict[str, bytes]
TICKS = re.compile(r"`{3,}")
# In a target without angle brackets these end it, or are read as a part of the link.
UNSAFE = re.compile(r"[\s()<>]")
INTRODUCTION, GLOSSARY, SUMMARY = "README.md", "glossary.md", "SUMMARY.md"


class BookRefused(Exception):
    """The book can't be written there; the message says why."""


def export_book(*, quest: Quest, language: str, folder: Path) -> int:
    """Write the published lessons of a quest as an mdBook. Returns the number of files.

    What is not translated is in the quest's source language. Raises BookRefused for a folder
    that has files in it, and for a quest without a published lesson.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BookRefused(f"{folder} is not an empty folder.")
    with override(language):
        files = Book(quest, language).files()
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return len(files)


class Book:
    """The pages of one book, and where each of them stands."""

    def __init__(self, quest: Quest, language: str) -> None:
        self.quest, self.language = quest, language
        lessons = quest.lessons.filter(status=Status.PUBLISHED).select_related("chapter")
        self.lessons = list(lessons.prefetch_related("texts", "samples"))
        if not self.lessons:
            raise BookRefused(f"The quest '{quest.uid}' has no published lesson.")
        self.chapters = {each.pk: each for each in quest.chapters.prefetch_related("texts")}
        self.places = {
            each.uid: f"{self.chapters[each.chapter_id].slug}/{each.slug}.md"
            for each in self.lessons
        }
        self.pictures = {
            each.name: each.image.file for each in quest.images.select_related("image")
        }
        self.terms = list(quest.terms.all())
        self.added: Files = {}  # what the pages written so far show

    def files(self) -> Files:
        """Return all files of the book by their names."""
        text = self.text_of(self.quest)
        head = [f"# {text.title}", text.summary]
        pages = {INTRODUCTION: "\n\n".join([*head, self.at(INTRODUCTION).text(text.body)])}
        for lesson in self.lessons:
            pages[self.places[lesson.uid]] = LessonPage(self, lesson).markdown()
        for chapter in self.opened():
            found = self.text_of(chapter)
            pages[f"{chapter.slug}/{INTRODUCTION}"] = f"# {found.title}\n\n{found.summary}"
        if self.terms:
            pages[GLOSSARY] = self.glossary()
        pages[SUMMARY] = self.summary()
        written = {f"src/{name}": f"{page.strip()}\n".encode() for name, page in pages.items()}
        added = {f"src/{name}": data for name, data in self.added.items()}
        return {"book.toml": self.settings().encode(), **written, **added}

    def opened(self) -> list[Chapter]:
        """Return the chapters that have a published lesson, in order."""
        wanted = {each.chapter_id for each in self.lessons}
        return [each for pk, each in self.chapters.items() if pk in wanted]

    def text_of(self, part: Any) -> Any:
        """Return the text of a quest, chapter or lesson in the book's language, or the source's."""
        texts = {each.language: each for each in part.texts.all()}
        return texts.get(self.language) or texts[self.quest.source_language]

    def settings(self) -> str:
        """Return book.toml; a string of JSON is one of TOML."""
        title = json.dumps(self.text_of(self.quest).title, ensure_ascii=False)
        return f'[book]\ntitle = {title}\nlanguage = "{self.language}"\nsrc = "src"\n'

    def summary(self) -> str:
        """Return the table of contents, which is also what makes the folder a book."""
        lines = ["# Summary", "", link(self.text_of(self.quest).title, INTRODUCTION), ""]
        for chapter in self.opened():
            title = self.text_of(chapter).title
            lines.append(f"- {link(title, f'{chapter.slug}/{INTRODUCTION}')}")
            lines += [
                f"  - {link(self.text_of(each).title, self.places[each.uid])}"
                for each in self.lessons
                if each.chapter_id == chapter.pk
            ]
        if self.terms:
            lines += ["", link(_("Glossary"), GLOSSARY)]
        return "\n".join(lines)

    def glossary(self) -> str:
        """Return the page of terms; links lead to the anchor of each."""
        parts = [f"# {_('Glossary')}"]
        for term in self.terms:
            words = in_language(term.texts, self.language, None)
            if words is None:
                continue
            parts.append(f'<a id="term-{term.key}"></a>**{words["term"]}**: {words["line"]}')
        return "\n\n".join(parts)

    def at(self, page: str, resolvers: Resolvers | None = None) -> Portable:
        """Return what converts the Markdown of a page, whose links start at its folder."""
        found = resolvers or stored_resolvers(self.quest, self.language)

        def term(key: str) -> Term | None:
            known = found.term(key) if found.term else None
            return known and Term(known.term, known.line, way(page, f"{GLOSSARY}#term-{key}"))

        return Portable(
            term=term,
            output=found.output or (lambda *_where: None),
            address=partial(self.address, page, found),
        )

    def address(self, page: str, resolvers: Resolvers, target: str) -> str | None:
        """Return where a link or picture of a page leads in the book, or on the site."""
        if target.startswith("#"):
            return f"#{target.removeprefix('#h-')}" if target.startswith("#h-") else None
        if target.startswith("lesson:"):
            return self.lesson_address(page, resolvers, target.removeprefix("lesson:"))
        name = canonical(target)
        if name not in self.pictures:
            return None
        if name not in self.added:
            with default_storage.open(self.pictures[name]) as file:
                self.added[name] = file.read()
        return way(page, name)

    def lesson_address(self, page: str, resolvers: Resolvers, target: str) -> str | None:
        """Return the way to a lesson of the book, or the address of one that is not in it."""
        uid, mark, place = target.partition("#")
        if uid in self.places:
            return way(page, self.places[uid] + mark + place.removeprefix("h-"))
        url = resolvers.lesson(uid)
        return full_address(url + mark + place) if url else None


class LessonPage(NotebookCells):
    """A lesson as a page: the cells of its notebook, in Markdown."""

    def __init__(self, book: Book, lesson: Lesson) -> None:
        self.book, self.place = book, book.places[lesson.uid]
        text: LessonText = book.text_of(lesson)
        text.lesson = lesson
        lesson.quest = book.quest
        super().__init__(text)

    def converter(self, resolvers: Resolvers) -> Portable:
        """Convert with links within the book."""
        return self.book.at(self.place, resolvers)

    def opening(self) -> Iterator[Any]:
        """Return the title; nothing is installed in a book."""
        yield next(iter(super().opening()))

    def markdown(self) -> str:
        """Return the page; its figures are added to the book."""
        return "\n\n".join(part for cell in self.all() for part in self.written(cell))

    def written(self, cell: Any) -> Iterator[str]:
        """Return a cell's text, or its code and what that printed and drew."""
        if cell.cell_type == "markdown":
            yield cell.source
            return
        if cell.source.strip():
            yield fenced(cell.source, "python")
        shown = "\n\n".join(self.outputs(cell))
        if shown and "jupyter" in cell.metadata:
            shown = folded(_("Output"), shown)
        if shown:
            yield shown

    def outputs(self, cell: Any) -> Iterator[str]:
        """Return the printed text, and the figures as pictures of the book."""
        for number, output in enumerate(cell.outputs, 1):
            if output.output_type == "stream":
                yield fenced(output.text, "text")
                continue
            name = f"figures/{self.text.lesson.slug}-{cell.id}-{number}.png"
            self.book.added[name] = b64decode(output.data["image/png"])
            alt = output.data.get("text/plain", "").replace("[", "(").replace("]", ")")
            yield f"![{alt}]({way(self.place, name)})"


def way(page: str, target: str) -> str:
    """Return the relative link from a page to a file of the book."""
    path, mark, place = target.partition("#")
    found = posixpath.relpath(path, posixpath.dirname(page) or ".") + mark + place
    return quote(found, safe="/#") if UNSAFE.search(found) else found


def link(title: str, target: str) -> str:
    """Return a link of the table of contents."""
    return f"[{title.replace('[', '(').replace(']', ')')}]({target})"


def fenced(text: str, language: str) -> str:
    """Return a block of code whose fence is longer than any in it."""
    longest: Iterable[int] = (len(each) for each in TICKS.findall(text))
    ticks = "`" * max(3, 1 + max(longest, default=0))
    return f"{ticks}{language}\n{text.rstrip()}\n{ticks}"
