// Signing out: one last round with the server, for three seconds at most; then forget what it has.
import { draftsIn, sendDrafts } from "./answers.js";
import * as store from "./store.js";
import { push, waiting } from "./sync.js";

const LONGEST = 3000;

/** Keep what waits; forget the snapshot and whatever the server acknowledged. */
export function forget(scope) {
  for (const op of store.operations(scope)) {
    if (op.st !== "p") store.dropOperation(scope, op.id);
  }
  store.remove(`${scope}|snap`);
  store.remove(`${scope}|notes`);
  store.remove(`${scope}|cards`);
  store.remove(`${scope}|bar`);
  store.remove(`${scope}|goal`);
  store.remove(`${scope}|told`);
  store.remove("places"); // titles of what was bookmarked
  forgetPlaces();
}

/** Where in which lesson the reader stopped (reading.js). */
function forgetPlaces() {
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith("place|"));
    for (const key of keys) localStorage.removeItem(key);
  } catch {
    // Storage refused: there are none.
  }
}

/** Whoever uses this browser next is shown no notice of this account. The server forgets the
 * subscription when the push service says that it is gone. */
async function endNotices() {
  const registration = await navigator.serviceWorker?.getRegistration("/");
  for (const shown of (await registration?.getNotifications?.()) ?? []) shown.close();
  const subscription = await registration?.pushManager?.getSubscription();
  await subscription?.unsubscribe();
}

/** Send what waits. Ask even when nothing does: a server that went back to a backup says so, and
 * gets again what only this browser still has (push goes on until nothing waits). */
async function lastRound(scope) {
  const signal = AbortSignal.timeout(LONGEST);
  const work = [push(signal), sendDrafts(scope, { signal, olderThan: 0 }), endNotices()];
  document.dispatchEvent(new CustomEvent("progress:flush", { detail: { signal, work } }));
  const over = new Promise((resolve) => signal.addEventListener("abort", resolve));
  await Promise.race([Promise.allSettled(work), over]);
}

export function attachSignOut(form) {
  const account = document.body.dataset.learner;
  if (!account) return;
  const scope = store.scopeOf(account);
  let leaving = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (leaving) return;
    leaving = true;
    await lastRound(scope);
    store.writeJson("left", waiting(scope).length + draftsIn(scope));
    forget(scope);
    store.remove("here");
    form.submit();
    leaving = false; // for whoever comes back to this page by the browser's own button
  });
}
