// "Changed since you finished", for a reader whose progress this browser alone knows.
import { finishedAt, live } from "./log.js";
import * as store from "./store.js";

/** Show the notice when the lesson really changed after it was completed here. */
export function attachChanged(notice) {
  const scope = store.scopeOf("");
  const at = finishedAt(scope, live(scope), notice.closest("[data-lesson]").dataset.lesson);
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
