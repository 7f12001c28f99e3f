"""Write a lesson as a Jupyter notebook that runs from the first cell to the last.

https://nbformat.readthedocs.io/en/latest/format_description.html
"""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urljoin

import nbformat
from django.conf import settings
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course.content.answers import questions_of
from course.content.questions import LETTERS, QuestionValues
from course.content.resolvers import Resolvers, sample_name, stored_resolvers
from course.models import CodeSample, Image, LessonText
from course.models.languages import in_language
from markup import Placed, Portable, Term

KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
# Jupyter and nbclient go on after a cell with this tag.
GOES_ON = {"tags": ["raises-exception"]}
FOLDED = {"jupyter": {"outputs_hidden": True}}


def lesson_notebook(text: LessonText) -> bytes:
    """Return the notebook of a lesson in the text's language, with captured outputs.

    Labels are in the active language. A few queries: for samples, questions and pictures.
    """
    cells = list(NotebookCells(text).all())
    notebook = new_notebook(cells=cells, metadata=KERNEL, nbformat_minor=5)
    return f"{nbformat.writes(notebook)}\n".encode()


class NotebookCells:
    """Builds the cells of one lesson's notebook."""

    def __init__(self, text: LessonText) -> None:
        lesson = text.lesson
        self.text = text
        self.samples = {sample_name(each.file): each for each in lesson.samples.all()}
        self.questions = {each.name: each for each in questions_of(lesson)}
        self.images = images_of(self.samples.values())
        self.address = full_address(lesson.get_absolute_url())
        resolvers = stored_resolvers(lesson.quest, text.language, self.samples.values())
        self.portable = self.converter(resolvers)

    def converter(self, resolvers: Resolvers) -> Portable:
        """Return what converts the lesson's Markdown."""
        return portable(resolvers)

    def all(self) -> Iterator[Any]:
        """Return the cells in order."""
        yield from self.opening()
        unplaced = {("sample", name) for name in self.samples}
        unplaced |= {("question", name) for name in self.questions}
        for number, part in enumerate(self.portable.parts(self.text.body), 1):
            if isinstance(part, Placed):
                unplaced.discard((part.kind, part.id))
                yield from self.placed(part.kind, part.id)
            else:
                yield markdown(f"text-{number}", part)
        for kind, names in (("sample", self.samples), ("question", self.questions)):
            for name in names:
                if (kind, name) in unplaced:
                    yield from self.placed(kind, name)
        yield from self.exercise()
        source = _("From %(site)s: %(address)s")
        yield markdown("about", source % {"site": settings.SITE_NAME, "address": self.address})

    def opening(self) -> Iterator[Any]:
        """Return the title, and a cell that installs the captured library versions."""
        yield markdown("title", f"# {self.text.title}\n\n{self.text.summary}".rstrip())
        versions = {
            name: version
            for sample in self.samples.values()
            for name, version in sample.versions.items()
        }
        if versions:
            note = _("The versions with which the outputs below were made.")
            pins = " ".join(f'"{name}=={version}"' for name, version in sorted(versions.items()))
            yield code("install", f"# {note}\n%pip install --quiet {pins}")

    def placed(self, kind: str, name: str) -> Iterator[Any]:
        """Return the cells of a placed sample or question; none if it no longer exists."""
        if kind == "sample" and name in self.samples:
            yield from self.sample(name, self.samples[name])
        elif kind == "question" and name in self.questions:
            yield self.question(self.questions[name])

    def sample(self, name: str, sample: CodeSample) -> Iterator[Any]:
        """Return a sample with its title; code in another language is shown as text."""
        title = in_language(sample.titles, self.text.language, name)
        if sample.language != "python":
            fenced = f"```{sample.language}\n{sample.source.rstrip()}\n```"
            yield markdown(f"sample-{name}", f"**{title}**\n\n{fenced}")
            return
        guess = _("What will it print? Guess first, then open the output.")
        yield markdown(f"about-{name}", f"**{title}**" + (f"\n\n{guess}" if sample.predict else ""))
        metadata = {**(GOES_ON if sample.fails else {}), **(FOLDED if sample.predict else {})}
        outputs = [*printed(sample), *self.figures(sample)]
        yield code(f"sample-{name}", sample.source, metadata=metadata, outputs=outputs)

    def figures(self, sample: CodeSample) -> Iterator[Any]:
        """Return the sample's figures as images in the notebook."""
        alts = in_language(sample.figure_alts, self.text.language, list[str]())
        for place, figure in enumerate(sample.figures):
            image = self.images.get(figure["image"])
            if image is None:
                continue
            with default_storage.open(image.file) as file:
                data = {"image/png": b64encode(file.read()).decode()}
            if place < len(alts):
                data["text/plain"] = alts[place]
            yield new_output("display_data", data=data)

    def question(self, question: QuestionValues) -> Any:
        """Return a question with its choices, and collapsed hint and explanation."""
        words = in_language(question.texts, self.text.language, dict[str, Any]())
        text = self.portable.text
        lines = [f"**{_('Question')}** {text(words.get('prompt', ''))}"]
        choices = [text(each) for each in words.get("choices", ())]
        if question.kind == "order":
            fenced = "\n".join(sorted(words.get("choices", ())))
            lines.append(f"```python\n{fenced}\n```")
        elif choices:
            pairs = zip(LETTERS, choices, strict=False)
            lines.append("\n".join(f"- **{letter}** {choice}" for letter, choice in pairs))
        if words.get("hint"):
            lines.append(folded(_("Hint"), text(words["hint"])))
        if words.get("why"):
            lines.append(folded(_("Answer"), self.solution(question) + text(words["why"])))
        return markdown(f"question-{question.name}", "\n\n".join(lines))

    def solution(self, question: QuestionValues) -> str:
        """Return the correct answer of a question, which its explanation may not contain."""
        answer = question.shared.get("answer")
        if answer is None:
            return ""
        letters = answer if isinstance(answer, list) else [answer]
        return f"**{', '.join(str(each) for each in letters)}**\n\n"

    def exercise(self) -> Iterator[Any]:
        """Return the exercise with hints, an answer cell, its check, and the model answer."""
        lesson, text = self.text.lesson, self.portable.text
        if not self.text.exercise:
            return
        yield markdown("exercise", f"## {_('Exercise')}\n\n{text(self.text.exercise)}")
        for number, hint in enumerate(self.text.hints, 1):
            title = _("Hint %(number)d") % {"number": number}
            yield markdown(f"hint-{number}", folded(title, text(hint)))
        # The starter fails the check on purpose, or by itself: "run all" goes on to the answer.
        yield code("your-answer", lesson.starter or f"# {_('Your code')}\n", metadata=GOES_ON)
        if lesson.check_code:
            note = f"# {_('This checks your code; an error says what is still missing.')}\n"
            yield code("check", note + lesson.check_code, metadata=GOES_ON)
        if self.text.answer:
            yield markdown("answer", folded(_("Model answer"), text(self.text.answer)))


def portable(resolvers: Resolvers) -> Portable:
    """Return a converter of Markdown with absolute URLs of lessons, pictures and terms."""

    def term(key: str) -> Term | None:
        found = resolvers.term(key) if resolvers.term else None
        return Term(found.term, found.line, full_address(found.url)) if found else None

    def address(target: str) -> str | None:
        if target.startswith("lesson:"):
            uid, _hash, place = target.removeprefix("lesson:").partition("#")
            url = resolvers.lesson(uid)
            return full_address(url + (f"#{place}" if place else "")) if url else None
        image = resolvers.image(target) if resolvers.image else None
        return full_address(image.url) if image else None

    return Portable(term=term, output=resolvers.output or (lambda *_where: None), address=address)


def full_address(path: str) -> str:
    """Return the absolute URL of a path; an absolute URL is unchanged."""
    return urljoin(f"{settings.SITE_URL}/", path)


def images_of(samples: Iterable[CodeSample]) -> dict[str, Image]:
    """Return the samples' figures by hash; one query if there are any."""
    hashes = {figure["image"] for sample in samples for figure in sample.figures}
    found = Image.objects.filter(sha256__in=hashes) if hashes else ()
    return {image.sha256: image for image in found}


def printed(sample: CodeSample) -> list[Any]:
    """Return the captured text of a sample as a notebook output."""
    return [new_output("stream", name="stdout", text=sample.output)] if sample.output else []


def folded(title: str, text: str) -> str:
    """Return collapsible Markdown with a title; works without a style sheet."""
    return f"<details><summary>{title}</summary>\n\n{text}\n\n</details>"


def markdown(name: str, text: str) -> Any:
    """Return a text cell with a stable id, so that the same lesson gives the same bytes."""
    return new_markdown_cell(text, id=name[:64])


def code(name: str, source: str, **more: Any) -> Any:
    """Return a code cell with a stable id."""
    return new_code_cell(source.rstrip("\n"), id=name[:64], **more)
