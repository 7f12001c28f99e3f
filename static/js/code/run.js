// Runs on the server: start one and look where it is until it has ended.
import { csrf, fragment } from "../dom.js";
import { fieldsOf } from "./save.js";

const FIRST_WAIT = 400; // milliseconds
const LONGEST_WAIT = 3000;
const GROWTH = 1.25;
const JSON_ONLY = { Accept: "application/json" };

export const needsNetwork = true;
export const needsAccount = true;
export const canStop = false;

/** The site's own words about why not; without words whoever asked is signed out. */
class Refused extends Error {
  name = "Refused";
}

async function ask(url, options = {}) {
  const response = await fetch(url, {
    credentials: "same-origin",
    ...options,
    headers: { ...JSON_ONLY, ...options.headers },
  });
  if (response.redirected || response.status === 403) throw new Refused("");
  return response;
}

/** The words of an answer that is no success; a proxy's own page has none. */
async function refusal(response) {
  const { message } = await response.json().catch(() => ({}));
  return message ? new Refused(message) : new Error(String(response.status));
}

/** Start a run and look until it has ended; `tell` gets each state, or null while the site can't be
 * reached. Rejects with Refused or a network error. */
export async function execute({ name, url, kind, body, signal, tell, took }) {
  const answer = await start(url, { kind, code: body, ...fieldsOf(name) });
  took(answer.saved, body);
  await follow(answer.url, signal, tell);
}

async function start(url, fields) {
  const response = await ask(url, {
    method: "POST",
    headers: { "X-CSRFToken": csrf() },
    body: new URLSearchParams(fields),
  });
  if (response.status !== 202) throw await refusal(response);
  return response.json();
}

const pause = (milliseconds, signal) =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", resolve, { once: true });
  });

async function follow(url, signal, tell) {
  for (let wait = FIRST_WAIT; !signal.aborted; wait = Math.min(wait * GROWTH, LONGEST_WAIT)) {
    await pause(wait, signal);
    const state = await look(url, signal);
    if (signal.aborted) return;
    tell(state);
    if (state?.ended) return;
  }
}

async function look(url, signal) {
  try {
    const response = await ask(url, { signal });
    if (response.ok) return await response.json();
    if (response.status < 500) throw await refusal(response);
  } catch (failure) {
    if (failure instanceof Refused || /^4\d\d$/.test(failure.message)) throw failure;
  }
  return null; // the network, or a site that is being restarted: the run goes on meanwhile
}

/** Put what the server says of a run where it belongs. */
export const show = (box, state) => box.replaceChildren(fragment(state.html));
