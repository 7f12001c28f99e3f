// The notes of the log: of each note the text that was written last, by (time, operation's id).
import { entry, names } from "./log.js";
import * as store from "./store.js";

/** Every note that there is: a Map from its id to {l, p, t, at, by}. */
export function notesIn(scope) {
  const snap = store.readJson(`${scope}|notes`);
  const written = store.operations(scope).filter((op) => op.k === "n" && op.st !== "r");
  // Once there is a snapshot, it speaks for everything that was acknowledged.
  const seen = snap ? written.filter((op) => op.st === "p") : written;
  const found = new Map(Object.entries(snap ?? {}));
  for (const { m, l, p, t, at, off, id } of seen) {
    const time = at + (off ?? store.readJson("off", 0));
    const known = found.get(m);
    const isNewer = !known || known.at < time || (known.at === time && known.by < id);
    if (isNewer) found.set(m, { l, p, t, at: time, by: id });
  }
  for (const [m, { t }] of found) if (!t) found.delete(m);
  return found;
}

/** The notes of a lesson under all its names, [id, note] in the order in which they were written. */
export const notesOf = (scope, uid) =>
  [...notesIn(scope)]
    .filter(([, note]) => names(uid).includes(note.l))
    .sort(([a, one], [b, other]) => one.at - other.at || (a < b ? -1 : 1));

/** Write a note anew or another text for it; no text deletes it. Returns its id. */
export function writeNote(scope, uid, text, { note = store.newId(), place = "" } = {}) {
  const made = entry("n", uid, { m: note, p: place, t: text });
  // Whoever writes has seen the text that is there, whatever this browser's clock says.
  const seen = notesIn(scope).get(note);
  const at = Math.max(made.at, seen ? seen.at + 1 - (made.off ?? 0) : 0);
  store.saveOperation(scope, { ...made, at });
  return note;
}

/** A copy of a note's operation as another note, for a log that it is not yet in. */
export const noteCopy = (op) => ({ ...op, id: store.newId(), m: store.newId(), st: "p", sa: undefined });
