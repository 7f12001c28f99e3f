// Take the anonymous log to another browser: a file out, a file in. Nothing is overwritten.
import * as store from "./store.js";
import { changed } from "./ui.js";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TARGET = /^[a-z0-9][a-z0-9-]{1,62}[a-z0-9](#[a-z]{1,20})?$/;
const LARGEST_FILE = 5 * 1024 * 1024;

export function exportFile() {
  const log = { format: "learning-progress", v: 1, ops: store.operations("anon") };
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(log)], { type: "application/json" }));
  link.download = "progress.json";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

const isSound = (op) =>
  op?.v === 1 &&
  UUID.test(op.id) &&
  TARGET.test(op.l) &&
  Number.isSafeInteger(op.at) &&
  (op.k === "c" || (op.k === "u" && Array.isArray(op.x) && op.x.every((id) => UUID.test(id))));

/** Add the operations of a file to the anonymous log; returns how many were new, or null. */
export async function importFile(file) {
  if (!file || file.size > LARGEST_FILE) return null;
  let log = null;
  try {
    log = JSON.parse(await file.text());
  } catch {
    return null;
  }
  if (log?.format !== "learning-progress" || !Array.isArray(log.ops)) return null;
  let added = 0;
  for (const op of log.ops.filter(isSound)) {
    if (store.read(`anon|op|${op.id}`)) continue;
    const { v, id, k, l, at, off = null, day = null, tz = null, n = 0, x } = op;
    store.saveOperation("anon", { v, id, k, l, at, off, day, tz, n, x, st: "p" });
    added += 1;
  }
  return added;
}

export function attachTransfer(box) {
  const said = box.querySelector("[data-import-result]");
  box.querySelector("[data-export]").addEventListener("click", exportFile);
  box.querySelector("[data-import]").addEventListener("change", async ({ target }) => {
    const added = await importFile(target.files[0]);
    said.textContent =
      added === null ? said.dataset.bad : said.dataset.good.replace("999", String(added));
    target.value = "";
    changed();
  });
}
