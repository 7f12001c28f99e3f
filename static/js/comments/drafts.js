// What is being written outlives a lost session or a wrong click: it stays in this tab, for this
// account, until the comment stands.

const SENT = "comment-sent";

const nameOf = (form) =>
  `comment:${document.body.dataset.learner}:${new URL(form.action).pathname}`;

/** Do it with the tab's storage; some browsers have none in private windows. */
function withStorage(act) {
  try {
    return act(sessionStorage);
  } catch {
    return null;
  }
}

/** Keep the text of a form for a new comment, and bring back what was not sent. */
export function keepDraft(form, body) {
  if (!form.elements.token) return;
  const name = nameOf(form);
  withStorage((storage) => {
    if (!body.value) body.value = storage.getItem(name) ?? "";
  });
  body.addEventListener("input", () =>
    withStorage((storage) => {
      if (body.value) storage.setItem(name, body.value);
      else storage.removeItem(name);
    }),
  );
  form.addEventListener("submit", () => withStorage((storage) => storage.setItem(SENT, name)));
}

/** A page opened at a comment right after sending: that draft has become a comment. */
export function forgetSent() {
  withStorage((storage) => {
    if (location.hash.startsWith("#comment-")) storage.removeItem(storage.getItem(SENT));
    storage.removeItem(SENT);
  });
}
