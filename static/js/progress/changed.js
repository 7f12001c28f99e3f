// "Changed since you finished", for a reader whose progress this browser alone knows.
import { live, liveIds } from "./log.js";
import * as store from "./store.js";

/** When the reader last completed the lesson, in milliseconds of the server's clock; 0 for never. */
function finishedAt(uid) {
  const scope = store.scopeOf("");
  const ids = new Set(liveIds(live(scope), uid));
  const times = store.operations(scope).filter((op) => ids.has(op.id));
  return Math.max(0, ...times.map((op) => op.at + (op.off ?? 0)));
}

/** Show the notice when the lesson really changed after it was completed here. */
export function attachChanged(notice) {
  const at = finishedAt(notice.closest("[data-lesson]").dataset.lesson);
  if (!at || at >= Date.parse(notice.dataset.changedAt)) return;
  if (at < Date.parse(notice.dataset.redoAt ?? "")) {
    notice.querySelector("[data-changed-words]").hidden = true;
    notice.querySelector("[data-redo-words]").hidden = false;
    notice.classList.add("notice--warning");
  }
  const link = notice.querySelector("a");
  link.search = new URLSearchParams({ since: new Date(at).toISOString() });
  notice.hidden = false;
}
