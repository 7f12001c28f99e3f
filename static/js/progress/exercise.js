// The private answer of an exercise: a draft in the account, or in the browser.
import { csrf } from "../dom.js";
import * as store from "./store.js";
import { scope } from "./ui.js";

const PAUSE = 1200; // milliseconds after the last key

const key = (uid) => `${scope()}|answer|${uid}`;

async function send(form) {
  const box = form.querySelector("textarea");
  const text = box.value;
  const response = await fetch(form.action, {
    method: "POST",
    credentials: "same-origin",
    headers: { "X-CSRFToken": csrf(), Accept: "application/json" },
    body: new URLSearchParams({ body: text, revision: form.elements.revision.value }),
  });
  if (!response.ok) throw new Error(String(response.status));
  const answer = await response.json();
  form.elements.revision.value = answer.revision;
  if (answer.set_aside) showOther(form, answer.set_aside);
  if (box.value === text) store.remove(key(form.dataset.answer));
}

function showOther(form, text) {
  const other = form.querySelector("[data-other-answer]");
  other.hidden = false;
  other.querySelector("pre").textContent = text;
}

export function attachAnswer(form) {
  const box = form.querySelector("textarea");
  const words = form.querySelector("[data-answer-state]");
  const member = Boolean(store.account());
  const revision = form.elements.revision; // none on a page that was made for anybody
  const kept = store.readJson(key(form.dataset.answer));
  let timer = null;
  let busy = null;
  if (kept && kept.body !== box.value) {
    box.value = kept.body;
    // Written without having seen the account's text: that one must not be overwritten.
    if (revision) revision.value = kept.base ?? 0;
  }

  const say = (name) => {
    words.textContent = words.dataset[store.isRefused() && !member ? "refused" : name];
  };
  const save = async () => {
    clearTimeout(timer);
    if (!revision) {
      say(member ? "waiting" : "browser");
      return;
    }
    if (busy) await busy;
    busy = send(form).then(
      () => say("account"),
      () => say("waiting"),
    );
    await busy;
    busy = null;
  };
  const keep = () => {
    // Without a revision of its own the page keeps the one that the waiting text was based on.
    const base = revision?.value ?? store.readJson(key(form.dataset.answer))?.base;
    store.writeJson(key(form.dataset.answer), { body: box.value, base, at: Date.now() });
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  };
  box.addEventListener("input", keep);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    keep();
    save();
  });
  addEventListener("online", () => kept && save());
  document.addEventListener("progress:flush", () => store.read(key(form.dataset.answer)) && save());
  if (kept) save();
}
