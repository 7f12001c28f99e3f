// What is done, in words: when this lesson was completed.
import { finishedAt, isDone } from "./log.js";

/** The day in words, with its year when that is not this one. */
function dayOf(milliseconds) {
  const day = new Date(milliseconds);
  const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
  const year = day.getFullYear() === new Date().getFullYear() ? undefined : "numeric";
  return day.toLocaleDateString(language, { day: "numeric", month: "long", year });
}

/** Show "completed on …" instead of the lesson's status, or take it back. */
export function showDoneMark(mark, scope, state) {
  const uid = mark.dataset.doneMark;
  const done = isDone(state, uid);
  mark.hidden = !done;
  mark.parentElement.querySelector("[data-open-mark]").hidden = done;
  if (!done) return;
  const words = mark.querySelector("[data-done-words]");
  const at = finishedAt(scope, state, uid);
  // What the server wrote stays: it knows completions that this browser has forgotten.
  if (at) words.textContent = mark.dataset.words.replace("DATE", dayOf(at));
  else words.textContent ||= mark.dataset.undated;
}
