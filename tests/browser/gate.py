"""What must hold on every page, checked in Chromium."""

from importlib.resources import files
from urllib.parse import urlsplit

import brotli
from playwright.sync_api import Response

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
# Best practices too, not only the standards that we promise.
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE = {"width": 360, "height": 800}
DESK = {"width": 1280, "height": 800}
# Without "preload": axe would read stylesheets by an inline style, which the policy refuses.
RUN_ALL = {"preload": False, "runOnly": {"type": "tag", "values": AXE_TAGS}}
# Nothing but colours changes between light and dark, so the second look is at them alone.
COLOURS = ["color-contrast", "link-in-text-block"]
RUN_COLOURS = {"preload": False, "runOnly": {"type": "rule", "values": COLOURS}}


class Watch:
    """Listens to a page and remembers what must not happen."""

    def __init__(self, page) -> None:
        self.page = page
        self.faults: list[str] = []
        self.bodies: dict[str, Response] = {}
        page.on("console", self.heard)
        page.on("pageerror", lambda error: self.faults.append(f"page error: {error}"))
        page.on("requestfailed", self.failed)
        page.on("request", self.requested)
        page.on("response", self.answered)

    def heard(self, message) -> None:
        """An error on the console, such as a violation of the Content-Security-Policy."""
        missing = "status of 404" in message.text and urlsplit(self.page.url).path.endswith(
            "/nowhere/"
        )
        if message.type in {"error", "warning"} and not missing:
            self.faults.append(f"console {message.type}: {message.text}")

    def failed(self, request) -> None:
        """A request without answer; leaving a page early ends its last ones, which harms nobody."""
        if "ERR_ABORTED" not in (request.failure or ""):
            self.faults.append(f"failed: {request.url} {request.failure}")

    def requested(self, request) -> None:
        """A request to another host."""
        host = urlsplit(request.url).hostname
        if host not in {"localhost", "127.0.0.1", None} and not request.url.startswith("data:"):
            self.faults.append(f"request to another host: {request.url}")

    def answered(self, response) -> None:
        """Keep the answer, for its weight."""
        if response.status >= 400 and not response.url.endswith("/nowhere/"):
            self.faults.append(f"status {response.status}: {response.url}")
        if response.status == 200 and not response.url.startswith("data:"):
            self.bodies[response.url] = response

    def transferred(self) -> dict[str, int]:
        """Compressed bytes by address: pages as they are sent (brotli 5), files as stored (11)."""
        weights = {}
        for url, response in self.bodies.items():
            quality = 11 if "/static/" in url else 5
            weights[urlsplit(url).path] = len(brotli.compress(response.body(), quality=quality))
        return weights


def axe_violations(page, options: dict) -> list[str]:
    """What axe-core (which `look_at` put into the page) finds, one line for each element."""
    violations = page.evaluate(
        """(options) => {
          // A colour halfway through a transition is nobody's choice.
          document.getAnimations().forEach((each) => each.finish());
          return axe.run(document, options).then((found) => found.violations);
        }""",
        options,
    )
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in violations
        for node in violation["nodes"]
    ]


def overflow(page) -> list[str]:
    """Elements that make the page scroll sideways."""
    return page.evaluate(
        """() => {
          if (document.documentElement.scrollWidth <= innerWidth) return [];
          return ["scrolls sideways", ...[...document.body.querySelectorAll("*")]
            .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
            .slice(0, 5).map((each) => "too wide: " + each.tagName + "." + each.className)];
        }"""
    )


def look_at(page) -> list[str]:
    """Everything wrong with the page that is open: two widths, light and dark, in one load."""
    page.evaluate(AXE)
    found = []
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        for scheme, options in (("dark", RUN_COLOURS), ("light", RUN_ALL)):
            page.emulate_media(color_scheme=scheme)
            wrong = [*(overflow(page) if scheme == "light" else []), *axe_violations(page, options)]
            found += [f"{size['width']} px, {scheme}: {fault}" for fault in wrong]
    return found


def faults_of(page, path: str, watch: Watch) -> list[str]:
    """Open a page and say everything that is wrong with it."""
    watch.faults.clear()
    response = page.goto(path)
    found = look_at(page)
    if path.endswith("/nowhere/") and response.status != 404:
        found.append(f"status {response.status}")
    return [f"{path}: {fault}" for fault in [*found, *watch.faults]]
