"""What must hold on every page, checked in Chromium."""

import time
from importlib.resources import files
from urllib.parse import urlsplit

import brotli
from playwright.sync_api import Response

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
# Best-practice rules are wishes; these tags are the standards that we promise.
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Watch:
    """Listens to a page and remembers what must not happen."""

    def __init__(self, page) -> None:
        self.page = page
        self.faults: list[str] = []
        self.responses: dict[str, Response] = {}
        page.on("console", self.heard)
        page.on("pageerror", lambda error: self.faults.append(f"page error: {error}"))
        page.on("requestfailed", lambda request: self.faults.append(f"failed: {request.url}"))
        page.on("request", self.requested)
        page.on("response", self.answered)

    def heard(self, message) -> None:
        """An error on the console, such as a violation of the Content-Security-Policy."""
        if message.type in {"error", "warning"}:
            self.faults.append(f"console {message.type}: {message.text}")

    def requested(self, request) -> None:
        """A request to another host."""
        host = urlsplit(request.url).hostname
        if host not in {"localhost", "127.0.0.1", None} and not request.url.startswith("data:"):
            self.faults.append(f"request to another host: {request.url}")

    def answered(self, response) -> None:
        """Keep the answer, for the weight of its body."""
        if response.status == 200 and not response.url.startswith("data:"):
            self.responses[response.url] = response

    def transferred(self) -> dict[str, int]:
        """Compressed bytes by address: pages as they are sent (brotli 5), files as stored (11)."""
        weights = {}
        for url, response in self.responses.items():
            quality = 11 if "/static/" in url else 5
            weights[urlsplit(url).path] = len(brotli.compress(response.body(), quality=quality))
        return weights


def axe_violations(page) -> list[str]:
    """What axe-core finds, one line for each element."""
    page.evaluate(AXE)
    result = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})",
        AXE_TAGS,
    )
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


def overflow(page) -> list[str]:
    """Elements that make the page scroll sideways."""
    return page.evaluate(
        """() => {
          if (document.documentElement.scrollWidth <= innerWidth) return [];
          return [...document.body.querySelectorAll("*")]
            .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
            .slice(0, 5).map((each) => "too wide: " + each.tagName + "." + each.className);
        }"""
    )


def faults_of(page, path: str, watch: Watch, *, settle: float = 0.05) -> list[str]:
    """Open a page and say everything that is wrong with it."""
    watch.faults.clear()
    response = page.goto(path)
    page.wait_for_load_state("networkidle")
    time.sleep(settle)
    found = [*watch.faults, *overflow(page), *axe_violations(page)]
    if response.status >= 400 and not path.endswith("nowhere/"):
        found.append(f"status {response.status}")
    return [f"{path}: {fault}" for fault in found]
