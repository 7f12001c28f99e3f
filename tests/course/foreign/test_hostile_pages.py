"""A page of a foreign course that nobody would write costs no more than its length, too."""

import pytest

from tests.course.foreign.folders import converted, lost, write
from tests.markup.cost import no_hang, python_calls

PIECES = [
    ":::note\n",
    ":::note\nx\n\n:::\n\n",
    "::::note\n:::note\nx\n:::\n",
    ":::{exercise-start}\n:::\n\n",
    "```{solution-start}\n```\n\n",
    "!!! note\n    x\n\n",
    "> [!abstract]\n> x\n\n",
    "```{note}\n",
    ":::{note}\n",
]


def calls_for(folder, page: str) -> int:
    write(folder, {"docusaurus.config.js": "export default {title: 'x'}", "docs/a.md": page})
    with no_hang():
        return python_calls(lambda: converted(folder))


@pytest.mark.parametrize("piece", PIECES)
def test_twice_as_many_blocks_cost_twice_as_much(tmp_path, piece):
    half = calls_for(tmp_path, piece * 250)
    assert calls_for(tmp_path, piece * 500) < 2.4 * half


def nested(depth: int) -> str:
    """A box within a box within a box."""
    opening = "".join(f"{':' * (depth - level + 3)}note\n" for level in range(depth))
    return opening + "x\n" + "".join(f"{':' * (level + 3)}\n" for level in range(depth))


def test_blocks_within_blocks_end_at_a_depth_and_are_told_of(tmp_path):
    half = calls_for(tmp_path, nested(100))
    assert calls_for(tmp_path, nested(200)) < 2.4 * half
    assert any("nested too deeply" in each for each in lost(converted(tmp_path)))
