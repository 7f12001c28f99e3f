// The numbers that a page shows: as the server last gave them, or as it judges the local log.
import { showBar } from "../gamification/bar.js";
import { showGain } from "../gamification/gain.js";
import { showMoments } from "../gamification/moments.js";
import { wire } from "./log.js";
import * as store from "./store.js";
import { fitting, keepCards } from "./sync.js";

/** What the server last said of this page's quest, unless it spoke of another since. */
export function keptNumbers(scope) {
  const kept = store.readJson(`${scope}|bar`);
  return kept?.quest === quest() ? kept : null;
}

export function showKeptBar(scope) {
  const kept = keptNumbers(scope);
  if (kept) showBar(kept.bar, quest());
}

/** Show moments, but for those that this learner saw before the log came into the account. */
export function celebrate(scope, moment) {
  const key = `${scope}|told`;
  const told = store.readJson(key, []);
  const nameOf = ({ kicker, title }) => `${kicker} ${title}`;
  const moments = (moment?.moments ?? []).filter((each) => !told.includes(nameOf(each)));
  showMoments({ moments });
  if (scope === "anon" && moments.length) store.writeJson(key, [...told, ...moments.map(nameOf)]);
}

/** The uid of the quest that the page belongs to; "" for the whole site. */
export const quest = () => document.querySelector("[data-quest]")?.dataset.quest ?? "";

/** Ask the server what the local log is worth; it stores nothing. The answer is kept. */
export async function evaluate() {
  const ops = store.operations("anon").filter((op) => op.st !== "r");
  if (!ops.length) return;
  const key = ops.map((op) => op.id).join();
  const kept = store.readJson("anon|bar");
  const detail = Boolean(document.querySelector("[data-visitor]"));
  const cards = Boolean(document.querySelector("[data-review]"));
  const asks = [quest(), document.body.dataset.language, detail, cards];
  const mark = [key.length, ops.at(-1).id, ...asks].join(":");
  if (kept?.mark === mark && kept.quest === quest() && Math.abs(Date.now() - kept.at) < 60 * 60 * 1000) return;
  const sent = newest(ops.slice(-1000).map(forEvaluation));
  const response = await fetch("/progress/evaluate/", {
    method: "POST",
    credentials: "omit",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      v: 1,
      now: Date.now(),
      tz: Intl.DateTimeFormat().resolvedOptions().timeZone,
      scope: quest() || null,
      detail,
      cards,
      language: document.body.dataset.language,
      new: kept ? ops.filter((op) => op.n > kept.n).map((op) => op.id) : ops.map((op) => op.id),
      ops: sent,
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
    achievements: answer.achievements,
    quests: answer.quests,
  });
  keepCards("anon", answer.cards);
  takeVerdicts(sent, answer);
  showGain(answer.moment.points, quest());
  celebrate("anon", answer.moment);
  store.writeJson("off", answer.server_now - Date.now());
  store.writeJson("alias", { ...store.readJson("alias", {}), ...answer.aliases });
  store.writeJson("places", { ...store.readJson("places", {}), ...answer.places });
}

/** An operation as the evaluation needs it: what a note says is nobody else's business. */
const forEvaluation = (op) => wire(op.k === "n" ? { ...op, t: "" } : op);

/** The newest operations that one request can hold. */
const newest = (ops) => fitting([...ops].reverse()).reverse();

/** The server's word on answers goes before this browser's own: its page may have been old. */
function takeVerdicts(sent, { right, problems }) {
  for (const { id, k } of sent) {
    const op = k === "a" && !problems[id] && store.readJson(`anon|op|${id}`);
    if (op && op.r !== right.includes(id)) {
      store.saveOperation("anon", { ...op, r: right.includes(id) });
    }
  }
}
