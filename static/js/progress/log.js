// The fold of the log, and new entries. Pure but for the clock.
import * as store from "./store.js";

const SEQ = "seq";

/** Whether an operation makes its target live: a tick, a right answer, a bookmark. */
export const makesLive = (op) => op.k === "c" || op.k === "b" || (op.k === "a" && op.r === true);

/** What is done: a Map from target to the ids of its live completions. */
export function live(scope) {
  const snap = store.readJson(`${scope}|snap`);
  const all = store.operations(scope).filter((op) => op.st !== "r");
  // Once there is a snapshot, it speaks for everything that was acknowledged.
  const seen = snap ? all.filter((op) => op.st === "p") : all;
  const found = new Map(Object.entries(snap ?? {}).map(([target, ids]) => [target, new Set(ids)]));
  for (const op of seen) {
    if (!makesLive(op)) continue;
    if (!found.has(op.l)) found.set(op.l, new Set());
    found.get(op.l).add(op.id);
  }
  const dead = new Set(seen.flatMap((op) => op.x ?? []));
  for (const [target, ids] of found) {
    for (const id of dead) ids.delete(id);
    if (!ids.size) found.delete(target);
  }
  return found;
}

const part = (target) => (target.includes("#") ? target.slice(target.indexOf("#")) : "");
const lesson = (target) => target.split("#")[0];

/** The names under which the log may know this target, merged lessons included. */
export function names(target, aliases = store.readJson("alias", {})) {
  const head = aliases[lesson(target)] ?? lesson(target);
  const merged = Object.keys(aliases).filter((uid) => aliases[uid] === head);
  return [head, ...merged].map((uid) => uid + part(target));
}

/** The live completions of a target under all its names. */
export const liveIds = (state, target) =>
  names(target).flatMap((name) => [...(state.get(name) ?? [])]);

export const isDone = (state, target) => liveIds(state, target).length > 0;

/** When the target was last completed, of what this browser still holds; 0 for never. */
export function finishedAt(scope, state, target) {
  const ids = new Set(liveIds(state, target));
  const times = store.operations(scope).filter((op) => ids.has(op.id));
  return Math.max(0, ...times.map((op) => op.at + (op.off ?? 0)));
}

function nextNumber() {
  const number = Math.max(Number(store.read(SEQ)) || 0, Date.now()) + 1;
  store.write(SEQ, String(number));
  return number;
}

const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone ?? null;

/** The date on this browser's clock, corrected by what the server's clock said. */
function dayOf(milliseconds) {
  const date = new Date(milliseconds);
  const two = (number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** A new operation, dated and numbered. */
export function entry(kind, target, extra = {}) {
  const at = Date.now();
  const off = store.readJson("off");
  return {
    v: 1,
    id: store.newId(),
    k: kind,
    l: target,
    at,
    off,
    day: dayOf(at + (off ?? 0)),
    tz: zone(),
    n: nextNumber(),
    st: "p",
    ...extra,
  };
}

export function complete(scope, target) {
  store.saveOperation(scope, entry("c", target));
}

/** Keep an answer to a question, with this browser's own verdict. */
export function attempt(scope, target, given, right) {
  store.saveOperation(scope, entry("a", target, { g: given, r: right }));
}

export const bookmarkOf = (uid) => `${uid}#bookmark`;

export function bookmark(scope, uid) {
  store.saveOperation(scope, entry("b", bookmarkOf(uid)));
}

export const seenOf = (uid) => `${uid}#seen`;

/** Remember that a lesson's changes until now were seen. */
export function seeChanges(scope, uid) {
  store.saveOperation(scope, entry("b", seenOf(uid)));
}

/** Takes back what this browser sees; a completion made elsewhere meanwhile survives. */
export function undo(scope, target) {
  const x = liveIds(live(scope), target);
  if (x.length) store.saveOperation(scope, entry("u", target, { x }));
}

/** A copy of a completion under a new id, for a log that it is not yet in. */
export const copyOf = (op) => ({ ...op, id: store.newId(), st: "p", sa: undefined });

/** An undo of exactly these completions. */
export const undoOf = (target, x) => entry("u", target, { x });

/** The operation without what only this browser needs. */
export function wire({ st, sa, code, r, nx, ...op }) {
  return op;
}
