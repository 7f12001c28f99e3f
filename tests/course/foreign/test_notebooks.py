"""Notebooks: text, code with what it printed and drew, pictures within them."""

import base64

import yaml

from course.foreign.mapping import Mapping
from course.foreign.writing import write_folder
from tests.course.foreign.folders import (
    body,
    code,
    converted,
    lost,
    notebook,
    outline,
    png,
    printed,
    text,
    write,
)


def drawn() -> dict:
    """A figure that a cell drew."""
    data = {"image/png": base64.b64encode(png()).decode(), "text/plain": "<Figure size 1x1>"}
    return {"output_type": "display_data", "metadata": {}, "data": data}


def test_cells_become_text_and_samples_in_their_places(tmp_path):
    cells = [text("# One\n\nFirst *text*."), code("print(1)", printed("1\n")), text("## Two\n\nx")]
    write(tmp_path, {"01-one.ipynb": notebook(*cells)})
    course = converted(tmp_path)
    assert outline(course) == {"One": ["One"]}
    assert body(course, "01-one.ipynb") == "First *text*.\n\n[[sample:cell-2]]\n\n## Two\n\nx"
    [cell] = course.pages[0].cells
    assert (cell.source, cell.output, cell.failed, cell.python) == (
        "print(1)\n",
        "1\n",
        False,
        "3.12.1",
    )


def test_what_never_ran_and_commands_are_blocks_of_code(tmp_path):
    cells = [code("x = 1", ran=None), code("!ls", printed("a\n")), code("len?")]
    write(tmp_path, {"n.ipynb": notebook(*cells)})
    course = converted(tmp_path)
    assert body(course, "n.ipynb") == (
        "```python\nx = 1\n```\n\n```python\n!ls\n```\n\n```text\na\n```\n\n```python\nlen?\n```"
    )


def test_figures_and_failures_are_captured(tmp_path):
    error = {"output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": []}
    write(tmp_path, {"n.ipynb": notebook(code("plot()", drawn()), code("f()", error))})
    course = converted(tmp_path)
    plot, failed = course.pages[0].cells
    assert [figure.data for figure in plot.figures] == [png()]
    assert (plot.output, failed.output, failed.failed) == ("", "ValueError: no\n", True)
    write_folder(course, Mapping(), tmp_path / "out")
    [capture] = (tmp_path / "out").rglob("*-1.capture.yaml")
    assert yaml.safe_load(capture.read_text())["figures"] == ["n-1.fig-1.png"]


def test_pictures_within_a_cell_come_along(tmp_path):
    image = base64.b64encode(png()).decode()
    attached = text("![A](attachment:a.png)", attachments={"a.png": {"image/png": image}})
    write(tmp_path, {"n.ipynb": notebook(attached)})
    course = converted(tmp_path)
    assert body(course, "n.ipynb") == "![A](images/1-a.png)"
    assert course.pages[0].pictures == {"images/1-a.png": png()}


def test_findings_name_the_cell(tmp_path):
    write(tmp_path, {"n.ipynb": notebook(text("a"), text("[b](gone.ipynb)"))})
    assert lost(converted(tmp_path)) == ["a link out of the course | n.ipynb, cell 2: gone.ipynb"]


def test_formulas_may_have_spaces_within(tmp_path):
    write(tmp_path, {"n.ipynb": notebook(text("A $ x $ and $$y$$."))})
    assert body(converted(tmp_path), "n.ipynb") == "A $x$ and $$y$$."


def test_a_notebook_that_is_none_is_told(tmp_path):
    write(tmp_path, {"a.ipynb": "{", "b.md": "# B\n\nx"})
    course = converted(tmp_path)
    assert outline(course) == {"B": ["B"]}
    assert lost(course)[0].startswith("a notebook that can't be read | a.ipynb")


def test_links_between_notebooks_lead_to_lessons(tmp_path):
    first = notebook(text("# A\n\nx\n\n## A part\n\ny"))
    write(tmp_path, {"a.ipynb": first, "b.ipynb": notebook(text("# B\n\n[a](a.ipynb#A-part)"))})
    course = converted(tmp_path)
    assert body(course, "b.ipynb") == f"[a](lesson:{course.pages[0].uid}#h-a-part)"
