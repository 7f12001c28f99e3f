// Saves to the account what is written, while it is written.
import { csrf } from "../dom.js";
import { kept, writtenAt } from "./keep.js";

const PAUSE = 1200; // milliseconds after the last key
const RETRY = 20_000; // milliseconds after a failure that is not the network's
const LARGEST = 60_000; // characters that a browser sends while its page is closing

/** What a request says of the text in this browser. */
export function fieldsOf(name) {
  const { revision, ...own } = kept(name) ?? {};
  const fields = own.at && !own.sent ? writtenAt(own) : {};
  return revision === undefined ? fields : { ...fields, revision };
}

export async function post(url, fields, options = {}) {
  const response = await fetch(url, {
    method: "POST",
    credentials: "same-origin",
    headers: { "X-CSRFToken": csrf(), Accept: "application/json" },
    body: new URLSearchParams(fields),
    ...options,
  });
  if (!response.ok || response.redirected) throw new Error(String(response.status));
  return response.json();
}

/** {code, revision, other} that the account holds, or null. */
export async function fetchSaved(url) {
  try {
    const options = { credentials: "same-origin", headers: { Accept: "application/json" } };
    const response = await fetch(url, options);
    return response.ok && !response.redirected ? await response.json() : null;
  } catch {
    return null;
  }
}

/** Sends a part's text some time after `touch()`; `took(saved, body)` gets what the account has. */
export class Saver {
  constructor({ name, url, took }) {
    Object.assign(this, { name, url, took, timer: null, line: Promise.resolve() });
    addEventListener("online", () => this.flush());
    addEventListener("pagehide", () => this.flush({ keepalive: true }));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.flush();
    });
    document.addEventListener("progress:flush", ({ detail }) => {
      detail.work.push(this.flush({ signal: detail.signal }));
    });
  }

  touch(after = PAUSE) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), after);
  }

  /** One request at a time: each is based on the one before. */
  flush(options) {
    clearTimeout(this.timer);
    // While the page is closing there is no time to wait for another request.
    if (options?.keepalive) return this.send(options).catch(() => {});
    this.line = this.line
      .then(() => this.send(options))
      .catch((failure) => {
        // A full hour, a restarted site: later. Without a network or signed out: kept till then.
        if (/^(429|5\d\d)$/.test(failure.message)) this.touch(RETRY);
      });
    return this.line;
  }

  async send(options = {}) {
    const own = kept(this.name);
    if (!own || own.sent || !navigator.onLine) return;
    if (options.keepalive && own.body.length > LARGEST) return;
    const fields = { kind: "save", code: own.body, ...fieldsOf(this.name) };
    this.took(await post(this.url, fields, options), own.body);
  }
}
