// The browser's own copy of the log. One key an operation, so that two tabs never overwrite each
// other; where storage is refused, everything lives in memory and the page says so.

const PREFIX = "lp1|";
const KEEP_ACKNOWLEDGED = 30 * 24 * 60 * 60 * 1000;
const memory = new Map();
let refused = false;

/** Whether this browser stores nothing: what is not sent is gone with the page. */
export const isRefused = () => refused;

function attempt(action, instead) {
  if (refused) return instead();
  try {
    return action();
  } catch {
    refused = true; // full, private mode, or switched off
    for (const key of safeKeys()) memory.set(key, localStorage.getItem(key));
    return instead();
  }
}

function safeKeys() {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
  } catch {
    return [];
  }
}

export const read = (key) =>
  attempt(
    () => localStorage.getItem(PREFIX + key),
    () => memory.get(PREFIX + key) ?? null,
  );

export const write = (key, text) =>
  attempt(
    () => localStorage.setItem(PREFIX + key, text),
    () => memory.set(PREFIX + key, text),
  );

export const remove = (key) =>
  attempt(
    () => localStorage.removeItem(PREFIX + key),
    () => memory.delete(PREFIX + key),
  );

/** The keys below `start`, without the common prefix. */
export function keys(start = "") {
  const all = attempt(
    () => Object.keys(localStorage),
    () => [...memory.keys()],
  );
  return all.filter((key) => key.startsWith(PREFIX + start)).map((key) => key.slice(PREFIX.length));
}

export function readJson(key, otherwise = null) {
  try {
    return JSON.parse(read(key) ?? "null") ?? otherwise;
  } catch {
    return otherwise; // half-written or meddled with: as if it were not there
  }
}

export const writeJson = (key, value) => write(key, JSON.stringify(value));

/** A random id that also exists where crypto.randomUUID does not (plain HTTP). */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** The random id of this browser. */
export function device() {
  const known = read("dev");
  if (known) return known;
  write("dev", newId());
  return read("dev");
}

/** Whose page this is: "" for nobody's.
 *
 * A kept page that is shown without a network is the anonymous one: it belongs to whoever used the
 * last page that came from the server, until they sign out. */
export function account() {
  const said = document.body.dataset.learner;
  if (said) return said;
  return "offline" in document.documentElement.dataset ? (read("here") ?? "") : "";
}

/** Remember whose pages this browser gets, for pages shown without a network. */
export function rememberAccount() {
  if ("offline" in document.documentElement.dataset) return;
  const said = document.body.dataset.learner;
  if (said) write("here", said);
  else remove("here");
}

export const scopeOf = (account) => (account ? `u:${account}` : "anon");

/** Every operation stored in a scope, oldest first; unreadable ones are left alone. */
export function operations(scope) {
  const start = `${scope}|op|`;
  return keys(start)
    .map((key) => readJson(key))
    .filter((op) => op && typeof op.id === "string" && typeof op.l === "string")
    .sort((a, b) => a.n - b.n || (a.id < b.id ? -1 : 1));
}

/** Whether something waits here for an account, though nobody is signed in on this page. */
export const waitsForAccount = () =>
  keys("u:").some((key) => key.split("|")[1] === "op" && readJson(key)?.st === "p");

export const saveOperation = (scope, op) => writeJson(`${scope}|op|${op.id}`, op);
export const dropOperation = (scope, id) => remove(`${scope}|op|${id}`);

/** Forget acknowledged and refused operations that are older than 30 days. */
export function tidy(scope, now = Date.now()) {
  for (const op of operations(scope)) {
    if (op.st !== "p" && op.sa && now - op.sa > KEEP_ACKNOWLEDGED) dropOperation(scope, op.id);
  }
}

/** Whether another account than this one was ever used in this browser. */
export const heldAnother = (account) =>
  keys("u:").some((key) => !key.startsWith(`u:${account}|`));
