// Someone signed in and this browser holds progress made without an account.
import { announce, counted } from "../dom.js";
import { copyOf, live, makesLive, undoOf } from "./log.js";
import { noteCopy, notesIn, writeNote } from "./notes.js";
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
  const here = (key) => store.read(key) !== null; // another tab may have decided meanwhile
  const moved = ops.filter((op) => here(`anon|op|${op.id}`) || here(`${scope}|op|${op.id}`));
  for (const op of moved) {
    if (!store.read(`${scope}|op|${op.id}`)) {
      store.saveOperation(scope, { ...op, st: "p", sa: undefined });
    }
    store.dropOperation("anon", op.id);
  }
  for (const key of answers.filter(here)) {
    const target = key.replace("anon", scope);
    // An answer that waits already is newer than a copy: keep both, under another name.
    store.write(store.read(target) ? `${target}|${Date.now()}` : target, store.read(key));
    store.remove(key);
  }
  const told = store.read("anon|told"); // what was celebrated already
  if (told && moved.length) store.write(`${scope}|told`, told);
  forgetNumbers();
  return moved;
}

/** Give back what `claim` took: new anonymous copies first, then undos in the account. */
function giveBack(account, moved) {
  const scope = store.scopeOf(account);
  const state = live(scope);
  for (const op of moved) {
    if (!makesLive(op) || !state.get(op.l)?.has(op.id)) continue;
    store.saveOperation("anon", copyOf(op));
    store.saveOperation(scope, undoOf(op.l, [op.id]));
  }
  for (const op of moved.filter((each) => each.k === "r")) {
    store.saveOperation("anon", copyOf(op));
    store.saveOperation(scope, undoOf(op.l, [op.id]));
  }
  const notes = notesIn(scope);
  for (const op of moved.filter((each) => each.k === "n" && notes.get(each.m)?.by === each.id)) {
    store.saveOperation("anon", noteCopy(op));
    writeNote(scope, op.l, "", { note: op.m, place: op.p });
  }
  const told = store.read(`${scope}|told`);
  if (told) store.write("anon|told", told);
  store.remove(`${scope}|told`);
  keepApart(account);
}

/** Neither ask about nor claim what is in the anonymous log now. */
const keepApart = (account) =>
  store.writeJson(apartKey(account), [...store.operations("anon").map((op) => op.id), ...drafts()]);

/** Delete, and return what gives it all back. */
function deleteLocal({ ops, answers }) {
  const texts = answers.map((key) => [key, store.read(key)]).filter(([, text]) => text !== null);
  const told = store.read("anon|told");
  for (const op of ops) store.dropOperation("anon", op.id);
  for (const key of answers) store.remove(key);
  forgetNumbers();
  return () => {
    for (const op of ops) store.saveOperation("anon", op);
    for (const [key, text] of texts) store.write(key, text);
    if (told) store.write("anon|told", told);
  };
}

/** Ask once more, delete, say so, and offer the way back: to the first question. */
function askToDelete(box, account, waiting) {
  const part = (name) => box.querySelector(`[data-claim="${name}"]`);
  const [sure, deleted] = [part("sure"), part("deleted")];
  const show = (shown, words) => {
    for (const each of [part("ask"), sure, deleted]) each.hidden = each !== shown;
    words.focus({ preventScroll: true });
  };
  const again = () => {
    deleted.hidden = sure.hidden = true;
    ask(box, account, waiting);
    part("add").focus({ preventScroll: true });
  };
  part("back").onclick = again;
  part("really").onclick = () => {
    const restore = deleteLocal(waiting);
    show(deleted, box.querySelector("[data-claim-deleted]"));
    part("restore").onclick = () => {
      restore();
      again();
    };
  };
  show(sure, box.querySelector("[data-claim-sure]"));
}

/** The bar of the anonymous log is out of date; with its last step goes what was celebrated. */
function forgetNumbers() {
  store.remove("anon|bar");
  if (!store.operations("anon").length) store.remove("anon|told");
}

/** What the operations leave: lessons that are done, and everything else (with a "#"). */
function keptIn(ops) {
  const dead = new Set(ops.flatMap((op) => op.x ?? []));
  const texts = new Map(ops.filter((op) => op.k === "n").map((op) => [`${op.l}#note:${op.m}`, op.t]));
  return new Set([
    ...ops.filter((op) => makesLive(op) && !dead.has(op.id)).map((op) => op.l),
    ...[...texts.keys()].filter((name) => texts.get(name)),
  ]);
}

/** Put the words for so many lessons, or for other work alone, into a part; returns its element. */
function showCount(part, ops) {
  const words = part.querySelector("[data-claim-count]");
  const kept = [...keptIn(ops)];
  const lessons = kept.filter((target) => !target.includes("#")).length;
  const exercises = kept.some((target) => target.endsWith("#exercise"));
  if (lessons) words.textContent = counted(words.dataset, "claimCount", lessons);
  else words.textContent = words.dataset[exercises ? "claimCountNone" : "claimCountOther"];
  return words;
}

/** Hide an element; whoever stood in it goes on at `next`, not at the top of the page. */
function hide(element, next = document.querySelector("main")) {
  const stoodIn = element.contains(document.activeElement);
  element.hidden = true;
  if (stoodIn) next.focus({ preventScroll: true });
  return stoodIn;
}

function changed() {
  document.dispatchEvent(new CustomEvent("progress:changed"));
  push();
}

/** Claim, and say so with a way back. Work that was all taken back is claimed without a word. */
function add(box, account, waiting) {
  const [ask, done] = ["ask", "done"].map((name) => box.querySelector(`[data-claim="${name}"]`));
  const moved = claim(account, waiting);
  done.hidden = !keptIn(moved).size;
  box.hidden = done.hidden;
  const words = showCount(done, moved);
  box.querySelector("[data-claim=undo]").onclick = () => {
    giveBack(account, moved);
    hide(box);
    changed();
  };
  // Words that get the focus are read without being announced.
  if (!hide(ask, words) && !done.hidden) announce(words.textContent);
  changed();
}

/** Ask whose these are: whatever is pressed is done once. */
function ask(box, account, waiting) {
  const part = box.querySelector("[data-claim=ask]");
  const on = (name, action) => {
    box.querySelector(`[data-claim="${name}"]`).onclick = action;
  };
  on("add", () => add(box, account, waiting));
  on("apart", () => {
    keepApart(account);
    hide(box);
  });
  on("delete", () => askToDelete(box, account, waiting));
  part.hidden = false;
  box.hidden = false;
  const count = showCount(part, waiting.ops).textContent;
  announce(`${count} ${part.querySelector("[data-claim-question]").textContent}`);
}

/** Claim silently, or show the question. `box` is the element of course/_claim.html. */
export function offerClaim(box, account) {
  const waiting = waitingFor(account);
  if (!store.heldAnother(account)) {
    if (waiting.ops.length || waiting.answers.length) add(box, account, waiting);
  } else if (keptIn(waiting.ops).size) ask(box, account, waiting);
}
