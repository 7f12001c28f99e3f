// On every page: load the rest only where somebody is signed in, has progress, or may make some.
const RETRY = 10_000; // milliseconds

function hasLocal() {
  try {
    return Object.keys(localStorage).some((key) => key.startsWith("lp1|"));
  } catch {
    return false;
  }
}

let timer = null;
let failed = false;

/** Without a network nothing on this page saves: say so, and try again. */
async function load() {
  clearTimeout(timer);
  try {
    // An address that failed as a preload is asked for again only after a reload: take another.
    await (failed ? import("./main.js#again") : import("./main.js"));
  } catch (failure) {
    failed = true;
    console.warn(failure);
    timer = setTimeout(load, RETRY);
    if (document.documentElement.dataset.progress) return; // a second try of two came through
    for (const box of document.querySelectorAll("[data-unloaded]")) {
      box.textContent = box.dataset.unloaded;
    }
  }
}

const marks = "[data-progress-toggle], [data-answer], [data-transfer], [data-notes], [data-review]";
const start = () => {
  if (!(document.body.dataset.learner || document.querySelector(marks) || hasLocal())) return;
  load();
  addEventListener("online", load);
};
start();
// Back from a lesson that made the first progress.
addEventListener("pageshow", ({ persisted }) => persisted && start());
