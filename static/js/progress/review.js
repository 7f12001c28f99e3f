// The page of today's cards: one at a time, by keyboard or touch, with or without a network.
import { announce, counted, fragment } from "../dom.js";
import { DAY, daysOf, doneToday, dueToday, now, review } from "./cards.js";
import * as store from "./store.js";
import { changed, scope } from "./ui.js";

const GRADES = ["1", "2", "3", "4"];
const isMore = () => new URLSearchParams(location.search).has("more");

/** A day in words; tomorrow by its name, and the year only when it is another one. */
function dayIn(words, days) {
  if (days === 1) return words.tomorrow;
  return dayAt(now() + days * DAY);
}

function dayAt(time) {
  const day = new Date(time);
  const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
  const year = day.getFullYear() === new Date().getFullYear() ? undefined : "numeric";
  return day.toLocaleDateString(language, { day: "numeric", month: "long", year });
}

/** Write the date of each grade on its button. */
function showDates(box, card, days) {
  for (const [place, button] of card.querySelectorAll("[name=grade]").entries()) {
    const date = button.querySelector("[data-comes-back]");
    if (days) button.dataset.days = days[place];
    date.textContent = days ? dayIn(box.dataset, days[place]) : box.dataset.later;
  }
}

const kept = async (url) => (await caches.match(url, { ignoreVary: true }))?.json();

/** The words of a quest's cards: from the network, else from what is kept for offline use. */
async function wordsOf(url) {
  try {
    const response = await fetch(url, { credentials: "omit" });
    if (response.ok) return (await response.json()).cards;
  } catch {
    // no network
  }
  return ("caches" in window && (await kept(url))?.cards) || {};
}

/** Quests that are kept in this browser, by the addresses of their cards. */
async function keptUrls(pattern) {
  if (!("caches" in window)) return [];
  const found = new Set();
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const { url } of await cache.keys()) {
      const { pathname } = new URL(url);
      if (pattern.test(pathname)) found.add(pathname);
    }
  }
  return [...found];
}

/** Put the cards together that are due by this browser's log. Returns whether words are missing. */
async function build(box) {
  const { due } = dueToday(scope());
  const room = isMore() ? Number(box.dataset.aDay) : Math.max(0, box.dataset.aDay - doneToday(scope()));
  if (!room || !due.length) return false;
  const urlOf = (quest) => box.dataset.cardsUrl.replace("/quest/", `/${quest}/`);
  const pattern = new RegExp(`^${urlOf("[^/]+")}$`);
  const urls = new Set(due.filter((card) => card.quest).map((card) => urlOf(card.quest)));
  for (const url of await keptUrls(pattern)) urls.add(url);
  const words = Object.assign({}, ...(await Promise.all([...urls].map(wordsOf))));
  const cards = due.filter((card) => words[card.l]).slice(0, room);
  for (const card of cards) {
    const part = fragment(words[card.l]);
    showDates(box, part.firstElementChild, daysOf(scope(), card));
    box.querySelector("[data-review-cards]").append(part);
  }
  return !cards.length;
}

function showState(box, name) {
  for (const part of box.querySelectorAll("[data-review-state]")) {
    part.hidden = part.dataset.reviewState !== name;
  }
}

/** What is said when no card is left. */
function showEnd(box, { away = false } = {}) {
  const byServer = "byServer" in box.dataset;
  const { due, next } = dueToday(scope());
  const done = doneToday(scope());
  if (!byServer || done) {
    const others = !byServer || store.readJson(`${scope()}|cards`) ? due.length > 0 : null;
    if (others !== null) box.querySelector("[data-review-more]").hidden = !others;
    for (const words of box.querySelectorAll("[data-review-next]")) {
      words.textContent = next && !due.length ? box.dataset.next.replace("DATE", dayAt(next)) : "";
    }
    const name = away ? "away" : done ? "done" : due.length || next ? "nothing" : "none";
    showState(box, name);
  }
  for (const part of box.querySelectorAll("[data-review-left], [data-review-keys]")) part.hidden = true;
}

function showNext(box, { focus = false } = {}) {
  const cards = [...box.querySelectorAll("[data-card]")];
  for (const card of cards) card.toggleAttribute("data-current", card === cards[0]);
  if (!cards.length) {
    showEnd(box);
    if (focus) box.querySelector("[data-review-state]:not([hidden])")?.focus();
    return;
  }
  showState(box, "");
  for (const part of box.querySelectorAll("[data-review-left], [data-review-keys]")) part.hidden = false;
  box.querySelector("[data-review-left]").textContent = counted(box.dataset, "left", cards.length);
  if (focus) cards[0].querySelector("summary").focus();
}

function grade(box, card, button) {
  const days = Number(button.dataset.days) || null;
  review(scope(), card.dataset.card, Number(button.value), days);
  card.remove();
  const date = days ? dayIn(box.dataset, days) : box.dataset.later;
  announce(box.dataset.comes.replace("DATE", date));
  showNext(box, { focus: true });
  changed();
}

/** Cards of the page that were reviewed here since the server wrote it. */
function dropReviewed(box) {
  const waiting = store.operations(scope()).filter((op) => op.k === "r" && op.st === "p");
  const reviewed = new Set(waiting.map((op) => op.l));
  for (const card of box.querySelectorAll("[data-card]")) {
    if (reviewed.has(card.dataset.card)) card.remove();
  }
}

function attachKeys(box) {
  box.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !GRADES.includes(event.key)) return;
    const card = event.target.closest("[data-card][data-current]");
    if (!card?.querySelector("[data-card-answer]").open) return;
    event.preventDefault();
    card.querySelector(`[name=grade][value="${event.key}"]`).click();
  });
}

export async function attachReview(box) {
  const byServer = "byServer" in box.dataset;
  box.addEventListener("submit", (event) => {
    const card = event.target.closest("[data-card]");
    if (!card || store.isRefused()) return; // the form goes to the server
    event.preventDefault();
    grade(box, card, event.submitter ?? card.querySelector("[name=grade]"));
  });
  box.addEventListener(
    "toggle",
    (event) => {
      // Whoever opened the answer stands in it: the keys of the grades work from there.
      const card = event.target.closest?.("[data-card][data-current]");
      if (card && event.target.open) card.focus({ preventScroll: true });
    },
    { capture: true },
  );
  attachKeys(box);
  if (byServer) {
    dropReviewed(box);
    box.setAttribute("data-review-ready", "");
    if (box.querySelector("[data-card]") || doneToday(scope())) showNext(box);
    return;
  }
  const away = await build(box);
  box.setAttribute("data-review-ready", "");
  if (away) showEnd(box, { away });
  else showNext(box);
  rebuildOnce(box);
}

/** What is due may be known only after the server has judged the log of this browser. */
function rebuildOnce(box) {
  let before = JSON.stringify(store.readJson(`${scope()}|cards`)?.rows);
  const again = async () => {
    const rows = JSON.stringify(store.readJson(`${scope()}|cards`)?.rows);
    if (rows === before || box.querySelector("[data-card]")) return;
    before = rows;
    const away = await build(box);
    if (away) showEnd(box, { away });
    else showNext(box);
  };
  document.addEventListener("progress:numbers", again);
}
