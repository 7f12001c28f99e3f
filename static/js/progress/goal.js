// The goal of the day in header and home, as the server last told it: it alone knows what counts.
import { announce } from "../dom.js";
import * as store from "./store.js";

const places = (name) => document.querySelectorAll(`[data-goal="${name}"]`);
const today = () => new Date().toDateString();
const language = () => document.body.dataset.language;

function show({ met, rests, shown, amount, ...texts }) {
  for (const [name, text] of Object.entries(texts)) {
    for (const place of places(name)) place.textContent = text;
  }
  for (const leaf of places("leaf")) leaf.hidden = !met;
  for (const rest of places("rest")) rest.hidden = !rests;
  for (const meter of places("meter")) Object.assign(meter, { max: amount, value: shown });
}

/** Show the goal after each sync that changed something, in this tab and in the others. */
export function followGoal(scope) {
  const key = `${scope}|goal`;
  let wasMet = places("leaf")[0]?.hidden === false || places("short")[0]?.textContent === "🌿";
  const take = (goal) => {
    show(goal);
    wasMet = goal.met;
  };
  document.addEventListener("progress:sync", ({ detail: { goal } }) => {
    if (!goal) return;
    store.writeJson(key, { goal, day: today(), language: language() });
    if (goal.met && !wasMet) announce(goal.said);
    take(goal);
  });
  const takeKept = () => {
    const kept = store.readJson(key);
    if (kept?.day === today() && kept.language === language()) take(kept.goal);
  };
  addEventListener("storage", (event) => event.key === `lp1|${key}` && takeKept());
  addEventListener("pageshow", ({ persisted }) => persisted && takeKept());
}
