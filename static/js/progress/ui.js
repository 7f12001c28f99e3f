// What the page shows of the log: buttons, ticks, the bar, and an honest word on what is saved.
import { announce } from "../dom.js";
import { showBar } from "../gamification/bar.js";
import { showMoments } from "../gamification/moments.js";
import { complete, isDone, live, names, undo } from "./log.js";
import { showProblems } from "./problems.js";
import * as store from "./store.js";
import { push, state as syncState, waiting } from "./sync.js";

const OFFER_AFTER = 3; // completed lessons

const account = () => store.account();
export const scope = () => store.scopeOf(account());
const all = (selector) => document.querySelectorAll(selector);

export function changed() {
  document.dispatchEvent(new CustomEvent("progress:changed"));
}

/** A button that completes or takes back `data-target`; without scripts its form is posted. */
export function attachToggle(form) {
  // Without an account there is nobody to post to: before now a click could do nothing.
  form.querySelector("button").disabled = false;
  form.addEventListener("submit", (event) => {
    const target = form.dataset.target;
    const done = isDone(live(scope()), target);
    if (!done && form.dataset.done === "true" && !knower()(target)) return; // the server takes it back
    event.preventDefault();
    if (done) undo(scope(), target);
    else complete(scope(), target);
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

function showToggle(form, state) {
  const done = isDone(state, form.dataset.target);
  form.dataset.done = String(done);
  const button = form.querySelector("button");
  button.textContent = form.dataset[done ? "undo" : "complete"];
  button.classList.toggle("button--primary", !done && !form.dataset.target.includes("#"));
  for (const box of all(`[data-after="${CSS.escape(form.dataset.target)}"]`)) box.hidden = !done;
}

function showTick(element, state) {
  const done = isDone(state, element.dataset.lessonUid);
  element.toggleAttribute("data-done", done);
  const words = element.querySelector("[data-done-text]");
  if (words) words.hidden = !done;
}

/** The words of the save state, from data attributes of course/_progress.html. */
function saveWords(box) {
  const words = box.dataset;
  if (!account()) {
    if (store.isRefused()) return words.refused;
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
  const knows = knower();
  for (const form of all("[data-progress-toggle]")) {
    if (knows(form.dataset.target)) showToggle(form, state);
  }
  for (const element of all("[data-lesson-uid]")) {
    if (knows(element.dataset.lessonUid)) showTick(element, state);
  }
  for (const box of all("[data-save-state]")) showSaveState(box);
  for (const box of all("[data-only-anonymous]")) box.hidden = Boolean(account());
  showOffer(state);
  showProblems(scope());
}

/** What the server last said of this page's quest, unless it spoke of another since. */
function keptNumbers() {
  const kept = store.readJson(`${scope()}|bar`);
  return kept?.quest === quest() ? kept : null;
}

function showKeptBar() {
  const kept = keptNumbers();
  if (kept) showBar(kept.bar, quest());
}

/** Show moments, but for those that this learner saw before the log came into the account. */
function celebrate(moment) {
  const key = `${scope()}|told`;
  const told = store.readJson(key, []);
  const nameOf = ({ kicker, title }) => `${kicker} ${title}`;
  const moments = (moment?.moments ?? []).filter((each) => !told.includes(nameOf(each)));
  showMoments({ moments });
  if (!account() && moments.length) store.writeJson(key, [...told, ...moments.map(nameOf)]);
}

// --- the bar of the anonymous ------------------------------------------------------------------

let asking = null;
let askAgain = false;

const quest = () => document.querySelector("[data-quest]")?.dataset.quest ?? "";

/** Ask the server what the local log is worth; it stores nothing. The answer is kept. */
async function evaluate() {
  const ops = store.operations("anon").filter((op) => op.st !== "r");
  if (!ops.length) return;
  const key = ops.map((op) => op.id).join();
  const kept = store.readJson("anon|bar");
  const mark = `${key.length}:${ops.at(-1).id}:${quest()}:${document.body.dataset.language}`;
  if (kept?.mark === mark && kept.quest === quest() && Math.abs(Date.now() - kept.at) < 60 * 60 * 1000) return;
  const response = await fetch("/progress/evaluate/", {
    method: "POST",
    credentials: "omit",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      v: 1,
      now: Date.now(),
      tz: Intl.DateTimeFormat().resolvedOptions().timeZone,
      scope: quest() || null,
      language: document.body.dataset.language,
      new: kept ? ops.filter((op) => op.n > kept.n).map((op) => op.id) : ops.map((op) => op.id),
      ops: ops.slice(-1000).map(({ st, sa, code, ...op }) => op),
    }),
  });
  if (!response.ok) return;
  const answer = await response.json();
  store.writeJson("anon|bar", {
    mark,
    quest: quest(),
    n: ops.at(-1).n,
    at: Date.now(),
    bar: answer.bar,
    resume: answer.resume,
    problems: answer.problems,
  });
  celebrate(answer.moment);
  store.writeJson("off", answer.server_now - Date.now());
  store.writeJson("alias", { ...store.readJson("alias", {}), ...answer.aliases });
}

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
      showKeptBar();
      showResume(keptNumbers()?.resume);
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
      showBar(detail.xp, quest());
      celebrate(detail.xp.moment);
    }
    show();
    sayWhetherSaved(detail.name === "waiting");
  });
  addEventListener("storage", (event) => {
    if (event.key?.startsWith("lp1|")) show();
  });
  show();
  if (!account()) refreshAnonymous();
  else if (!document.body.dataset.learner) showKeptBar();
}

