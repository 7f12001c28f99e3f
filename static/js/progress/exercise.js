// The private answer of an exercise: a draft in the account, or in the browser.
import { keepDraft, postAnswer, readDraft, settle } from "./answers.js";
import * as store from "./store.js";
import { scope } from "./ui.js";

const PAUSE = 1200; // milliseconds after the last key
const RETRY = 20_000; // milliseconds after a failure that is not the network's
const SIGNED_OUT = ["401", "403", "200"]; // 200: led to the page that signs in

async function send(form, signal) {
  const box = form.querySelector("textarea");
  const text = box.value;
  const answer = await postAnswer(form.action, text, form.elements.revision.value, signal);
  form.elements.revision.value = answer.revision;
  if (answer.set_aside) showOther(form, answer.set_aside);
  settle(scope(), form.dataset.answer, text);
}

function showOther(form, text) {
  const other = form.querySelector("[data-other-answer]");
  other.hidden = false;
  other.querySelector("pre").textContent = text;
}

/** Why an answer is not in the account: the name of the words that say so. */
function whyNot(failure) {
  if (!navigator.onLine) return "waiting";
  return SIGNED_OUT.includes(failure.message) ? "signedOut" : "again";
}

export function attachAnswer(form) {
  const box = form.querySelector("textarea");
  const words = form.querySelector("[data-answer-state]");
  const member = Boolean(store.account());
  const revision = form.elements.revision; // none on a page that was made for anybody
  const draft = () => readDraft(scope(), form.dataset.answer);
  const kept = draft();
  // The scripts came late (boot.js): what was typed meanwhile is kept like a draft.
  const late = words.textContent === words.dataset.unloaded;
  const typed = late && box.value !== box.defaultValue;
  let timer = null;
  let line = Promise.resolve(); // one request at a time: each is based on the answer before
  const adopt = ({ body, base }) => {
    if (body === box.value) return;
    box.value = body;
    // Written without having seen the account's text: that one must not be overwritten.
    if (revision) revision.value = base ?? 0;
  };
  if (kept && !typed) adopt(kept);
  else if (kept && kept.body !== box.value) showOther(form, kept.body);

  const say = (name) => {
    words.textContent = words.dataset[store.isRefused() && !member ? "refused" : name];
  };
  const save = (signal) => {
    clearTimeout(timer);
    if (!revision) {
      say(member ? "waiting" : "browser");
      return line;
    }
    line = line
      .then(() => send(form, signal))
      .then(
        () => say("account"),
        (failure) => {
          const why = whyNot(failure);
          say(why);
          if (why === "again") timer = setTimeout(save, RETRY);
        },
      );
    return line;
  };
  const keep = () => {
    // Without a revision of its own the page keeps the one that the waiting text was based on.
    keepDraft(scope(), form.dataset.answer, box.value, revision?.value ?? draft()?.base);
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  };
  box.addEventListener("input", keep);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    keep();
    save();
  });
  addEventListener("online", () => draft() && save());
  // A claim (claim.js) may bring a draft for the very lesson that the page shows.
  document.addEventListener("progress:changed", () => {
    const brought = draft();
    if (!brought || box.value !== box.defaultValue) return;
    adopt(brought);
    save();
  });
  document.addEventListener("progress:flush", ({ detail }) => {
    if (draft()) detail.work.push(save(detail.signal));
  });
  if (late) words.textContent = "";
  if (typed) keep();
  else if (kept) save();
}
