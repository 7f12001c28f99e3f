// Code that is being written outlives a reload, a lost network and signing in: one key a part.
// {body, at, sent, revision}: `revision` is the account's text that this one was written on.
import * as store from "../progress/store.js";

const keyIn = (scope, name) => `${scope}|code|${name}`;
const own = (name) => keyIn(store.scopeOf(store.account()), name);

/** What was written last in this browser, by nobody in particular if need be. */
export const kept = (name) =>
  store.readJson(own(name)) ?? store.readJson(keyIn("anon", name));

export function keep(name, body) {
  const { revision } = kept(name) ?? {};
  store.writeJson(own(name), { body, at: Date.now(), sent: false, revision });
  // What was written before signing in has come along.
  if (store.account()) store.remove(keyIn("anon", name));
}

/** The account has this text as this revision, and another device may bring a newer one. */
export function keepSent(name, body, revision) {
  store.writeJson(own(name), { body, at: Date.now(), sent: true, revision });
  if (store.account()) store.remove(keyIn("anon", name));
}

/** What is being written now is newer than that revision. */
export function keepRevision(name, revision) {
  store.writeJson(own(name), { ...kept(name), revision });
}

/** When it was written, as the log counts: {at, off} in milliseconds. */
export const writtenAt = ({ at }) => ({ at, off: store.readJson("off") ?? 0 });
