// Attaches progress to a page; loaded only where there is some (see boot.js).
import { attachAll, counted } from "../dom.js";
import { attachChanged } from "./changed.js";
import * as store from "./store.js";
import { attachToggle, scope, start } from "./ui.js";

const account = document.body.dataset.learner;
const isFirstVisit = !account && !store.keys().length;

store.rememberAccount();
store.tidy(scope());
attachAll(document, {
  "[data-progress-toggle]": attachToggle,
  "[data-changed-at]": attachChanged,
});
const loadNotes = async () => {
  const { attachNotes, attachBookmark } = await import("./notebook.js");
  const attachBookmarks = (section) => section.querySelectorAll("[data-bookmark]").forEach(attachBookmark);
  return [attachNotes, attachBookmarks];
};
const attachTo = async (selector, load) => {
  const elements = document.querySelectorAll(selector);
  if (elements.length) (await load()).forEach((attach) => elements.forEach(attach));
};
const READS_ON = 5_000; // milliseconds
/** The reader stays: a key, a touch, a scroll, another tab's progress, or some seconds. */
const stays = new Promise((resolve) => {
  setTimeout(resolve, READS_ON);
  const signs = ["keydown", "pointerdown", "focusin", "input", "scroll", "storage"];
  for (const sign of signs) addEventListener(sign, resolve, { once: true, passive: true });
});

/** Try again whenever the network is back. */
async function untilLoaded(load) {
  for (;;) {
    try {
      return await load();
    } catch {
      await new Promise((resolve) => addEventListener("online", resolve, { once: true }));
    }
  }
}

const reading = [];
/** On a first visit there is nothing to show: what these parts need is not part of the page's
 * weight, and is there before somebody gets to them or loses the network. */
async function attachWhileReading(selector, load) {
  if (!isFirstVisit) return attachTo(selector, load);
  const elements = document.querySelectorAll(selector);
  let isReady = false;
  const ready = stays.then(() => untilLoaded(() => attachTo(selector, load)));
  reading.push(ready.then(() => (isReady = true)));
  const again = async (event, act) => {
    if (isReady) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    await ready;
    act();
  };
  for (const element of elements) {
    for (const button of element.querySelectorAll("button")) button.disabled = false;
    for (const [kind, act] of [
      ["submit", ({ target, submitter }) => target.requestSubmit(submitter)],
      // What was typed while the script came is seen by nobody yet.
      ["input", ({ target }) => target.dispatchEvent(new Event("input", { bubbles: true }))],
    ]) {
      element.addEventListener(kind, (event) => again(event, () => act(event)), { capture: true });
    }
  }
}

// What only some pages have is loaded there alone; their HTML names it for members ({% modules %}).
await Promise.all([
  attachWhileReading("[data-answer]", async () => [(await import("./exercise.js")).attachAnswer]),
  attachTo("[data-transfer]", async () => [(await import("./transfer.js")).attachTransfer]),
  attachTo("[data-chapter-summary]", async () => [(await import("./chapter.js")).attachChapter]),
  attachTo("[data-visitor]", async () => (await import("./visitor.js"), [])),
  attachWhileReading("[data-question]", async () => [(await import("./questions.js")).attachQuestion]),
  attachTo("[data-review]", async () => [(await import("./review.js")).attachReview]),
  attachTo("[data-notebook]", async () => [(await import("./notebook.js")).attachNotes]),
  attachWhileReading("[data-notes]:not([data-notebook])", loadNotes),
]);
start();
if (account) {
  (await import("./account.js")).beginFor(account);
} else if (store.readJson("left")) {
  const notice = document.querySelector("[data-left-notice]");
  const words = notice.querySelector("[data-left-count]");
  notice.hidden = false;
  words.textContent = counted(words.dataset, "leftCount", store.readJson("left"));
  store.remove("left");
}
document.documentElement.dataset.progress = "ready";
Promise.all(reading).then(() => (document.documentElement.dataset.reading = "ready"));
