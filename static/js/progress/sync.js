// Push what the server lacks, pull what changed elsewhere. Nothing here decides what is right: a
// lost answer, a second tab or a crash at any point only makes some work happen twice.
import { csrf } from "../dom.js";
import * as store from "./store.js";
import { wire } from "./log.js";

const BATCH = 200; // far below the server's limit of 500 operations
const MOST_BYTES = 200_000; // of operations, below the server's 256 KiB
const TOO_LARGE = 413;
const STALE = 60 * 60 * 1000;
const FIRST_WAIT = 2000;
const LONGEST_WAIT = 5 * 60 * 1000;
const STAYED = 5000; // after so long the next page did not come

let batch = BATCH;
let failures = 0;
let timer = null;
let running = null;
let leaving = false;

/** What the page may say: "synced", "waiting", "signed-out", "other-account", "gone". */
export const state = { name: "", at: null };

/** Tells what is new alone: numbers told again would be celebrated again. */
const tell = (name, { at = state.at, ...told } = {}) => {
  Object.assign(state, { name, at });
  document.dispatchEvent(new CustomEvent("progress:sync", { detail: { name, ...told } }));
};

/** Keep what the server said is due (see cards.js). */
export const keepCards = (scope, cards) => cards && store.writeJson(`${scope}|cards`, cards);

function wantsCards(scope) {
  const at = store.readJson(`${scope}|cards`)?.at ?? 0;
  return Math.abs(Date.now() - at) > STALE;
}

export const waiting = (scope) => store.operations(scope).filter((op) => op.st === "p");

function body(account, scope) {
  // Without a snapshot the cursor means nothing: ask for everything.
  const [cursor, epoch] = store.readJson(`${scope}|cur`, [0, ""]);
  return {
    v: 1,
    account,
    device: store.device(),
    cursor: store.readJson(`${scope}|snap`) && store.readJson(`${scope}|notes`) ? cursor : 0,
    epoch,
    now: Date.now(),
    language: document.body.dataset.language,
    scope: document.querySelector("[data-quest]")?.dataset.quest ?? null,
    cards: wantsCards(scope),
    ops: fitting(waiting(scope).slice(0, batch).map(wire)),
  };
}

const sizeOf = (op) => new Blob([JSON.stringify(op)]).size;

/** The first operations that one request can hold; the first of them always. */
export function fitting(ops) {
  let size = 0;
  const end = ops.findIndex((op, place) => (size += sizeOf(op)) > MOST_BYTES && place > 0);
  return end < 0 ? ops : ops.slice(0, end);
}

function applyNotes(scope, { full, notes }) {
  if (!notes) return; // the server is of an older release
  const known = full ? {} : store.readJson(`${scope}|notes`, {});
  for (const { m, ...note } of notes) {
    if (note.t) known[m] = note;
    else delete known[m];
  }
  store.writeJson(`${scope}|notes`, known);
}

/** Apply an answer: delta, then (after a restore) everything pending again, cursor, verdicts. */
export function apply(scope, answer) {
  const before = answer.full ? {} : store.readJson(`${scope}|snap`, {});
  for (const row of answer.delta) {
    if (row.live.length) before[row.l] = row.live;
    else delete before[row.l];
  }
  store.writeJson(`${scope}|snap`, before);
  applyNotes(scope, answer);
  keepCards(scope, answer.cards);
  const epoch = store.readJson(`${scope}|cur`, [0, ""])[1];
  if (epoch && epoch !== answer.epoch) {
    for (const op of store.operations(scope)) {
      if (op.st === "a") store.saveOperation(scope, { ...op, st: "p" });
    }
  }
  store.writeJson(`${scope}|cur`, [answer.cursor, answer.epoch]);
  mark(scope, answer.acked.map((id) => ({ id })), "a");
  mark(scope, answer.held, "a");
  mark(scope, answer.rejected, "r");
  store.writeJson("off", answer.server_now - Date.now());
  store.writeJson("alias", { ...store.readJson("alias", {}), ...answer.aliases });
  store.writeJson("places", { ...store.readJson("places", {}), ...answer.places });
}

function mark(scope, verdicts, st) {
  for (const { id, code } of verdicts) {
    const op = id && store.readJson(`${scope}|op|${id}`);
    if (op) store.saveOperation(scope, { ...op, st, sa: Date.now(), code });
  }
}

/** One request; returns whether another should follow at once. */
async function once(account, signal) {
  const scope = store.scopeOf(account);
  const response = await fetch("/progress/sync/", {
    method: "POST",
    credentials: "same-origin",
    signal,
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrf() },
    body: JSON.stringify(body(account, scope)),
  });
  if (response.status !== 200) return refuse(response, scope);
  const answer = await response.json();
  apply(scope, answer);
  failures = 0;
  tell("synced", { ...answer, at: Date.now() });
  return answer.more || waiting(scope).length > 0;
}

function refuse(response, scope) {
  const name = { 401: "signed-out", 403: "signed-out", 409: "other-account", 410: "gone" }[
    response.status
  ];
  // A proxy may allow less than the server does.
  if (response.status === TOO_LARGE) batch = Math.max(1, Math.floor(batch / 2));
  if (name === "gone") for (const key of store.keys(`${scope}|`)) store.remove(key);
  if (name) tell(name);
  else later(Number(response.headers.get("Retry-After")) * 1000);
  return false;
}

function later(atLeast = 0) {
  failures += 1;
  const longest = Math.min(FIRST_WAIT * 2 ** (failures - 1), LONGEST_WAIT);
  const wait = Math.max(atLeast || 0, longest * (0.5 + Math.random() / 2));
  tell("waiting");
  clearTimeout(timer);
  timer = setTimeout(() => push(), wait);
}

async function rounds(account, signal) {
  for (let round = 0; round < 20 && !leaving && (await once(account, signal)); round += 1);
}

/** What is kept from here on the next page sends, which also shows what it gave. */
export function leave() {
  leaving = true;
  setTimeout(() => {
    leaving = false;
    push();
  }, STAYED);
}

/** Sync now, unless this tab already does; never rejects. `signal` ends it early. */
export function push(signal) {
  const account = document.body.dataset.learner;
  if (!account || leaving) return Promise.resolve();
  if (running && !signal) {
    return running.then(() => (waiting(store.scopeOf(account)).length ? push() : undefined));
  }
  clearTimeout(timer);
  const work = () => rounds(account, signal);
  // The lock spares the server the same work twice; without it everything is still right.
  const elected = navigator.locks && !signal ? navigator.locks.request("lp1", work) : work();
  const mine = elected
    .catch(() => later())
    .finally(() => {
      if (running === mine) running = null;
    });
  running = mine;
  return mine;
}

/** Sync when the network comes back and when the learner comes back to the page. */
export function keepSyncing() {
  addEventListener("online", () => {
    failures = 0;
    push();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") push();
  });
  push();
}
