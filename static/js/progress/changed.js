// "Changed since you finished", for a reader whose progress this browser alone knows.
import { finishedAt, live, seeChanges, seenOf } from "./log.js";
import * as store from "./store.js";
import { changed } from "./ui.js";

/** Show the notice when the lesson really changed after it was completed here. */
export function attachChanged(notice) {
  const scope = store.scopeOf("");
  const uid = notice.closest("[data-lesson]").dataset.lesson;
  const state = live(scope);
  const finished = finishedAt(scope, state, uid);
  const at = finished && Math.max(finished, finishedAt(scope, state, seenOf(uid)));
  if (!at || at >= Date.parse(notice.dataset.changedAt)) return;
  if (at < Date.parse(notice.dataset.redoAt ?? "")) {
    notice.querySelector("[data-changed-words]").hidden = true;
    notice.querySelector("[data-redo-words]").hidden = false;
    notice.classList.add("notice--warning");
  }
  const link = notice.querySelector("a");
  link.search = new URLSearchParams({ since: new Date(at).toISOString() });
  notice.querySelector("[data-seen]").addEventListener("click", () => {
    seeChanges(store.scopeOf(store.account()), uid);
    notice.hidden = true;
    changed();
  });
  notice.hidden = false;
}
