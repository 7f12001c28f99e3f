// Take the anonymous log to another browser: a file out, a file in. Nothing is overwritten.
import { counted } from "../dom.js";
import * as store from "./store.js";
import { changed } from "./ui.js";

const FORMAT = "learning-progress";
const VERSION = 1;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TARGET = /^[a-z0-9][a-z0-9-]{1,62}[a-z0-9](#[a-z]{1,20})?$/;
const DAY = /^\d{4}-\d\d-\d\d$/;
const LARGEST_FILE = 5 * 1024 * 1024;
const MOST_UNDONE = 25; // completions that one undo names: so that a full sync stays below 256 KiB

export function exportFile() {
  const ops = store.operations("anon");
  const log = { format: FORMAT, v: VERSION, site: location.host, ops };
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(log)], { type: "application/json" }));
  link.download = "progress.json";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

const isUndone = (ids) =>
  Array.isArray(ids) && ids.length <= MOST_UNDONE && ids.every((id) => UUID.test(id));

const isSound = (op) =>
  op?.v === 1 &&
  UUID.test(op.id) &&
  TARGET.test(op.l) &&
  Number.isSafeInteger(op.at) &&
  (op.k === "c" || (op.k === "u" && isUndone(op.x)));

/** Only what an operation of this browser could hold: one odd value must not stop a whole sync. */
function ownOf({ v, id, k, l, at, off, day, tz, n, x }) {
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
    ...(k === "u" && { x }),
    st: "p",
  };
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
 * Resolves to {problem}, or to {added, known, damaged, site}: how many operations were new, here
 * already, not to be read, and the other site that the file says it comes from. */
export async function importFile(file) {
  const { log, problem } = await readFile(file);
  if (problem) return { problem };
  const sound = log.ops.filter(isSound);
  const fresh = sound.filter((op) => store.read(`anon|op|${op.id}`) === null);
  for (const op of fresh) store.saveOperation("anon", ownOf(op));
  const site = typeof log.site === "string" && log.site !== location.host ? log.site : "";
  const damaged = log.ops.length - sound.length;
  return { added: fresh.length, known: sound.length - fresh.length, damaged, site };
}

/** What became of a file, in sentences from the data attributes of course/progress_device.html. */
function wordsFor(words, { problem, added, damaged, site }) {
  if (problem) return words[problem];
  return [
    added ? counted(words, "good", added) : words.nothingNew,
    damaged && counted(words, "left", damaged),
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
