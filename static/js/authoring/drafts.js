// Keeps what the author types: a moment after the last key, and when the page is left.
const QUIET = 1500;
// A page that goes may leave 64 KiB behind to be sent; browsers refuse a larger body altogether.
const LEAVES_BEHIND = 60_000;
const PER_FIELD = 200; // what a form adds to each value

const weight = (data) =>
  [...data].reduce((sum, [name, value]) => sum + PER_FIELD + new Blob([name, value]).size, 0);

/** Send the form to its autosave address whenever it rests after a change. */
export function attachDrafts(form) {
  const state = document.querySelector("[data-draft-state]");
  let timer = 0;
  let changed = false;

  const say = (text) => {
    if (state) state.textContent = text;
  };

  const keep = async () => {
    clearTimeout(timer);
    if (!changed) return;
    changed = false;
    const body = new FormData(form);
    let words = state?.dataset.waiting;
    try {
      const response = await fetch(form.dataset.autosave, {
        method: "POST",
        body,
        credentials: "same-origin",
        keepalive: document.visibilityState === "hidden" && weight(body) < LEAVES_BEHIND,
      });
      if (response.redirected) words = form.dataset.signedOut;
      if (!response.ok) throw new Error(String(response.status));
      const { saved_at } = await response.json();
      const time = new Date(saved_at).toLocaleTimeString(document.documentElement.lang);
      say(`${state?.dataset.saved ?? ""} ${time}`);
    } catch {
      changed = true;
      say(words ?? "");
    }
  };

  form.addEventListener("input", () => {
    changed = true;
    clearTimeout(timer);
    timer = setTimeout(keep, QUIET);
  });
  form.addEventListener("submit", () => {
    changed = false;
    clearTimeout(timer);
  });
  // Both ways: before the page may be closed, and what failed before as soon as somebody is back.
  document.addEventListener("visibilitychange", keep);
  addEventListener("online", keep);
}
