// What the page shows of the log: buttons, ticks, the bar, and an honest word on what is saved.
import { announce } from "../dom.js";
import { showBar } from "../gamification/bar.js";
import { showGain } from "../gamification/gain.js";
import { showDoneMark } from "./done.js";
import { complete, isDone, live, names, undo } from "./log.js";
import { celebrate, evaluate, keptNumbers, quest, showKeptBar } from "./numbers.js";
import { showProblems } from "./problems.js";
import * as store from "./store.js";
import { leave, push, state as syncState, waiting } from "./sync.js";

const OFFER_AFTER = 3; // completed lessons

const account = () => store.account();
export const scope = () => store.scopeOf(account());
const all = (selector) => document.querySelectorAll(selector);

export function changed() {
  document.dispatchEvent(new CustomEvent("progress:changed"));
}

/** Buttons that complete or take back `data-target`; without scripts their form is posted. */
export function attachToggle(form) {
  // Without an account there is nobody to post to: before now a click could do nothing.
  for (const button of form.querySelectorAll("button")) button.disabled = false;
  form.addEventListener("submit", (event) => {
    const target = form.dataset.target;
    const onward = event.submitter?.dataset.onward;
    const done = isDone(live(scope()), target);
    if (!done && form.dataset.done === "true" && !knower()(target)) return; // the server takes it back
    if (onward && account() && store.isRefused()) return; // it would be gone with this page
    event.preventDefault();
    for (const gain of all("[data-gain]")) gain.hidden = true;
    if (onward) leave();
    if (done) undo(scope(), target);
    else complete(scope(), target);
    // The next page sends it, and shows what it gave.
    if (onward) return location.assign(onward);
    announce(form.dataset[done ? "saidUndone" : "saidDone"]);
    changed();
  });
}

/** Tells of which targets the log speaks. Before an account's first answer it does so of its own
 * steps alone: of all others the page knows better, which the server made. */
function knower() {
  if (!document.body.dataset.learner || store.readJson(`${scope()}|snap`)) return () => true;
  const own = new Set(store.operations(scope()).map((op) => op.l));
  return (target) => names(target).some((name) => own.has(name));
}

/** Whether the log speaks of this target. */
export const knows = (target) => knower()(target);

function showToggle(form, state) {
  const done = isDone(state, form.dataset.target);
  form.dataset.done = String(done);
  for (const part of form.querySelectorAll("[data-when-done]")) part.hidden = !done;
  for (const part of form.querySelectorAll("[data-when-open]")) part.hidden = done;
  const button = form.querySelector("[data-toggle]");
  button.textContent = form.dataset[done ? "undo" : "complete"];
  button.classList.toggle("button--small", done);
  button.classList.toggle("button--quiet", done);
  button.classList.toggle("button--primary", !done && "primary" in button.dataset);
}

function showTick(element, state) {
  const done = isDone(state, element.dataset.lessonUid);
  element.toggleAttribute("data-done", done);
  const words = element.querySelector("[data-done-text]");
  if (words) words.hidden = !done;
}

/** The words of the save state, from data attributes of course/_save_state.html. */
function saveWords(box) {
  const words = box.dataset;
  if (!account()) {
    if (store.isRefused()) return words.refused;
    if (store.waitsForAccount()) return words.left;
    return store.operations("anon").length ? words.browser : words.nothing;
  }
  if (syncState.name === "signed-out" || syncState.name === "other-account") return words.signedOut;
  if (syncState.name === "gone") return words.gone;
  const waits = waiting(scope()).length;
  if (waits || syncState.name === "waiting") return waitingWords(words, waits);
  const at = syncState.at ?? Number(box.dataset.at ?? 0);
  if (!at) return words.account;
  const time = new Date(at).toLocaleTimeString(document.documentElement.lang, {
    hour: "2-digit",
    minute: "2-digit",
  });
  return words.accountAt.replace("00:00", time);
}

/** Why something is not in the account yet, and whether it is safe meanwhile. */
function waitingWords(words, waits) {
  if (waits && store.isRefused()) return words.unsafe;
  if (!navigator.onLine) return words.waiting;
  return syncState.name === "waiting" ? words.again : words.saving;
}

function showSaveState(box) {
  const words = saveWords(box);
  if (box.textContent !== words) box.textContent = words;
  box.dataset.kind = account() && waiting(scope()).length ? "waiting" : "saved";
}

let saidWaiting = false;

/** Tell screen readers when saving begins to wait for the network, and when it goes on. */
function sayWhetherSaved(waits) {
  const box = document.querySelector("[data-save-state]");
  if (box && waits !== saidWaiting) announce(box.textContent);
  saidWaiting = waits;
}

function showResume(resume) {
  for (const box of all("[data-resume]")) {
    box.hidden = !resume;
    if (!resume) continue;
    const link = box.querySelector("a");
    link.href = resume.url;
    link.querySelector("[data-resume-title]").textContent = resume.title;
  }
  for (const start of all("[data-start]")) start.hidden = Boolean(resume);
}

function showOffer(state) {
  const lessons = [...state.keys()].filter((target) => !target.includes("#"));
  for (const box of all("[data-offer]")) box.hidden = Boolean(account()) || lessons.length < OFFER_AFTER;
}

export function show() {
  const state = live(scope());
  const known = knower();
  for (const form of all("[data-progress-toggle]")) {
    if (known(form.dataset.target)) showToggle(form, state);
  }
  for (const element of all("[data-lesson-uid]")) {
    if (known(element.dataset.lessonUid)) showTick(element, state);
  }
  for (const mark of all("[data-done-mark]")) {
    if (known(mark.dataset.doneMark)) showDoneMark(mark, scope(), state);
  }
  for (const box of all("[data-save-state]")) showSaveState(box);
  for (const box of all("[data-only-anonymous]")) box.hidden = Boolean(account());
  showOffer(state);
  showProblems(scope());
  document.dispatchEvent(new CustomEvent("progress:shown"));
}

/** Show what another tab or page kept. */
function showKept() {
  showKeptBar(scope());
  if (!account()) showResume(keptNumbers(scope())?.resume);
  show();
}

// --- the bar of the anonymous ------------------------------------------------------------------

let asking = null;
let askAgain = false;

/** Two tabs that ask at once would both celebrate the same steps: the second waits for the first. */
const evaluateAlone = () =>
  navigator.locks ? navigator.locks.request("lp1-evaluate", evaluate) : evaluate();

function refreshAnonymous() {
  if (asking) {
    askAgain = true;
    return;
  }
  asking = evaluateAlone()
    .catch(() => {}) // offline: the kept numbers stay
    .finally(() => {
      asking = null;
      showKeptBar(scope());
      const numbers = keptNumbers(scope());
      showResume(numbers?.resume);
      if (numbers) document.dispatchEvent(new CustomEvent("progress:numbers", { detail: numbers }));
      show();
      if (askAgain) {
        askAgain = false;
        refreshAnonymous();
      }
    });
}

export function start() {
  document.addEventListener("progress:changed", () => {
    show();
    if (account()) push();
    else refreshAnonymous();
  });
  document.addEventListener("progress:sync", ({ detail }) => {
    if (detail.xp) {
      store.writeJson(`${scope()}|bar`, { bar: detail.xp, quest: quest() });
      showGain(detail.xp.moment?.points, quest());
      showBar(detail.xp, quest());
      celebrate(scope(), detail.xp.moment);
    }
    show();
    sayWhetherSaved(detail.name === "waiting");
  });
  addEventListener("storage", (event) => {
    if (event.key?.startsWith("lp1|")) showKept();
  });
  // From the browser's back/forward cache: what was done meanwhile.
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) showKept();
  });
  show();
  if (!account()) refreshAnonymous();
  else if (!document.body.dataset.learner) showKeptBar(scope());
}

