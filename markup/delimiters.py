r"""Nesting depth of a formula's delimiters, computed before math-core parses it.

math-core 0.9 tries twice for each unclosed delimiter, so `$((((…$` with 40 of them takes hours, and
it recurses for each group. The result is never too low: a closing delimiter counts only where no
command before it can take it as its argument (`\hat)`, `x^)`, `\frac1)`). It may be too high for
unusual formulas; those are rejected.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

READ = re.compile(
    r"(?P<skip>\s+|%[^\n]*|\\[ ,;:!>])|\\(?P<edge>begin|end)\s*\{[^{}]*\}"
    r"|\\(?P<name>[A-Za-z]+|.)|(?P<char>.)",
    re.DOTALL,
)
OPENING_NAMES = re.compile(
    r"\{|[lu]l?corner|l(?:l?)(?:angle|Angle|ang|brace|Brace|brack|bracket|ceil|floor|group|moustache"
    r"|paren|parenthesis|vert|Vert)|[bB]igg?l"
)
OPENING_CHARACTERS = frozenset("([⌈⌊⌜⌞⎰❲⟅⟦⟨⟪⟬⟮⦃⦅⦇⦉⦋⦍⦏⦑⦓⦕⦗⧘⧚⧼")
CLOSING_NAMES = re.compile(
    r"\}|r(?:angle|Angle|brace|Brace|brack|ceil|floor|group|vert|Vert)|[bB]igg?r"
)
SIZED = re.compile(r"[bB]igg?[lrm]?")
GROUPS = {"}": "{", "end": "begin", "right": "left"}
# Things that no command takes as its argument, so they leave it as hungry as before.
NO_ATOM = frozenset("'&~*")
# Commands without an argument and with one; any other is taken to want two.
SYMBOL_NAMES = """
    alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi
    rho sigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma
    Phi Psi Omega
    infty partial nabla cdot cdots ldots dots vdots times div pm mp circ ast star prime ell hbar top
    bot perp dagger emptyset varnothing forall exists in notin to quad qquad mid odot otimes oplus
    to rightarrow leftarrow Rightarrow mapsto iff implies le leq ge geq ne neq approx sim
    equiv propto subset subseteq cup cap setminus wedge vee land lor neg ll gg cong vert Vert
    sum prod int
    sin cos tan exp log ln max min det dim ker sup inf lim arg sinh cosh tanh % # & $ |
"""
ONE_ARGUMENT_NAMES = """
    mathbf mathbb mathcal mathrm mathsf mathtt mathfrak mathscr mathit boldsymbol bm text textbf
    textit texttt textrm operatorname hat widehat bar overline underline tilde vec dot ddot sqrt
    boxed pmod bmod mathring check breve
"""
SYMBOLS = frozenset(SYMBOL_NAMES.split())
ONE_ARGUMENT = frozenset(ONE_ARGUMENT_NAMES.split())


@dataclass
class Depth:
    """Maximum nesting of a formula's `groups` and `delimiters`."""

    latex: str
    groups: int = 0
    delimiters: int = 0
    # What is open: "(" for any delimiter, "[" for one that may be an optional argument; "{",
    # "begin" and "left" for groups; each with the arguments that were still wanted before it.
    stack: list[tuple[str, int]] = field(default_factory=list)
    wanted: int = 0
    skip_next: bool = False

    def measure(self) -> Depth:
        """Scan the whole formula."""
        for token in READ.finditer(self.latex):
            if token["skip"] is None:
                self._read(token["edge"] or token["name"] or "", token["char"] or "")
        return self

    def _read(self, name: str, char: str) -> None:
        if self.skip_next:
            self.skip_next = False
        elif char in OPENING_CHARACTERS or OPENING_NAMES.fullmatch(name):
            self._open(char)
        elif char in (")", "]") or CLOSING_NAMES.fullmatch(name):
            self._close(char)
        elif char == "{" or name in ("begin", "left"):
            self._push(char or name)
        elif char == "}" or name in ("end", "right"):
            self._close_group(GROUPS[char or name])
        else:
            self._other(name, char)
        self.skip_next = name in ("left", "right", "middle") or bool(SIZED.fullmatch(name))

    def _open(self, char: str) -> None:
        if char == "[" and self.wanted:
            self._push("[")
            return
        self._eaten()
        self._push("(")

    def _push(self, kind: str) -> None:
        self.stack.append((kind, self.wanted))
        self.wanted = 0 if kind != "(" else self.wanted
        delimiters = sum(1 for kept, _wanted in self.stack if kept in ("(", "["))
        self.delimiters = max(self.delimiters, delimiters)
        self.groups = max(self.groups, len(self.stack))

    def _close(self, char: str) -> None:
        kind, wanted = self.stack[-1] if self.stack else ("", 0)
        if kind == "[" and char == "]":
            self.stack.pop()
            self.wanted = wanted
        elif self.wanted:
            self._eaten()
        elif kind == "(":
            self.stack.pop()

    def _close_group(self, opening: str) -> None:
        inner = next(
            (kind for kind, _wanted in reversed(self.stack) if kind not in ("(", "[")), None
        )
        if inner != opening:
            return
        kind, wanted = self.stack.pop()
        while kind != opening:
            kind, wanted = self.stack.pop()
        self.wanted = wanted
        self._eaten()

    def _other(self, name: str, char: str) -> None:
        if char in ("^", "_"):
            self.wanted += 1
        elif name in ONE_ARGUMENT:
            self.wanted = max(self.wanted, 1)
        elif name and name not in SYMBOLS:
            self.wanted = self.wanted + 1 if self.wanted else 2
        elif name or char not in NO_ATOM:
            self._eaten()

    def _eaten(self) -> None:
        self.wanted = max(0, self.wanted - 1)
