// Take the anonymous log to another browser: a file out, a file in. Nothing is overwritten.
import { counted } from "../dom.js";
import * as store from "./store.js";
import { changed } from "./ui.js";

const FORMAT = "learning-progress";
const VERSION = 1;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TARGET = /^[a-z0-9][a-z0-9-]{1,62}[a-z0-9](#([a-z]{1,20}|q:[a-z0-9-]{2,40}))?$/;
const DAY = /^\d{4}-\d\d-\d\d$/;
const PLACE = /^\S{0,100}$/;
const LONGEST_TEXT = 5000;
const NAME = /^[a-z0-9][a-z0-9-]{1,62}[a-z0-9](\S{0,120})$/;
const LONGEST_CODE = 50_000;
const LARGEST_FILE = 5 * 1024 * 1024;
const MOST_UNDONE = 25; // completions that one undo names: so that a full sync stays below 256 KiB

/** Texts beside the log, {name: {body, at}}: drafts of answers, or code. */
const textsOf = (kind) =>
  Object.fromEntries(
    store
      .keys(`anon|${kind}|`)
      .map((key) => [key.slice(`anon|${kind}|`.length), store.readJson(key)])
      .filter(([, text]) => typeof text?.body === "string")
      .map(([name, { body, at }]) => [name, { body, at }]),
  );

/** The day by the reader's clock, as in 2026-11-29. */
function today() {
  const now = new Date();
  const two = (number) => String(number).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

export function exportFile() {
  const ops = store.operations("anon");
  const [answers, code] = [textsOf("answer"), textsOf("code")];
  const log = { format: FORMAT, v: VERSION, site: location.host, ops, answers, code };
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(log)], { type: "application/json" }));
  link.download = `${location.hostname}-progress-${today()}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

const isUndone = (ids) =>
  Array.isArray(ids) && ids.length <= MOST_UNDONE && ids.every((id) => UUID.test(id));

const isText = (text) => typeof text === "string" && text.length <= LONGEST_TEXT;

/** What an operation has besides what all have, by its kind; null when that can't be. */
const MORE = {
  c: () => ({}),
  b: () => ({}),
  u: ({ x }) => isUndone(x) && { x },
  a: ({ g, r }) => isText(g) && g.trim() !== "" && { g, r: r === true },
  n: ({ m, p, t }) => UUID.test(m) && PLACE.test(p ?? "") && isText(t) && { m, p: p ?? "", t },
};

const isSound = (op) =>
  op?.v === 1 &&
  UUID.test(op.id) &&
  TARGET.test(op.l) &&
  Number.isSafeInteger(op.at) &&
  Object.hasOwn(MORE, op.k) &&
  Boolean(MORE[op.k](op));

/** Only what an operation of this browser could hold: one odd value must not stop a whole sync. */
function ownOf(op) {
  const { v, id, k, l, at, off, day, tz, n } = op;
  return {
    v,
    id,
    k,
    l,
    at,
    off: Number.isSafeInteger(off) ? off : null,
    day: DAY.test(day) ? day : null,
    tz: typeof tz === "string" && tz.length <= 64 ? tz : null,
    n: Number.isSafeInteger(n) ? Math.min(n, Date.now()) : 0,
    ...MORE[k](op),
    st: "p",
  };
}

/** Add texts of a file where there is none here: {added, known, kept} (another text is here). */
function addTexts(kind, texts) {
  const found = { added: 0, known: 0, kept: 0 };
  const isObject = texts && typeof texts === "object" && !Array.isArray(texts);
  for (const [name, text] of Object.entries(isObject ? texts : {})) {
    if (!NAME.test(name) || typeof text?.body !== "string" || text.body.length > LONGEST_CODE) continue;
    const key = `anon|${kind}|${name}`;
    const here = store.readJson(key);
    if (here === null) {
      const at = Number.isSafeInteger(text.at) ? Math.min(text.at, Date.now()) : 0;
      store.writeJson(key, kind === "answer" ? { body: text.body, base: 0, at } : { body: text.body, at, sent: false });
      found.added += 1;
    } else if (here.body === text.body) found.known += 1;
    else found.kept += 1;
  }
  return found;
}

/** What a file holds: {log}, or {problem} with the name of what is wrong with it. */
async function readFile(file) {
  if (file.size > LARGEST_FILE) return { problem: "large" };
  let log = null;
  try {
    log = JSON.parse(await file.text());
  } catch {
    return { problem: "damaged" };
  }
  if (log?.format !== FORMAT) return { problem: "bad" };
  if (log.v > VERSION) return { problem: "newer" };
  return Array.isArray(log.ops) ? { log } : { problem: "damaged" };
}

/** Add the operations of a file to the anonymous log.
 *
 * Resolves to {problem}, or to {added, known, damaged, kept, site}: how many operations and texts
 * were new, here already, not to be read, left out because another text is here, and the other
 * site that the file says it comes from. */
export async function importFile(file) {
  const { log, problem } = await readFile(file);
  if (problem) return { problem };
  const sound = log.ops.filter(isSound);
  const fresh = sound.filter((op) => store.read(`anon|op|${op.id}`) === null);
  for (const op of fresh) store.saveOperation("anon", ownOf(op));
  const site = typeof log.site === "string" && log.site !== location.host ? log.site : "";
  const damaged = log.ops.length - sound.length;
  const texts = [addTexts("answer", log.answers), addTexts("code", log.code)];
  const sum = (name) => texts.reduce((total, each) => total + each[name], 0);
  const added = fresh.length + sum("added");
  return { added, known: sound.length - fresh.length + sum("known"), damaged, kept: sum("kept"), site };
}

/** What became of a file, in sentences from the data attributes of course/progress_device.html. */
function wordsFor(words, { problem, added, damaged, kept, site }) {
  if (problem) return words[problem];
  return [
    added ? counted(words, "good", added) : words.nothingNew,
    damaged && counted(words, "left", damaged),
    kept && counted(words, "kept", kept),
    site && words.elsewhere.replace("SITE", site.slice(0, 100)),
    store.isRefused() && words.refused,
  ]
    .filter(Boolean)
    .join(" ");
}

export function attachTransfer(box) {
  const said = box.querySelector("[data-import-result]");
  box.querySelector("[data-export]").addEventListener("click", exportFile);
  box.querySelector("[data-import]").addEventListener("change", async ({ target }) => {
    if (!target.files.length) return; // the choice was cancelled
    const result = await importFile(target.files[0]);
    said.textContent = wordsFor(said.dataset, result);
    target.value = "";
    changed();
  });
}
