import pytest

from markup import render_lesson, rendering

from .commonmark import as_policy, examples, shape, specification

BLOCK_SECTIONS = frozenset(
    {
        "Tabs",
        "Precedence",
        "Thematic breaks",
        "ATX headings",
        "Setext headings",
        "Indented code blocks",
        "Fenced code blocks",
        "HTML blocks",
        "Link reference definitions",
        "Paragraphs",
        "Blank lines",
        "Block quotes",
        "List items",
        "Lists",
    }
)
OTHERWISE = {
    180: "a processing instruction is shown as text: nothing that was written vanishes",
    181: "a declaration is shown as text: nothing that was written vanishes",
    182: "a CDATA section is shown as text: nothing that was written vanishes",
    191: "code within a raw <table> stands before it: HTML has no place for it there",
    202: "an address with a backslash is refused: it can be read in two ways",
}


@pytest.fixture(scope="module")
def block_examples():
    text = specification()
    if text is None:
        pytest.skip("npm or the network is missing, so the CommonMark examples can't be fetched")
    return [example for example in examples(text) if example[1] in BLOCK_SECTIONS]


@pytest.fixture
def _no_refusals(monkeypatch):
    """What a lesson refuses (an address like `url`) is refused after its blocks were read."""
    monkeypatch.setattr(rendering, "_raise_for", lambda problems: None)


def test_all_block_examples_were_found(block_examples):
    assert {section for _number, section, _source, _html in block_examples} == BLOCK_SECTIONS
    assert len(block_examples) == 296


@pytest.mark.usefixtures("_no_refusals")
def test_blocks_are_read_as_commonmark_reads_them(block_examples):
    differing = {
        number
        for number, _section, source, html in block_examples
        if shape(render_lesson(source).html) != shape(as_policy(html))
    }
    assert differing == set(OTHERWISE)
    assert len(differing) <= 0.02 * len(block_examples)
