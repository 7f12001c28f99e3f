// What is typed into a form outlives an error page, a lost session, the back button and a wrong
// click: it stays in this tab, for this account, until the server has taken it. Forms that keep
// their text in another way (answers, notes, code, the lesson's form) are left alone.
import { announce } from "./dom.js";

const PREFIX = "typed|";
const SENT = "typed-sent";
const CHANNEL = "typed";
const SIGN_IN = /^(\/en)?\/(accounts|admin\/login)\//;
const OWN_WAY =
  "[data-answer], [data-notes], [data-notebook], [data-question], [data-code-name], [data-lesson-form]";
const FIELDS =
  "textarea, select, input:not([type=hidden], [type=password], [type=file], [type=submit], [type=button])";
const AT_ONCE = 1000; // milliseconds from a click to the beginning of the visit that it makes
const NEAR = 0.9; // of the longest text: from there on its length is shown

const account = document.body.dataset.learner ?? document.querySelector("meta[name=account]")?.content ?? "";

/** Do it with the tab's storage; some browsers have none in private windows. */
function withStorage(act, otherwise = null) {
  try {
    return act(sessionStorage) ?? otherwise;
  } catch {
    return otherwise;
  }
}

const isSwitch = (field) => field.type === "checkbox" || field.type === "radio";
const isText = (field) => field.tagName !== "SELECT" && !isSwitch(field);

const pathOf = (form) => new URL(form.getAttribute("action") || location.href, location.href).pathname;

/** The path without its language, so that a text follows its reader from one to the other. */
function keyOf(form) {
  return `${PREFIX}${account}|${pathOf(form).replace(/^\/en(?=\/)/, "")}|${form.dataset.typed ?? ""}`;
}

const fieldsOf = (form) =>
  [...form.querySelectorAll(FIELDS)].filter((field) => field.name && !field.readOnly && !field.closest(".trap"));
const nameOf = (field) => (isSwitch(field) ? `${field.name}=${field.value}` : field.name);
const valueOf = (field) => (isSwitch(field) ? field.checked : field.value);
const lines = (text) => text.replace(/\r\n?/g, "\n");

function firstOf(field) {
  if (isSwitch(field)) return field.defaultChecked;
  if (isText(field)) return lines(field.defaultValue);
  return ([...field.options].find((option) => option.defaultSelected) ?? field.options[0])?.value;
}

const allOf = (fields, read) => Object.fromEntries(fields.map((field) => [nameOf(field), read(field)]));
const readEntry = (key) => withStorage((storage) => JSON.parse(storage.getItem(key) ?? "null"));
const forget = (key) => withStorage((storage) => storage.removeItem(key));

function keep(form, key) {
  const fields = fieldsOf(form);
  const isTyped = fields.some((field) => isText(field) && field.value !== firstOf(field));
  if (!isTyped && !readEntry(key)) return;
  if (!isTyped) return forget(key);
  const base = readEntry(key)?.base ?? allOf(fields.filter(isText), firstOf);
  const entry = { at: Date.now(), page: location.pathname + location.search, base, fields: allOf(fields, valueOf) };
  withStorage((storage) => storage.setItem(key, JSON.stringify(entry)));
}

function fill(form, entry) {
  for (const field of fieldsOf(form)) {
    const value = entry.fields[nameOf(field)];
    if (value === undefined) continue;
    if (isSwitch(field)) field.checked = value;
    else field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/** Say above the form what happened, with buttons; `acts` are [words, function] pairs. */
function tell(form, text, acts) {
  const note = document.createElement("p");
  note.className = "notice cluster typed-note";
  note.append(Object.assign(document.createElement("span"), { textContent: text }));
  for (const [words, act] of acts) {
    const button = Object.assign(document.createElement("button"), {
      type: "button",
      className: "link-button",
      textContent: words,
    });
    button.addEventListener("click", () => {
      note.remove();
      act();
      fieldsOf(form).find(isText)?.focus();
    });
    note.append(button);
  }
  form.prepend(note);
  announce(text);
}

/** Bring back what was typed. Where the form begins with another text by now, only on demand. */
function restore(form, key, failed) {
  const entry = readEntry(key);
  if (!entry) return;
  const fields = fieldsOf(form);
  const typed = fields.filter((field) => isText(field) && nameOf(field) in entry.fields);
  if (typed.every((field) => lines(entry.fields[nameOf(field)]) === lines(field.value))) {
    if (failed !== key) forget(key); // the server has it
    return;
  }
  const { dataset: words } = document.querySelector("[data-typed-words]");
  const discard = [
    words.discard,
    () => {
      forget(key);
      form.reset();
    },
  ];
  const isSame = typed.every(
    (field) =>
      (entry.base[nameOf(field)] ?? "") === firstOf(field) && lines(field.value) === firstOf(field),
  );
  if (isSame) {
    fill(form, entry);
    tell(form, words.back, [discard]);
  } else {
    tell(form, words.other, [[words.show, () => fill(form, entry)], discard]);
  }
}

/** No browser cuts what is pasted: the length is shown near the limit, and the server says no. */
function count(field) {
  const most = Number(field.getAttribute("maxlength") ?? field.dataset.longest);
  if (!(most > 0)) return;
  field.removeAttribute("maxlength");
  const shown = document.createElement("p");
  shown.className = "field__help typed-count";
  shown.setAttribute("role", "status");
  const show = () => {
    const length = [...field.value].length;
    shown.hidden = length < most * NEAR;
    shown.classList.toggle("field__error", length > most);
    const format = (number) => number.toLocaleString(document.documentElement.lang);
    shown.textContent = shown.hidden ? "" : `${format(length)} / ${format(most)}`;
  };
  field.addEventListener("input", show);
  show();
  field.after(shown);
}

let failed = "";

/** Keep what is typed into a form, bring back what was, and count the letters of its fields. */
export function attachTyped(form) {
  if ("typedReady" in form.dataset || form.method !== "post" || form.closest(OWN_WAY)) return;
  if (form.querySelector(OWN_WAY) || form.querySelector("[type=password]")) return;
  const texts = fieldsOf(form).filter(isText);
  if (!texts.length) return;
  form.dataset.typedReady = "";
  texts.forEach(count);
  const key = keyOf(form);
  if (readEntry(key)) restore(form, key, failed);
  else keep(form, key); // what was typed while this script came
  for (const kind of ["input", "change"]) form.addEventListener(kind, () => keep(form, key));
  form.addEventListener("submit", () => {
    keep(form, key);
    const from = location.href.replace(location.hash, ""); // what the next page has as its referrer
    const sent = { key, action: pathOf(form), from, at: Date.now() };
    withStorage((storage) => storage.setItem(SENT, JSON.stringify(sent)));
  });
}

/** Whether the page that followed a form shows that the server took it. */
function isTaken({ action, at, from }) {
  const [visit] = performance.getEntriesByType("navigation");
  // Some other page came in between, one that may have been left before its scripts ran.
  if (performance.timeOrigin - at > AT_ONCE || document.referrer !== from) return false;
  if (visit?.type !== "navigate" || SIGN_IN.test(location.pathname)) return false;
  if (document.querySelector("[data-typed-failed]")) return false;
  return visit.redirectCount > 0 || location.pathname !== action;
}

function readSent() {
  const sent = withStorage((storage) => JSON.parse(storage.getItem(SENT) ?? "null"));
  forget(SENT);
  if (!sent) return;
  if (isTaken(sent)) forget(sent.key);
  else failed = sent.key;
}

/** An error page gives the text back, to copy, with the way to its form. */
function giveBack(box) {
  const entry = failed && readEntry(failed);
  if (!entry) return;
  const [area, link] = [box.querySelector("textarea"), box.querySelector("a")];
  const texts = Object.entries(entry.fields).filter(([, value]) => typeof value === "string" && value.trim());
  area.value = texts.map(([, value]) => value).join("\n\n");
  link.href = entry.page;
  box.hidden = !area.value;
}

/** Whoever signs out leaves nothing in this tab or another. */
function forgetAll(whose) {
  withStorage((storage) => {
    for (const key of Object.keys(storage)) if (key.startsWith(`${PREFIX}${whose}|`)) storage.removeItem(key);
  });
}

readSent();
addEventListener("pageshow", ({ persisted }) => persisted && forget(SENT));
if ("BroadcastChannel" in globalThis) {
  new BroadcastChannel(CHANNEL).addEventListener("message", ({ data }) => forgetAll(data));
}
for (const form of document.querySelectorAll("form[action$='/logout/']")) {
  form.addEventListener("submit", () => {
    forgetAll(account);
    new BroadcastChannel(CHANNEL).postMessage(account);
  });
}
for (const box of document.querySelectorAll("[data-typed-failed]")) giveBack(box);
if (document.querySelector("[data-typed-words]") && !SIGN_IN.test(location.pathname)) {
  document.querySelectorAll("form").forEach(attachTyped);
}
