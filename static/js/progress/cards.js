// Cards by what this browser knows: which are due, and when each grade brings one back. The server
// hands out dates for a fortnight; nothing here schedules anything.
import { entry, isDone, live } from "./log.js";
import * as store from "./store.js";

export const DAY = 24 * 60 * 60 * 1000;

const handedOut = (scope) => store.readJson(`${scope}|cards`);
const timeOf = (op) => op.at + (op.off ?? store.readJson("off", 0));

/** The time on the server's clock, as far as this browser knows. */
export const now = () => Date.now() + store.readJson("off", 0);

/** The end of today on this device, wherever it is. */
function endOfToday(time) {
  const day = new Date(time);
  day.setHours(24, 0, 0, 0);
  return day.getTime();
}

const startOfToday = (time) => new Date(time).setHours(0, 0, 0, 0);

/** Reviews that count as far as this browser knows: a Map from target to the newest one. */
function reviewsIn(scope, since) {
  const ops = store.operations(scope);
  const dead = new Set(ops.flatMap((op) => op.x ?? []));
  const found = new Map();
  for (const op of ops) {
    if (op.k !== "r" || op.st === "r" || dead.has(op.id) || timeOf(op) <= since) continue;
    const known = found.get(op.l);
    if (!known || timeOf(known) < timeOf(op)) found.set(op.l, op);
  }
  return found;
}

/** How many cards were reviewed today, by this browser's log. */
export const doneToday = (scope) => reviewsIn(scope, startOfToday(now()) - 1).size;

/** Questions answered since the server handed out the dates: they are due a day later. */
function answeredSince(scope, { at, wait, rows }) {
  const known = new Set(rows.map((row) => row.l));
  const state = live(scope);
  const found = new Map();
  for (const op of store.operations(scope)) {
    if (op.k !== "a" || !op.r || op.st === "r" || timeOf(op) <= at) continue;
    if (!known.has(op.l) && isDone(state, op.l)) found.set(op.l, { l: op.l, due: timeOf(op) + wait, days: [] });
  }
  return [...found.values()];
}

/** Every card with the time when it is due: {l, quest, due, last, from, days}, soonest first. A card
 * whose next date no one could tell yet is left out until the server was asked. */
function cardsIn(scope) {
  const known = handedOut(scope);
  if (!known) return [];
  const reviews = reviewsIn(scope, known.at);
  return [...known.rows, ...answeredSince(scope, known)]
    .map((row) => {
      const review = reviews.get(row.l);
      if (!review) return row;
      return { ...row, due: review.nx ?? Infinity, last: timeOf(review), days: null };
    })
    .sort((one, other) => one.due - other.due);
}

/** Cards that are due today, those first that wait longest; and when the next one is due. */
export function dueToday(scope) {
  const end = endOfToday(now());
  const cards = cardsIn(scope);
  const next = cards.find((card) => card.due >= end && card.due < Infinity);
  return { due: cards.filter((card) => card.due < end), next: next?.due ?? null };
}

/** In how many days each grade brings a card back, if it is reviewed now; null when only the server
 * can tell, because the card was reviewed since it handed out the dates. */
export function daysOf(scope, card) {
  if (!card.days) return null;
  if (!card.days.length) return handedOut(scope).fresh;
  const place = Math.floor((now() - card.last) / DAY) - card.from;
  return card.days[Math.min(Math.max(place, 0), card.days.length - 1)];
}

/** Write a review into the log; `days` until the card comes back, where that is known. */
export function review(scope, target, grade, days) {
  const made = entry("r", target, { g: grade });
  if (days) made.nx = timeOf(made) + days * DAY;
  store.saveOperation(scope, made);
}
