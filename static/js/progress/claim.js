// Someone signed in and this browser holds progress made without an account.
import { announce, counted } from "../dom.js";
import { copyOf, live, undoOf } from "./log.js";
import * as store from "./store.js";
import { push } from "./sync.js";

const apartKey = (account) => `${store.scopeOf(account)}|apart`;
const drafts = () => store.keys("anon|answer|");

/** What of the anonymous log this account has not decided on: {ops, answers} (keys of drafts). What
 * takes back something kept apart stays with it: else that would be done again. */
function waitingFor(account) {
  const apart = new Set(store.readJson(apartKey(account), []));
  const ops = store.operations("anon");
  const taken = ops.filter((op) => op.x?.some((id) => apart.has(id)));
  for (const op of taken) for (const id of [op.id, ...op.x]) apart.add(id);
  return {
    ops: ops.filter((op) => !apart.has(op.id)),
    answers: drafts().filter((key) => !apart.has(key)),
  };
}

/** Move what waits into the account's log: copy each key, then delete it; the same ids, so a crash
 * in between only repeats. Returns the operations. */
function claim(account, { ops, answers }) {
  const scope = store.scopeOf(account);
  for (const op of ops) {
    if (!store.read(`${scope}|op|${op.id}`)) {
      store.saveOperation(scope, { ...op, st: "p", sa: undefined });
    }
    store.dropOperation("anon", op.id);
  }
  for (const key of answers) {
    const target = key.replace("anon", scope);
    // An answer that waits already is newer than a copy: keep both, under another name.
    store.write(store.read(target) ? `${target}|${Date.now()}` : target, store.read(key));
    store.remove(key);
  }
  const told = store.read("anon|told"); // what was celebrated already
  if (told && ops.length) store.write(`${scope}|told`, told);
  forgetNumbers();
  return ops;
}

/** Give back what `claim` took: new anonymous copies first, then undos in the account. */
function giveBack(account, moved) {
  const scope = store.scopeOf(account);
  const state = live(scope);
  for (const op of moved) {
    if (op.k !== "c" || !state.get(op.l)?.has(op.id)) continue;
    store.saveOperation("anon", copyOf(op));
    store.saveOperation(scope, undoOf(op.l, [op.id]));
  }
  const told = store.read(`${scope}|told`);
  if (told) store.write("anon|told", told);
  store.remove(`${scope}|told`);
  keepApart(account);
}

/** Neither ask about nor claim what is in the anonymous log now. */
const keepApart = (account) =>
  store.writeJson(apartKey(account), [...store.operations("anon").map((op) => op.id), ...drafts()]);

function deleteLocal({ ops, answers }) {
  for (const op of ops) store.dropOperation("anon", op.id);
  for (const key of answers) store.remove(key);
  forgetNumbers();
}

/** The bar of the anonymous log is out of date; with its last step goes what was celebrated. */
function forgetNumbers() {
  store.remove("anon|bar");
  if (!store.operations("anon").length) store.remove("anon|told");
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
  const waiting = waitingFor(account);
  if (!waiting.ops.length) {
    if (!store.heldAnother(account)) claim(account, waiting); // answers without progress
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
    done(claim(account, waiting));
    return;
  }
  part("ask").hidden = false;
  showCount(part("ask"), waiting.ops);
  part("add").onclick = () => done(claim(account, waiting));
  part("apart").onclick = () => {
    keepApart(account);
    box.hidden = true;
  };
  part("delete").onclick = () => {
    deleteLocal(waiting);
    box.hidden = true;
  };
}
