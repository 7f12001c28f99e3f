// Signing out: try to send what waits, for three seconds at most; forget what the server has.
import * as store from "./store.js";
import { push, waiting } from "./sync.js";

const LONGEST = 3000;

/** Keep what waits; forget the snapshot and whatever the server acknowledged. */
export function forget(scope) {
  for (const op of store.operations(scope)) {
    if (op.st !== "p") store.dropOperation(scope, op.id);
  }
  store.remove(`${scope}|snap`);
  store.remove(`${scope}|bar`);
}

export function attachSignOut(form) {
  const account = document.body.dataset.learner;
  if (!account) return;
  const scope = store.scopeOf(account);
  form.addEventListener("submit", async (event) => {
    if (form.dataset.flushed) return;
    event.preventDefault();
    document.dispatchEvent(new CustomEvent("progress:flush"));
    if (waiting(scope).length) await push(AbortSignal.timeout(LONGEST));
    store.writeJson("left", waiting(scope).length);
    forget(scope);
    store.remove("here");
    form.dataset.flushed = "yes";
    form.submit();
  });
}
