// What a reader can do with selected words of a lesson: a few buttons right behind them, which the
// Tab key reaches first.
//
// Another action is a button in course/_selection.html and a function for it:
//     registerAction("note", ({ text, range }) => …);
import { withQuote } from "./comments/report.js";

const PAUSE = 200; // milliseconds: a selection grows word by word
const LONGEST = 600;
const HEADINGS = "#lesson-text [id]:is(h2, h3, h4, h5, h6), #code-title, #exercise";
const WHERE = "#lesson-text, .lesson__code, #exercise .prose";
const actions = new Map();
let open = null; // { box, text, range }

/** Add what the button of that name does with `{ text, range }`; without it the button is hidden. */
export function registerAction(name, run) {
  actions.set(name, run);
}

function close() {
  open?.box.remove();
  open = null;
}

function selected() {
  const selection = document.getSelection();
  if (!selection?.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const within = (node) => (node instanceof Element ? node : node.parentElement)?.closest(WHERE);
  const place = within(range.startContainer);
  const text = selection.toString().trim().slice(0, LONGEST);
  return text && place && place === within(range.endContainer) ? { text, range, place } : null;
}

/** The block of the text behind which the buttons stand, so that Tab finds them. */
function blockOf(node, place) {
  const containers = `.prose, ${WHERE}`;
  let block = node instanceof Element ? node : node.parentElement;
  while (block !== place && !block.parentElement.matches(containers)) block = block.parentElement;
  return block === place ? place.lastElementChild : block;
}

function show() {
  if (open?.box.contains(document.activeElement)) return;
  const found = selected();
  close();
  const template = document.querySelector("[data-selection-template]");
  if (!found || !template) return;
  const box = template.content.firstElementChild.cloneNode(true);
  for (const button of box.querySelectorAll("[data-selection-action]")) {
    const name = button.dataset.selectionAction;
    button.hidden = !actions.has(name);
    button.addEventListener("click", () => {
      close();
      actions.get(name)(found);
    });
  }
  // Whoever tabs on is done with it; another selection opens it again.
  box.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && !box.contains(relatedTarget)) close();
  });
  blockOf(found.range.endContainer, found.place).after(box);
  const { left, bottom } = found.range.getBoundingClientRect();
  const widest = document.documentElement.clientWidth - box.offsetWidth - 8;
  box.style.top = `${bottom + scrollY + 8}px`;
  box.style.left = `${Math.max(8, Math.min(left, widest))}px`;
  open = { box, ...found };
}

const report = ({ text }) => {
  location.assign(withQuote(document.querySelector("[data-report-link]").href, text));
};

/** Add words to what is written in a textarea, and go on writing there. */
function writeBehind(area, words) {
  const before = area.value ? `${area.value.trimEnd()}\n\n` : "";
  area.value = `${before}${words}`;
  area.dispatchEvent(new Event("input", { bubbles: true }));
  area.focus();
  area.setSelectionRange(area.value.length, area.value.length);
}

const quote = ({ text }) => {
  const body = document.querySelector("#comments > .stack [data-comment-body]");
  writeBehind(body, `${text.replace(/^/gm, "> ")}\n\n`);
};

/** The id of the last heading at or before the start of a range, or nothing. */
function headingBefore(range) {
  const follows = Node.DOCUMENT_POSITION_FOLLOWING | Node.DOCUMENT_POSITION_CONTAINED_BY;
  const isBefore = (each) => each.compareDocumentPosition(range.startContainer) & follows;
  return [...document.querySelectorAll(HEADINGS)].filter(isBefore).at(-1)?.id ?? "";
}

/** Begin a note with the selected words; it remembers its heading. */
const note = ({ text, range }) => {
  const { elements } = document.querySelector("[data-note-form]");
  elements.place.value = headingBefore(range);
  writeBehind(elements.text, `“${text}”\n`);
};

registerAction("note", note);
registerAction("report", report);
registerAction("quote", quote);

let timer = setTimeout(show, PAUSE);
document.addEventListener("selectionchange", () => {
  clearTimeout(timer);
  timer = setTimeout(show, PAUSE);
});
document.addEventListener("keydown", (event) => {
  const { key, shiftKey, isComposing } = event;
  if (!open || isComposing) return;
  if (key === "Escape") close();
  // Wherever the browser would go on from: with words selected, the buttons come next.
  if (key !== "Tab" || shiftKey || open.box.contains(document.activeElement)) return;
  event.preventDefault();
  open.box.querySelector("button:not([hidden])").focus();
});
