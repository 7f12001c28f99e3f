// How much of the chapter is done whose page this is.
import { isDone, live } from "./log.js";
import * as store from "./store.js";
import { scope } from "./ui.js";

/** Lessons, right answers and XP of the chapter whose page this is, by the log; XP never goes down. */
function showChapter(box, state) {
  const uids = [...document.querySelectorAll("[data-lesson-uid]")].map((row) => row.dataset.lessonUid);
  const lessons = uids.filter((uid) => isDone(state, uid)).length;
  const exercises = uids.filter((uid) => isDone(state, `${uid}#exercise`)).length;
  const { lessonPoints, exercisePoints, questionPoints, questions: asked } = box.dataset;
  const questions = asked.split(" ").filter((target) => target && isDone(state, target)).length;
  const given = lessons * lessonPoints + exercises * exercisePoints + questions * questionPoints;
  box.querySelector("[data-count=done]").textContent = lessons;
  const xp = box.querySelector("[data-count=xp]");
  xp.textContent = Math.max(xp.textContent, given);
  const right = box.querySelector("[data-count=right]");
  if (right) right.textContent = questions;
  box.querySelector("[data-count-meter]").value = lessons;
  box.querySelector("[data-when-done]").hidden = lessons < uids.length;
  box.hidden &&= lessons + exercises + questions === 0;
}

export function attachChapter(box) {
  document.addEventListener("progress:shown", () => {
    // A member's log is known only after the account's first answer.
    if (document.body.dataset.learner && !store.readJson(`${scope()}|snap`)) return;
    showChapter(box, live(scope()));
  });
}
