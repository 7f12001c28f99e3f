// Someone signed in and this browser holds progress made without an account.
import { announce, counted } from "../dom.js";
import { copyOf, live, undoOf } from "./log.js";
import * as store from "./store.js";
import { push } from "./sync.js";

/** Move the anonymous log into the account's: copy each key, then delete it; the same ids, so a
 * crash in between only repeats. Returns the operations. */
export function claim(account) {
  const scope = store.scopeOf(account);
  const moved = store.operations("anon");
  for (const op of moved) {
    if (!store.read(`${scope}|op|${op.id}`)) {
      store.saveOperation(scope, { ...op, st: "p", sa: undefined });
    }
    store.dropOperation("anon", op.id);
  }
  for (const key of store.keys("anon|answer|")) {
    const target = key.replace("anon", scope);
    // An answer that waits already is newer than a copy: keep both, under another name.
    store.write(store.read(target) ? `${target}|${Date.now()}` : target, store.read(key));
    store.remove(key);
  }
  const told = store.read("anon|told"); // what was celebrated already
  if (told) store.write(`${scope}|told`, told);
  for (const key of ["anon|bar", "anon|told"]) store.remove(key);
  return moved;
}

/** Give back what `claim` took: new anonymous copies first, then undos in the account. */
export function giveBack(account, moved) {
  const scope = store.scopeOf(account);
  const state = live(scope);
  for (const op of moved) {
    if (op.k !== "c" || !state.get(op.l)?.has(op.id)) continue;
    store.saveOperation("anon", copyOf(op));
    store.saveOperation(scope, undoOf(op.l, [op.id]));
  }
  keepApart(account);
}

const ids = () => store.operations("anon").map((op) => op.id);

/** Don't ask again about what is in the anonymous log now. */
export const keepApart = (account) => store.writeJson(`${store.scopeOf(account)}|apart`, ids());

export function deleteLocal() {
  for (const key of store.keys("anon|")) store.remove(key);
}

/** How many lessons the operations leave done. */
function lessonsIn(moved) {
  const dead = new Set(moved.flatMap((op) => op.x ?? []));
  const done = moved.filter((op) => op.k === "c" && !op.l.includes("#") && !dead.has(op.id));
  return new Set(done.map((op) => op.l)).size;
}

const showCount = (box, moved) => {
  const count = lessonsIn(moved);
  for (const words of box.querySelectorAll("[data-claim-count]")) {
    words.textContent = counted(words.dataset, "claimCount", count);
  }
};

function changed() {
  document.dispatchEvent(new CustomEvent("progress:changed"));
  push();
}

/** Claim silently, or show the question. `box` is the element of course/_claim.html. */
export function offerClaim(box, account) {
  const apart = new Set(store.readJson(`${store.scopeOf(account)}|apart`, []));
  const waiting = store.operations("anon").filter((op) => !apart.has(op.id));
  if (!waiting.length) {
    if (!store.heldAnother(account)) claim(account); // answers without progress
    return;
  }
  const part = (name) => box.querySelector(`[data-claim="${name}"]`);
  const done = (moved) => {
    part("ask").hidden = true;
    part("done").hidden = lessonsIn(moved) === 0;
    showCount(part("done"), moved);
    part("undo").onclick = () => {
      giveBack(account, moved);
      box.hidden = true;
      changed();
    };
    announce(part("done").querySelector("[data-claim-count]").textContent);
    changed();
  };
  box.hidden = false;
  if (!store.heldAnother(account)) {
    done(claim(account));
    return;
  }
  part("ask").hidden = false;
  showCount(part("ask"), waiting);
  part("add").onclick = () => done(claim(account));
  part("apart").onclick = () => {
    keepApart(account);
    box.hidden = true;
  };
  part("delete").onclick = () => {
    deleteLocal();
    box.hidden = true;
  };
}
