// The few things that our modules share. Only `fragment` turns text into HTML, and only text
// that this site's server sent: the Content-Security-Policy allows no other way.

const WORKER = "/sw.js";
export const PYTHON_WORKER = "/python-worker.js";

const policy = globalThis.trustedTypes?.createPolicy("fragment", {
  createHTML: (html) => html,
  createScriptURL: (url) => {
    if (url === WORKER || url === PYTHON_WORKER) return url;
    throw new TypeError(`not a script of ours: ${url}`);
  },
});

/** Register the service worker; resolves to undefined where browsers have none. */
export async function registerWorker() {
  if (!("serviceWorker" in navigator)) return undefined;
  return navigator.serviceWorker.register(policy ? policy.createScriptURL(WORKER) : WORKER);
}

/** Start one of our dedicated workers. */
export const startWorker = (url) =>
  new Worker(policy ? policy.createScriptURL(url) : url, { type: "module" });

/** Parse HTML that came from our own server into a DocumentFragment. */
export function fragment(html) {
  const template = document.createElement("template");
  template.innerHTML = policy ? policy.createHTML(html) : html;
  return template.content;
}

/** Call each function once for every element that matches its selector. */
export function attachAll(root, behaviours) {
  for (const [selector, attach] of Object.entries(behaviours)) {
    for (const element of root.querySelectorAll(selector)) attach(element);
  }
}

/** The words of that name with a number in place of 999; there may be others for one alone. */
export const counted = (words, name, number) =>
  (number === 1 && words[`${name}One`]) || words[name].replace("999", String(number));

const TOGETHER = 500; // milliseconds: what is said in between would drown out what came before
let saidAt = -TOGETHER;

/** Say something to screen readers without moving the focus; what follows at once joins it. */
export function announce(text) {
  const announcer = document.querySelector("[data-announcer]");
  if (!announcer) return;
  const joins = performance.now() - saidAt < TOGETHER && announcer.textContent;
  announcer.textContent = joins ? `${announcer.textContent}. ${text}` : text;
  saidAt = performance.now();
}

/** The token that a signed-in page sends with every POST; empty for the anonymous. */
export const csrf = () => document.body.dataset.csrf ?? "";

/** fetch() to our own server with the CSRF token; rejects only when the network fails. */
export function post(url, body, options = {}) {
  return fetch(url, {
    method: "POST",
    body,
    credentials: "same-origin",
    ...options,
    headers: { "X-CSRFToken": csrf(), "X-Requested-With": "fetch", ...options.headers },
  });
}
