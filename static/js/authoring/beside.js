// Text and preview side by side on wide screens, scrolling in step by their headings.
import { rowsOf } from "./text.js";

const VIEW = "studio-view";
const FENCE = /^ {0,3}(```|~~~)/;
const HEADING = /^#{2,6}\s/;

function stored() {
  try {
    return localStorage.getItem(VIEW);
  } catch {
    return null; // a browser that keeps nothing has the first view each time
  }
}

function store(view) {
  try {
    localStorage.setItem(VIEW, view);
  } catch {
    // The view lasts as long as the page.
  }
}

/** Let the author choose between text beside preview and language beside language. */
export function attachViews(bar) {
  const languages = document.querySelector("[data-languages]");
  const buttons = [...bar.querySelectorAll("[data-view]")];
  const show = (view) => {
    languages.dataset.view = view;
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(button.dataset.view === view));
    }
  };
  for (const button of buttons) {
    button.addEventListener("click", () => {
      show(button.dataset.view);
      store(button.dataset.view);
    });
  }
  show(stored() === "languages" ? "languages" : "preview");
}

/** How far down each heading of the source begins, in pixels of its scrolled height. */
function sourceMarks(field) {
  const rows = rowsOf(field);
  const all = rows.reduce((sum, each) => sum + each, 0);
  const marks = [];
  let inFence = false;
  let above = 0;
  field.value.split("\n").forEach((line, index) => {
    if (FENCE.test(line)) inFence = !inFence;
    if (!inFence && HEADING.test(line)) marks.push((above / all) * field.scrollHeight);
    above += rows[index];
  });
  return marks;
}

function previewMarks(shown) {
  const top = shown.getBoundingClientRect().top - shown.scrollTop;
  return [...shown.querySelectorAll("h2, h3, h4, h5, h6")].map(
    (heading) => heading.getBoundingClientRect().top - top,
  );
}

/** Where a place among `from` lies among `to`: in a straight line between two neighbours. */
function translated(place, from, to) {
  let next = from.findIndex((mark) => mark > place);
  if (next < 1) next = next < 0 ? from.length - 1 : 1;
  const share = (place - from[next - 1]) / Math.max(from[next] - from[next - 1], 1);
  return to[next - 1] + Math.min(share, 1) * (to[next] - to[next - 1]);
}

/** Keep the preview of a field where its text is, and the text where its preview is. */
export function attachSteps(box) {
  const field = box.querySelector("textarea");
  const shown = box.querySelector("[data-preview-of]");
  let follower = null;
  const follow = (leader, other) => {
    if (follower === leader) {
      follower = null;
      return;
    }
    const mine = leader === field ? sourceMarks(field) : previewMarks(shown);
    const theirs = leader === field ? previewMarks(shown) : sourceMarks(field);
    const paired = mine.length === theirs.length;
    const ends = (element) => Math.max(element.scrollHeight - element.clientHeight, 0);
    const within = (marks, element) =>
      [0, ...(paired ? marks.filter((mark) => mark > 0 && mark < ends(element)) : []), ends(element)];
    const [from, to] = [within(mine, leader), within(theirs, other)];
    const even = from.length === to.length;
    const place = even
      ? translated(leader.scrollTop, from, to)
      : (leader.scrollTop / Math.max(ends(leader), 1)) * ends(other);
    if (Math.abs(other.scrollTop - place) < 2) return;
    follower = other;
    other.scrollTop = place;
  };
  field.addEventListener("scroll", () => follow(field, shown), { passive: true });
  shown.addEventListener("scroll", () => follow(shown, field), { passive: true });
}
