// Keeps what the author types: a moment after the last key, when the page is left, and before any
// other button of the page is obeyed.
import { fragment } from "../dom.js";

const QUIET = 1500;
// A page that goes may leave 64 KiB behind to be sent; browsers refuse a larger body altogether.
const LEAVES_BEHIND = 60_000;
const PER_FIELD = 200; // what a form adds to each value

const weight = (data) =>
  [...data].reduce((sum, [name, value]) => sum + PER_FIELD + new Blob([name, value]).size, 0);

/** A form can't be submitted anew while its event is being handled. */
const later = () => new Promise((resolve) => setTimeout(resolve));

function post(form) {
  const body = new FormData(form);
  return fetch(form.dataset.autosave, {
    method: "POST",
    body,
    credentials: "same-origin",
    keepalive: document.visibilityState === "hidden" && weight(body) < LEAVES_BEHIND,
  });
}

/** Take the token of this author's new session; resolves to whether there is one. */
async function renewToken(form) {
  const page = fragment(await (await fetch(location.pathname)).text());
  const own = page.querySelector("[data-lesson-form]");
  if (own?.dataset.author !== form.dataset.author) return false;
  form.elements.csrfmiddlewaretoken.value = own.elements.csrfmiddlewaretoken.value;
  return true;
}

/** Send the form to its autosave address whenever it rests after a change. */
export function attachDrafts(form) {
  const state = document.querySelector("[data-draft-state]");
  const otherNote = document.querySelector("[data-other-draft]");
  const stamp = form.elements.draft;
  let timer = 0;
  let changed = false;
  let sending = Promise.resolve();
  let other = "";
  let leaves = false;
  let blocked = false; // by the server, which would not take the whole form either

  const say = (text) => {
    if (state) state.textContent = text;
  };

  const send = async () => {
    if (!changed) return;
    if (other) return later();
    changed = false;
    let words = state?.dataset.waiting;
    blocked = false;
    try {
      let response = await post(form);
      // Whoever signed in again in another tab has another token.
      if (response.status === 403 && (await renewToken(form))) response = await post(form);
      blocked = response.redirected || response.status === 403;
      if (blocked) words = form.dataset.signedOut;
      const answer = await response.json().catch(() => ({}));
      if (answer.other) {
        // Another tab's draft: it is not replaced unless the author says so.
        other = answer.other;
        otherNote.hidden = false;
      }
      if (!response.ok || !answer.saved_at) throw new Error(String(response.status));
      stamp.value = answer.saved_at;
      const time = new Date(answer.saved_at).toLocaleTimeString(document.documentElement.lang);
      say(`${state?.dataset.saved ?? ""} ${time}`);
    } catch {
      changed = true;
      say(words ?? "");
    }
  };

  /** One after the other: each carries the stamp that the one before it was given. */
  const keep = () => {
    clearTimeout(timer);
    if (!changed) return later();
    sending = sending.then(send);
    return sending;
  };

  form.addEventListener("input", () => {
    changed = true;
    clearTimeout(timer);
    timer = setTimeout(keep, QUIET);
  });
  let isKept = false;
  let isBusy = false; // a button was pressed, and waits until the text is kept
  form.addEventListener("submit", async (event) => {
    if (!isKept) {
      event.preventDefault();
      if (isBusy) return;
      changed = isBusy = true;
      await keep();
      isBusy = false;
      if (blocked) return;
      isKept = true;
      form.requestSubmit(event.submitter);
      return;
    }
    isKept = false;
    leaves = true;
    clearTimeout(timer);
  });
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) leaves = false;
  });
  otherNote.querySelector("[data-replace-draft]").addEventListener("click", () => {
    stamp.value = other;
    other = "";
    otherNote.hidden = true;
    keep();
  });
  // Both ways: before the page may be closed, and what failed before as soon as somebody is back.
  document.addEventListener("visibilitychange", keep);
  addEventListener("online", keep);
  // Whoever leaves before it is kept is asked.
  addEventListener("beforeunload", (event) => {
    if (changed && !leaves) event.preventDefault();
  });
  saveBeforeOthers(async () => {
    if (isBusy) return false;
    isBusy = true;
    await keep(); // where that fails, the browser asks whether to leave
    isBusy = false;
    return true;
  });
}

/** The page's other forms reload it: what was typed is kept first. */
function saveBeforeOthers(keep) {
  for (const tool of document.querySelectorAll("[data-studio-tools] form")) {
    let isKept = false;
    tool.addEventListener("submit", async (event) => {
      if (isKept || event.defaultPrevented) return;
      event.preventDefault();
      if (!(await keep())) return;
      isKept = true;
      tool.requestSubmit(event.submitter);
      isKept = false;
    });
  }
}
