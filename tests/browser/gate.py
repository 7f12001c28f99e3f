"""Checks that every page must pass in Chromium."""

from importlib.resources import files
from urllib.parse import urlsplit

import brotli
from django.conf import settings
from playwright.sync_api import Response

from config.storage import smaller

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
# Best practices too, not only the standards that we promise.
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE = {"width": 360, "height": 800}
DESK = {"width": 1280, "height": 800}
# Without "preload": axe would read stylesheets by an inline style, which the policy refuses.
RUN_ALL = {"preload": False, "runOnly": {"type": "tag", "values": AXE_TAGS}}
# Nothing but colours changes between light and dark, so that look is at them alone. Four fifths of
# axe's time go there, so after one look at every word it is at one word of each kind (see KINDS).
COLOURS = ["color-contrast", "link-in-text-block"]
RUN_COLOURS = {"preload": False, "runOnly": {"type": "rule", "values": COLOURS}}
RUN_REST = {**RUN_ALL, "rules": {name: {"enabled": False} for name in COLOURS}}
# One element for each combination of what decides a contrast: its own colour and size, and the
# background, opacity and position of everything that it stands in.
KINDS = """() => {
  const kinds = new Map(), above = new Map();
  const surface = (each) => {
    if (!each) return "";
    if (!above.has(each)) {
      const { backgroundColor, backgroundImage, opacity, position } = getComputedStyle(each);
      const below = surface(each.parentElement);
      above.set(each, [below, backgroundColor, backgroundImage, opacity, position].join());
    }
    return above.get(each);
  };
  for (const each of document.body.querySelectorAll("*")) {
    const says = [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!(says || each.matches("input, select, textarea")) || !each.checkVisibility()) continue;
    const { color, fontSize, fontWeight, textDecorationLine } = getComputedStyle(each);
    const link = each.tagName === "A" ? each.parentElement.tagName : "";
    const kind = [surface(each), color, fontSize, fontWeight, textDecorationLine, link].join();
    if (!kinds.has(kind)) kinds.set(kind, each);
  }
  return [...kinds.values()];
}"""
# Where everything on the first screen stands before the first module runs.
PLACES = """document.addEventListener("readystatechange", () => {
  if (document.readyState !== "interactive") return;
  // Without its styles nothing stands where it will; they are kept when the page is opened again.
  if ([...document.querySelectorAll("link[rel=stylesheet]")].some((each) => !each.sheet)) return;
  window.places = [...document.body.querySelectorAll("*")]
    .map((each) => [each, each.getBoundingClientRect()])
    .filter(([each, { y, height }]) => height && y < innerHeight && each.checkVisibility());
});"""


class Watch:
    """Listens to a page and records errors."""

    def __init__(self, page) -> None:
        self.page = page
        self.faults: list[str] = []
        self.bodies: dict[str, Response] = {}
        page.add_init_script(PLACES)
        page.on("console", self.heard)
        page.on("pageerror", lambda error: self.faults.append(f"page error: {error}"))
        page.on("requestfailed", self.failed)
        page.on("request", self.requested)
        page.on("response", self.answered)

    def heard(self, message) -> None:
        """Record a console error, such as a violation of the Content-Security-Policy."""
        missing = "status of 404" in message.text and urlsplit(self.page.url).path.endswith(
            "/nowhere/"
        )
        if message.type in {"error", "warning"} and not missing:
            self.faults.append(f"console {message.type}: {message.text}")

    def failed(self, request) -> None:
        """Record a failed request, except those cancelled by leaving the page."""
        if "ERR_ABORTED" not in (request.failure or ""):
            self.faults.append(f"failed: {request.url} {request.failure}")

    def requested(self, request) -> None:
        """Record a request to another host."""
        host = urlsplit(request.url).hostname
        if host not in {"localhost", "127.0.0.1", None} and not request.url.startswith("data:"):
            self.faults.append(f"request to another host: {request.url}")

    def answered(self, response) -> None:
        """Record the response, for its size."""
        if response.status >= 400 and not response.url.endswith("/nowhere/"):
            self.faults.append(f"status {response.status}: {response.url}")
        if response.status == 200 and not response.url.startswith("data:"):
            self.bodies[response.url] = response

    def transferred(self) -> dict[str, int]:
        """Compressed bytes by address: pages as they are sent (brotli 5), files as stored (11)."""
        weights = {}
        for url, response in self.bodies.items():
            path, body = urlsplit(url).path, response.body()
            if path.endswith((".js", ".css")):
                body = smaller(path, body.decode()).encode()
            quality = 11 if "/static/" in url else 5
            weights[path] = len(brotli.compress(body, quality=quality))
        return weights


def axe_violations(page, options: dict, *, kinds_only: bool = False) -> list[str]:
    """Return axe-core's violations, one line per element; `look_at` injects axe-core."""
    violations = page.evaluate(
        """([options, kindsOnly]) => {
          // A colour halfway through a transition is nobody's choice.
          document.getAnimations().forEach((each) => each.finish());
          const where = kindsOnly ? { include: kinds() } : document;
          return axe.run(where, options).then((found) => found.violations);
        }""",
        [options, kinds_only],
    )
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in violations
        for node in violation["nodes"]
    ]


def overflow(page) -> list[str]:
    """Return elements that make the page scroll sideways."""
    return page.evaluate(
        """() => {
          if (document.documentElement.scrollWidth <= innerWidth) return [];
          return ["scrolls sideways", ...[...document.body.querySelectorAll("*")]
            .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
            .slice(0, 5).map((each) => "too wide: " + each.tagName + "." + each.className)];
        }"""
    )


def jumps(page) -> list[str]:
    """What scripts moved on the first screen since the HTML was there (see PLACES).

    The admin's widgets are Django's own, but pages of the studio are ours. The browser's
    layout-shift entries would also tell of HTML that still arrives, which depends on how busy the
    machine is.
    """
    if "/admin/" in page.url and not page.locator(".studio").count():
        return []
    if page.evaluate("!window.places"):
        page.reload()
    return page.evaluate(
        """async () => {
          await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
          return [...window.places].filter(([each, before]) => {
            const now = each.getBoundingClientRect();
            const moved = Math.hypot(now.x - before.x, now.y + scrollY - before.y);
            return each.checkVisibility() && moved > 3;
          }).slice(0, 5).map(([each]) => `moved: ${each.tagName}.${each.className}`);
        }"""
    )


def look_at(page) -> list[str]:
    """Return all problems of the open page at two widths, light and dark."""
    found = jumps(page)
    # The words of the other language stand in the same places.
    every_word = page.get_attribute("html", "lang") == settings.LANGUAGE_CODE
    page.evaluate(AXE)
    page.evaluate(f"() => {{ window.kinds = {KINDS}; }}")
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme="dark")
        dark = axe_violations(page, RUN_COLOURS, kinds_only=True)
        page.emulate_media(color_scheme="light")
        light = overflow(page)
        light += axe_violations(page, RUN_REST)
        kinds_only = size is PHONE or not every_word
        light += axe_violations(page, RUN_COLOURS, kinds_only=kinds_only)
        found += [f"{size['width']} px, dark: {fault}" for fault in dark]
        found += [f"{size['width']} px, light: {fault}" for fault in light]
    return found


def faults_of(page, path: str, watch: Watch) -> list[str]:
    """Open a page and return all its problems."""
    watch.faults.clear()
    response = page.goto(path)
    found = look_at(page)
    if path.endswith("/nowhere/") and response.status != 404:
        found.append(f"status {response.status}")
    return [f"{path}: {fault}" for fault in [*found, *watch.faults]]
