// Steps that do not count, in words with what can be done, from course/_problems.html.
import * as store from "./store.js";

/** Operations of a scope that were refused or are kept aside, each with the reason's code. */
function troubled(scope) {
  const snap = store.readJson(`${scope}|snap`, {});
  const notes = store.readJson(`${scope}|notes`, {});
  const said = store.readJson(`${scope}|bar`)?.problems ?? {}; // of a log without an account
  return store
    .operations(scope)
    .map((op) => ({ ...op, code: op.code ?? said[op.id] }))
    .filter((op) => op.code && (op.st === "r" || !counts(op, snap[op.l] ?? [], notes)));
}

/** Whether a step that was kept aside has counted since: the account says what is live. */
function counts(op, live, notes) {
  if (op.k === "n") return op.m in notes;
  if (op.k === "r") return true; // one that is kept aside counts by itself, and the card comes back
  if (op.k === "u") return !op.x?.some((id) => live.includes(id));
  return live.includes(op.id) || (op.k === "a" && !op.r); // a wrong answer changes nothing
}

/** What of a lesson a step is about, in the words of the list. */
function partOf(op, words) {
  if (op.k === "n") return words.wordNote;
  const part = op.l.split("#")[1];
  if (part === "bookmark") return words.wordBookmark;
  return part?.startsWith("q:") ? words.wordQuestion : words[part];
}

function reason(box, code) {
  const words = box.querySelector("[data-problem-words]").content;
  const found = words.querySelector(`[data-codes~="${CSS.escape(code)}"]`);
  return (found ?? words.querySelector('[data-codes="*"]')).textContent.replace("CODE", code);
}

/** The way to the lesson where the page knows it, else its uid. */
function lesson(uid) {
  const known = document.querySelector(`[data-lesson-uid="${CSS.escape(uid)}"] a`);
  if (!known) return uid;
  const link = document.createElement("a");
  link.href = known.href;
  link.textContent = known.textContent;
  return link;
}

function dateOf(op) {
  const at = new Date(op.at + (op.off ?? 0));
  return Number.isNaN(at.getTime()) ? "" : at.toLocaleDateString(document.documentElement.lang);
}

function row(box, list, op) {
  const [uid] = op.l.split("#");
  const item = document.createElement("li");
  const where = [partOf(op, list.dataset), dateOf(op)].filter(Boolean).join(", ");
  item.append(lesson(uid), where && ` (${where})`, `: ${reason(box, op.code)}`);
  return item;
}

/** Fill every list of problems on the page; without problems there is none. */
export function showProblems(scope) {
  const found = troubled(scope);
  for (const box of document.querySelectorAll("[data-problems]")) {
    box.hidden = !found.length;
    box.querySelector("[data-problem-count]").textContent = String(found.length);
    const list = box.querySelector("[data-problem-list]");
    list.replaceChildren(...found.map((op) => row(box, list, op)));
  }
}
