// Drafts of answers that the account does not have yet, one key a lesson.
import { csrf } from "../dom.js";
import * as store from "./store.js";

const SETTLED = 5000; // whoever is writing sends sooner: a draft this old was left behind

const keyOf = (scope, uid) => `${scope}|answer|${uid}`;

export const readDraft = (scope, uid) => store.readJson(keyOf(scope, uid));

export const keepDraft = (scope, uid, body, base) =>
  store.writeJson(keyOf(scope, uid), { body, base, at: Date.now() });

/** How many drafts wait. */
export const draftsIn = (scope) => store.keys(`${scope}|answer|`).length;

/** Save an answer that was written on top of a revision; resolves to what the server says. */
export async function postAnswer(url, body, revision, signal) {
  const response = await fetch(url, {
    method: "POST",
    credentials: "same-origin",
    signal,
    headers: { "X-CSRFToken": csrf(), Accept: "application/json" },
    body: new URLSearchParams({ body, revision }),
  });
  if (!response.ok || response.redirected) throw new Error(String(response.status));
  return response.json();
}

/** Forget a draft, unless somebody went on writing. */
export function settle(scope, uid, body) {
  if (readDraft(scope, uid)?.body === body) store.remove(keyOf(scope, uid));
}

/** Send the drafts of lessons that this page does not show; what fails waits on. */
export async function sendDrafts(scope, { signal, olderThan = SETTLED } = {}) {
  for (const key of store.keys(`${scope}|answer|`)) {
    const name = key.slice(`${scope}|answer|`.length);
    const uid = name.split("|")[0]; // a second draft of a lesson has a number behind its name
    const draft = store.readJson(key);
    if (!draft || Date.now() - draft.at < olderThan) continue;
    if (document.querySelector(`[data-answer="${CSS.escape(name)}"]`)) continue;
    try {
      await postAnswer(`/progress/answers/${uid}/`, draft.body, draft.base ?? 0, signal);
      settle(scope, name, draft.body);
    } catch {
      // Offline, signed out, or no such lesson any more: it stays in this browser.
    }
  }
}
