"""Code in model answers, and whether two languages' answers are the same program."""

import ast
import re
import textwrap

_FENCE = re.compile(
    r"^[ ]*(?P<fence>`{3,}|~{3,})[ ]*(?P<info>[^\n`]*)\n(?P<code>.*?)^[ ]*(?P=fence)[`~]*[ ]*$",
    re.DOTALL | re.MULTILINE,
)


def answer_code(markdown: str) -> str:
    """Return the ```python blocks of a Markdown text, joined; empty without any."""
    blocks = [
        textwrap.dedent(match["code"])
        for match in _FENCE.finditer(markdown)
        if match["info"].split()[:1] == ["python"]
    ]
    return "\n".join(blocks)


def distinct_codes(codes: list[str]) -> list[int]:
    """Return indexes of codes that differ from earlier ones beyond comments and strings."""
    seen: set[str] = set()
    places = []
    for place, code in enumerate(codes):
        outline = _outline(code)
        if code and outline not in seen:
            seen.add(outline)
            places.append(place)
    return places


class _WithoutStrings(ast.NodeTransformer):
    """Replaces every string by the same one, but keeps the expressions in f-strings."""

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.Constant("") if isinstance(node.value, str) else node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        self.generic_visit(node)
        node.values = [part for part in node.values if not isinstance(part, ast.Constant)]
        return node


def _outline(code: str) -> str:
    try:
        return ast.dump(_WithoutStrings().visit(ast.parse(code)))
    except SyntaxError:
        return code
