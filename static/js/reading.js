// What a lesson's page does for reading: where one is, the way back to it, and arrow keys.
import { attachAll } from "./dom.js";

const LINE = 0.35; // of the window's height: what is above it is being read
const uid = document.querySelector("[data-lesson]")?.dataset.lesson;

// --- the outline -------------------------------------------------------------------------------

/** On a phone the outline starts closed; beside the text it begins where the reader is. */
function outlineBox(details) {
  if (matchMedia("(max-width: 66rem)").matches) {
    details.open = false;
    return;
  }
  const current = details.querySelector("[aria-current]");
  const box = details.closest(".lesson__aside");
  if (!current || !box) return;
  const { top, height } = current.getBoundingClientRect();
  const frame = box.getBoundingClientRect();
  if (top + height > frame.bottom) box.scrollTop += top - frame.top - box.clientHeight / 2;
}

// --- the place within the page -----------------------------------------------------------------

const key = `place|${uid}`;
const account = document.body.dataset.learner ? import("./progress/place.js") : null;

/** Where the reader stopped last time, { id, at }; some browsers store nothing. */
async function keptPlace() {
  let own = null;
  try {
    own = JSON.parse(localStorage.getItem(key));
  } catch {
    // Then the account alone knows.
  }
  return account ? (await account).newest(own) : own;
}

function keepPlace(id) {
  account?.then(({ keep }) => keep(id));
  try {
    if (id) localStorage.setItem(key, JSON.stringify({ id, at: Date.now() }));
    else localStorage.removeItem(key);
  } catch {
    // Then the next visit begins at the top.
  }
}

const targetOf = (link) => document.getElementById(decodeURIComponent(link.hash.slice(1)));

/** Mark the heading that is being read in every list of headings, and remember it. */
function followHeadings() {
  const links = [...document.querySelectorAll("[data-toc] a")];
  const headings = [...new Set(links.map(targetOf))].filter(Boolean);
  if (!headings.length) return;
  const mark = () => {
    const passed = headings.filter((each) => each.getBoundingClientRect().top < innerHeight * LINE);
    const current = passed.at(-1);
    for (const link of links) {
      if (current && targetOf(link) === current) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    }
    // At the end there is nothing to come back to; at the top the older place is still on offer.
    if (current) keepPlace(current === headings.at(-1) ? null : current.id);
  };
  // Everything above the line counts as seen: a heading that is jumped over is noticed, too.
  const rootMargin = `1000000px 0px -${100 - LINE * 100}%`;
  const observer = new IntersectionObserver(mark, { rootMargin });
  for (const heading of headings) observer.observe(heading);
}

/** Offer to go on where the reader stopped, once, at the top of the page alone. */
async function offerPlace(offer) {
  const id = (await keptPlace())?.id;
  const heading = id && document.getElementById(id);
  if (!heading || location.hash || scrollY > innerHeight / 2) return;
  const link = offer.querySelector("a");
  const close = () => {
    offer.hidden = true;
    removeEventListener("scroll", onScroll);
  };
  const onScroll = () => {
    if (heading.getBoundingClientRect().top < innerHeight) close();
  };
  link.hash = id;
  offer.querySelector("[data-come-back-title]").textContent = heading.firstChild.textContent;
  link.addEventListener("click", close);
  offer.querySelector("[data-come-back-close]").addEventListener("click", () => {
    keepPlace(null);
    close();
  });
  addEventListener("scroll", onScroll, { passive: true });
  offer.hidden = false;
  onScroll();
}

// --- keys --------------------------------------------------------------------------------------

const TAKES_KEYS = "input, textarea, select, [contenteditable], [tabindex]:not(#main), [role=toolbar]";

/** Left and right lead to the lessons before and after, where nothing else needs these keys. */
function turnPage(event) {
  const { key: name, ctrlKey, altKey, metaKey, shiftKey, isComposing } = event;
  if (ctrlKey || altKey || metaKey || shiftKey || isComposing || event.defaultPrevented) return;
  if (!name.startsWith("Arrow") || document.activeElement?.closest(TAKES_KEYS)) return;
  const scrolls = document.documentElement.scrollWidth > innerWidth;
  if (scrolls || !document.getSelection()?.isCollapsed) return;
  document.querySelector(`[aria-keyshortcuts="${name}"]`)?.click();
}

// Nearly nobody selects words on a first visit; the script looks at what is selected by then.
document.addEventListener("selectionchange", () => import("./selection.js"), { once: true });
addEventListener("keydown", turnPage);
attachAll(document, { "[data-outline-box]": outlineBox, "[data-come-back]": offerPlace });
followHeadings();
