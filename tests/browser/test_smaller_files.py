"""Scripts and style sheets mean the same to a browser when production has made them smaller."""

import pytest
from django.conf import settings

from config.storage import smaller

pytestmark = pytest.mark.once
SCRIPTS = sorted((settings.BASE_DIR / "static").rglob("*.js"))
SHEETS = sorted((settings.BASE_DIR / "static").rglob("*.css"))

RULES = """text => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return [...sheet.cssRules].map((rule) => rule.cssText.replace(/\\s+/g, " "));
}"""
# What can't be parsed ends with SyntaxError, and what can with TypeError: there is no such module.
PARSED = """text => {
  const parts = [`import "nowhere";`, text];
  const url = URL.createObjectURL(new Blob(parts, { type: "text/javascript" }));
  return import(url).then(() => "run", (error) => error.name);
}"""


def test_style_sheets_keep_every_rule(page):
    assert SHEETS
    for path in SHEETS:
        text = path.read_text()
        assert page.evaluate(RULES, smaller(path.name, text)) == page.evaluate(RULES, text), path


def test_scripts_can_still_be_read(page):
    assert SCRIPTS
    unread = [
        path
        for path in SCRIPTS
        if page.evaluate(PARSED, smaller(path.name, path.read_text())) != "TypeError"
    ]
    assert not unread
    assert page.evaluate(PARSED, "let = ;") == "SyntaxError"
