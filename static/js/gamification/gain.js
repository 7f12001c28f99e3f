// "+20 XP" and the way to the next level: beside the button, or in a corner where that is not seen.
import { keepClear, leaveAfter } from "./moments.js";

const STAYS = 6000; // milliseconds

const isInView = (element) => {
  const { top, bottom } = element.parentElement.getBoundingClientRect();
  return element.parentElement.checkVisibility() && top < innerHeight && bottom > 0;
};

/** Show points that were just given. The new numbers come afterwards (bar.js), so that they move. */
export function showGain(points, scope = "") {
  if (!(points > 0)) return;
  const beside = [...document.querySelectorAll("[data-gain]:not([data-gain-toast])")].find(isInView);
  const box = beside ?? document.querySelector("[data-gain-toast]");
  if (!box) return;
  box.querySelector("[data-gain-points]").textContent = points;
  if (box !== beside) raise(box, scope);
  box.hidden = false;
  void box.offsetWidth; // what it shows now is where the movement begins
}

function raise(toast, scope) {
  const known = document.querySelector(`.bar[data-bar="${scope}"] [data-field="level_meter"]`);
  const meter = toast.querySelector("progress");
  toast.dataset.bar = scope;
  for (const part of toast.querySelectorAll("[data-when], progress")) part.hidden = !known;
  if (known) Object.assign(meter, { max: known.max, value: known.value });
  leaveAfter(toast, STAYS, () => (toast.hidden = true));
  keepClear();
}
