// Keeps what the author types: a moment after the last key, and when the page is left.
const QUIET = 1500;

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
    try {
      const response = await fetch(form.dataset.autosave, {
        method: "POST",
        body: new FormData(form),
        credentials: "same-origin",
        keepalive: document.visibilityState === "hidden",
      });
      if (!response.ok) throw new Error(String(response.status));
      const { saved_at } = await response.json();
      const time = new Date(saved_at).toLocaleTimeString(document.documentElement.lang);
      say(`${state?.dataset.saved ?? ""} ${time}`);
    } catch {
      changed = true;
      say(state?.dataset.waiting ?? "");
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
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") keep();
  });
}
