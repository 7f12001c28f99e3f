// Level-up and achievement moments: shown without moving the focus, said to screen readers,
// closed by their button, by Escape or after a while. All motion is in the style sheet.
import { announce } from "../dom.js";

const MANY = 3; // more than that stand closer together and are said in short

const STAYS = 7000; // milliseconds, and some more for each line
const EACH = 2000;

const region = () => document.querySelector("[data-moments]");

/** Show what an Outcome (its JSON) gives to celebrate, all in one card: what comes while a card is
 * open joins it. Does nothing when there is nothing. */
export function showMoments(outcome) {
  const moments = outcome?.moments ?? [];
  if (!moments.length || !region() || !template()) return;
  const card = openCard() ?? newCard();
  const list = card.querySelector("ul");
  list.append(...moments.map((moment) => filled(blankItem(), moment)));
  mark(card);
  keepClear();
  announce(spoken(moments));
}

/** A few in full; of many the titles alone, in one breath for each sort. */
function spoken(moments) {
  if (moments.length <= MANY) {
    const inFull = ({ kicker, title, text }) => [kicker, title, text].filter(Boolean).join(" ");
    return moments.map(inFull).join(". ");
  }
  const titles = (sort) => moments.filter(({ kicker }) => kicker === sort).map(({ title }) => title);
  const sorts = [...new Set(moments.map(({ kicker }) => kicker))];
  return sorts.map((sort) => `${sort}: ${titles(sort).join(", ")}`).join(". ");
}

const template = () => document.querySelector("[data-moment-template]");
const openCard = () => region().querySelector("[data-moment]");
const blankItem = () => template().content.querySelector("li").cloneNode(true);

function newCard() {
  const card = template().content.firstElementChild.cloneNode(true);
  card.querySelector("ul").replaceChildren();
  dismissable(card);
  region().append(card);
  return card;
}

const mark = (card) =>
  card.classList.toggle("moment--many", card.querySelectorAll("li").length > MANY);

function filled(item, moment) {
  for (const word of item.querySelectorAll("[data-word]")) {
    word.textContent = moment[word.dataset.word] ?? "";
  }
  return item;
}

function dismissable(card) {
  const close = () => {
    const hadFocus = card.contains(document.activeElement);
    card.remove();
    document.removeEventListener("keydown", onKey);
    if (hadFocus) document.querySelector("main").focus({ preventScroll: true });
  };
  const onKey = (event) => {
    if (event.key === "Escape" && !event.isComposing) close();
  };
  card.querySelector("[data-dismiss]").addEventListener("click", close);
  document.addEventListener("keydown", onKey);
  leaveAfter(card, () => STAYS + EACH * card.querySelectorAll("li").length, close);
}

/** Call `leave` after `wait` milliseconds, counted anew while the pointer or focus is on `card`. */
export function leaveAfter(card, wait, leave) {
  let timer = null;
  const hold = () => clearTimeout(timer);
  const begin = () => {
    hold();
    const milliseconds = typeof wait === "function" ? wait() : wait;
    if (!card.matches(":hover, :focus-within")) timer = setTimeout(leave, milliseconds);
  };
  card.onpointerenter = hold;
  card.onpointerleave = begin;
  card.addEventListener("focusin", hold);
  card.addEventListener("focusout", () => setTimeout(begin));
  begin();
}

/** Move the cards to the top while they would cover the way to the next step. */
export function keepClear() {
  const cards = region();
  if (!cards) return;
  const steps = [...document.querySelectorAll("[data-next-step]")].filter((step) =>
    step.checkVisibility(),
  );
  const meet = (one, other) =>
    one.bottom > other.top && one.top < other.bottom && one.right > other.left && one.left < other.right;
  const covered = (atTop) => {
    cards.classList.toggle("moments--top", atTop);
    const boxes = [...cards.children].map((card) => card.getBoundingClientRect());
    const isCovered = (step) => boxes.some((box) => meet(box, step.getBoundingClientRect()));
    return steps.filter(isCovered).length;
  };
  const below = covered(false);
  if (below && covered(true) > below) covered(false);
}

addEventListener("scroll", () => region()?.querySelector("[data-moment]") && keepClear(), {
  passive: true,
});
for (const card of document.querySelectorAll("[data-moments] [data-moment]")) dismissable(card);
keepClear();
